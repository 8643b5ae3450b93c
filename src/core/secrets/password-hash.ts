import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { atMost } from './at-most.ts'

/** OWASP's Password Storage sheet: Argon2id with 19 MiB, two passes, one lane (measured: 45–71 ms). */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const
const SALT_BYTES = 16
const LONGEST_CODE_POINTS = 256
/** A code point in NFC is at most four of them, and eight UTF-16 units, as typed. */
const LONGEST_TYPED = LONGEST_CODE_POINTS * 8
/** The store is its group's to write: no number in it may cost more memory or time than this. */
const MOST = { memory: 262_144, passes: 16, parallelism: 16 }

const PHC =
  /^\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/

const hashArgon2 = promisify(argon2)
/** Each hash takes 19 MiB: many at once would be a way to exhaust the memory. */
const oneOfTwo = atMost(2)

/** What is hashed for users that do not exist, so that they take as long as those who do. */
const NOBODY = `$argon2id$v=19$m=${PARAMETERS.memory},t=${PARAMETERS.passes},p=${PARAMETERS.parallelism}$${base64(
  new Uint8Array(SALT_BYTES),
)}$${base64(new Uint8Array(PARAMETERS.tagLength))}`

export interface Verification {
  readonly ok: boolean
  /** The password is right and its hash was made with other parameters than today's: hash it again. */
  readonly rehash: boolean
}

const WRONG: Verification = { ok: false, rehash: false }

/** Base64 without padding, as PHC strings have it. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}

/**
 * The password as it is hashed, or why it cannot be: NFC (NIST SP 800-63B-4, section 3.1.1.2), well-formed (a lone
 * surrogate has the same UTF-8 bytes as U+FFFD), at most 256 code points.
 */
function prepare(password: string): { readonly normal: string } | { readonly why: string } {
  if (password.length > LONGEST_TYPED) return { why: `The password is over ${LONGEST_CODE_POINTS} characters.` }
  if (!password.isWellFormed()) return { why: 'The password holds half a character; type it again.' }
  const normal = password.normalize('NFC')
  if ([...normal].length > LONGEST_CODE_POINTS)
    return { why: `The password is over ${LONGEST_CODE_POINTS} characters.` }
  return { normal }
}

/** Why `password` cannot be hashed, a sentence, or null when it can. Costs no hash. */
export function whyUnhashable(password: string): string | null {
  const prepared = prepare(password)
  return 'why' in prepared ? prepared.why : null
}

/**
 * The password's Argon2id hash as a PHC string, with a new salt.
 * @throws RangeError for what `whyUnhashable` refuses, before anything is hashed.
 */
export async function hashPassword(password: string): Promise<string> {
  const prepared = prepare(password)
  if ('why' in prepared) throw new RangeError(prepared.why)
  const salt = randomBytes(SALT_BYTES)
  const tag = await oneOfTwo(() => hashArgon2('argon2id', { ...PARAMETERS, message: prepared.normal, nonce: salt }))
  const { memory, passes, parallelism } = PARAMETERS
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

interface ParsedHash {
  readonly parameters: Omit<Argon2Parameters, 'message'>
  readonly tag: Buffer
  readonly current: boolean
}

/** A PHC string's parts, or null when it is not an Argon2id hash within bounds. */
function parseHash(phc: string): ParsedHash | null {
  const [, m, t, p, salt, digest] = PHC.exec(phc) ?? []
  if (salt === undefined || digest === undefined) return null
  const [memory, passes, parallelism] = [Number(m), Number(t), Number(p)]
  const nonce = Buffer.from(salt, 'base64')
  const tag = Buffer.from(digest, 'base64')
  const fits =
    passes >= 1 &&
    passes <= MOST.passes &&
    parallelism >= 1 &&
    parallelism <= MOST.parallelism &&
    memory >= 8 * parallelism &&
    memory <= MOST.memory
  if (!fits) return null
  const current =
    memory === PARAMETERS.memory &&
    passes === PARAMETERS.passes &&
    parallelism === PARAMETERS.parallelism &&
    nonce.length === SALT_BYTES &&
    tag.length === PARAMETERS.tagLength
  return { parameters: { memory, passes, parallelism, nonce, tagLength: tag.length }, tag, current }
}

/**
 * Whether `password` is the one that `phc` was made of. A hash that cannot be read fits no password, and takes as
 * long as one that can: its user gets back in by a reset, like anyone else.
 */
export async function verifyPassword(phc: string, password: string): Promise<Verification> {
  const prepared = prepare(password)
  if ('why' in prepared) return WRONG
  const parsed = parseHash(phc)
  if (parsed === null) return verifyNobody(password)
  const { parameters, tag, current } = parsed
  const found = await oneOfTwo(() => hashArgon2('argon2id', { ...parameters, message: prepared.normal }))
  const ok = timingSafeEqual(found, tag)
  return { ok, rehash: ok && !current }
}

/** The work of `verifyPassword` for a user that does not exist or has no password: never `ok`. */
export async function verifyNobody(password = ''): Promise<Verification> {
  await verifyPassword(NOBODY, password)
  return WRONG
}
