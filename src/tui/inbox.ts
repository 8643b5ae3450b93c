import type { Instant } from '../core/domain/time.ts'

/** A letter that a sandbox caught instead of sending it on, as a mail program shows it to its reader. */
export interface InboxLetter {
  readonly id: string
  readonly at: Instant
  /** Names and addresses of its header. */
  readonly to: string
  readonly subject: string
  /** The headers worth reading, in their order. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The part in plain text; its lines end in LF. */
  readonly text: string
  /** What its reader gets in with: it stands in the text, too. */
  readonly secret: { readonly kind: 'temporary password' | 'link'; readonly text: string } | null
}

/** Where a sandbox keeps what it caught. A letter is there before the store says that it was sent. */
export interface Inbox {
  /** All of them, the newest first. */
  letters(): Promise<readonly InboxLetter[]>
}
