import type { TaskId, UserId } from './ids.ts'
import { HOUR, type Instant } from './time.ts'

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
  readonly version: number
}

export function emptyCredential(user: UserId): Credential {
  return { user, hash: null, temporary: null, version: 0 }
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
