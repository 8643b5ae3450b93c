import type { UserId } from './ids.ts'
import type { Instant } from './time.ts'

/** A person who is signed in to the portal. Its secret is in the person's browser; here is only what it hashes to. */
export interface Session {
  /** SHA-256 of its 256-bit secret, in base64url. */
  readonly hash: string
  readonly user: UserId
  /** What it opens: after a temporary password or a link, only the page that sets a new password. */
  readonly scope: 'everything' | 'new-password'
  readonly createdAt: Instant
  readonly seenAt: Instant
}
