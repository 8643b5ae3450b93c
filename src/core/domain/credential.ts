import type { TaskId, UserId } from './ids.ts'
import type { LetterKind } from './letter.ts'
import { HOUR, type Instant, MINUTE, SECOND } from './time.ts'

/** No secret outlives this, counted from the first attempt that may have arrived (NIST SP 800-63B-4, 4.2.1.2). */
export const SECRET_HARD_LIMIT = 24 * HOUR

/** A secret that was sent, or is being sent: what it is derived from, and when it works. Never the secret itself. */
export interface LiveSecret {
  readonly task: TaskId
  readonly round: number
  readonly nonce: string
  /** The number of the master key it is derived from. */
  readonly key: number
  readonly issuedAt: Instant
  readonly lifetimeMs: number
  /** The first and the last attempt that may have arrived; null while none has. */
  readonly firstArrivedAt: Instant | null
  readonly lastArrivedAt: Instant | null
}

/** How a user signs in. */
export interface Credential {
  readonly user: UserId
  /** An Argon2id hash in PHC form, or null: no password is set. */
  readonly hash: string | null
  readonly temporary: LiveSecret | null
  readonly link: LiveSecret | null
  /** Wrong passwords in a row, since the last right one or the last change. */
  readonly failures: number
  /** When the last of them was tried; null while there is none. */
  readonly failedAt: Instant | null
  readonly version: number
}

/** A user's credential before there is any; a row of an older version gets from it what it lacks. */
export function emptyCredential(user: UserId): Credential {
  return { user, hash: null, temporary: null, link: null, failures: 0, failedAt: null, version: 0 }
}

/** The two kinds of live secrets; neither kills the other. */
export type SecretKind = 'temporary' | 'link'

/** Which live secret letters of a kind carry; null for those that carry none. */
export function secretOf(kind: LetterKind): SecretKind | null {
  switch (kind) {
    case 'reset-password':
      return 'temporary'
    case 'reset-link':
      return 'link'
    case 'password-changed':
    case 'test':
      return null
  }
}

/** So many wrong passwords in a row disable the password until it is reset (NIST SP 800-63B-4, 3.2.2). */
export const FAILURES_ALLOWED = 100
/** From this one on each wrong password makes the next try wait, twice as long as the one before. */
const FIRST_DELAYED = 5
const LONGEST_DELAY = 15 * MINUTE

/** How long after the latest of `failures` wrong passwords in a row the next one is looked at, in ms. */
export function signInDelay(failures: number): number {
  return failures < FIRST_DELAYED ? 0 : Math.min(2 ** (failures - FIRST_DELAYED) * SECOND, LONGEST_DELAY)
}

/** Whether the password of a credential is looked at now: it is neither delayed nor disabled. Resets never ask this. */
export function takesPassword({ failures, failedAt }: Credential, now: Instant): boolean {
  return failures < FAILURES_ALLOWED && (failedAt === null || now >= failedAt + signInDelay(failures))
}

/** The secret after an attempt that may have arrived at `at`: its life is counted anew, up to the hard limit. */
export function secretArrived(secret: LiveSecret, at: Instant): LiveSecret {
  const lastArrivedAt = Math.max(secret.lastArrivedAt ?? at, at)
  return { ...secret, firstArrivedAt: secret.firstArrivedAt ?? at, lastArrivedAt }
}

/**
 * When a secret stops working; null while no attempt may have arrived.
 * `lifetimeMs` from the last attempt that may have arrived, at most 24 h from the first such.
 */
export function secretExpiry(secret: LiveSecret): Instant | null {
  if (secret.firstArrivedAt === null || secret.lastArrivedAt === null) return null
  return Math.min(secret.lastArrivedAt + secret.lifetimeMs, secret.firstArrivedAt + SECRET_HARD_LIMIT)
}

/** Whether a secret works at `now`: from its round's first attempt until its life is over. */
export function secretWorks(secret: LiveSecret, now: Instant): boolean {
  const expiry = secretExpiry(secret)
  return now >= secret.issuedAt && (expiry === null || now < expiry)
}
