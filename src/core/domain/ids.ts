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
export function crockford(bytes: Uint8Array): string {
  let symbols = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      symbols += CROCKFORD.charAt((value >> bits) & 31)
    }
    value &= (1 << bits) - 1
  }
  return symbols
}

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

/** Bytes in base64url without padding (RFC 4648, section 5). */
function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
