/** A string that names one thing of one kind; only a parser or `Ids` makes one. */
type Id<Kind extends string> = string & { readonly __id: Kind }

export type UserId = Id<'user'>
export type TaskId = Id<'task'>
export type CheckId = Id<'check'>
/** Names an attempt and its mail log entry alike: there is one entry an attempt. */
export type AttemptId = Id<'attempt'>

/**
 * Makes ids and nonces from a source of randomness, so that a test's are the same each time.
 * An id is 80 random bits as 16 Crockford base-32 symbols in lower case: short prefixes tell ids apart.
 */
export interface Ids {
  user(): UserId
  task(): TaskId
  attempt(): AttemptId
  check(): CheckId
  /** `bytes` random bytes in base64url: a round's nonce, a letter's boundary. */
  nonce(bytes: number): string
}

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz'
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const ID_BYTES = 10
const ID_SYMBOLS = 16

/** Whether `text` could be an id or the beginning of one. */
export function isIdPrefix(text: string): boolean {
  return text.length > 0 && text.length <= ID_SYMBOLS && [...text].every((symbol) => CROCKFORD.includes(symbol))
}

/**
 * Bytes as Crockford base-32 symbols in lower case, five bits a symbol.
 * The caller gives a multiple of five bytes; what is left over of a shorter tail is dropped.
 */
export const crockford = (bytes: Uint8Array): string => spell(bytes, CROCKFORD, 5).symbols

/** Ids from `random`, which gives as many random bytes as it is asked for. */
export function makeIds(random: (bytes: number) => Uint8Array): Ids {
  const id = () => crockford(random(ID_BYTES))
  return {
    user: () => id() as UserId,
    task: () => id() as TaskId,
    attempt: () => id() as AttemptId,
    check: () => id() as CheckId,
    nonce: (bytes) => base64url(random(bytes)),
  }
}

/** Bytes in base64url without padding (RFC 4648, section 5). By hand it takes a fifth of what `btoa` and its mending did. */
function base64url(bytes: Uint8Array): string {
  const { symbols, value, bits } = spell(bytes, BASE64URL, 6)
  return bits === 0 ? symbols : symbols + BASE64URL.charAt(value << (6 - bits))
}

/** Bytes as symbols of `width` bits each, and the `bits` left over of a shorter tail as a number. */
function spell(bytes: Uint8Array, alphabet: string, width: number) {
  const last = (1 << width) - 1
  let symbols = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= width) {
      bits -= width
      symbols += alphabet.charAt((value >> bits) & last)
    }
    value &= (1 << bits) - 1
  }
  return { symbols, value, bits }
}
