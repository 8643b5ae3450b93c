import type { LiveSecret } from './credential.ts'
import type { UserId } from './ids.ts'
import { HOUR, type Instant, MINUTE } from './time.ts'

/** A session nobody used for this long is over. */
const SESSION_IDLE = 30 * MINUTE
/** A session is over after this long, however much it is used. */
const SESSION_LIFE = 12 * HOUR
/** When a session was used is noted to this precision, so that not every page costs a write. */
export const SESSION_SEEN_STEP = MINUTE

/** A person who is signed in to the portal. Its secret is in the person's browser; here is only what it hashes to. */
export interface Session {
  /** SHA-256 of its 256-bit secret, in base64url. */
  readonly hash: string
  readonly user: UserId
  /** What it opens: after a temporary password, only the page that sets a new password. */
  readonly scope: 'everything' | 'new-password'
  /** The temporary password that opened it, with which it ends; null where the password did. */
  readonly temporary: Pick<LiveSecret, 'task' | 'round'> | null
  readonly createdAt: Instant
  readonly seenAt: Instant
}

/** Whether a session is over at `now`: idle for half an hour, or half a day old. */
export function sessionOver({ createdAt, seenAt }: Session, now: Instant): boolean {
  return now >= seenAt + SESSION_IDLE || now >= createdAt + SESSION_LIFE
}
