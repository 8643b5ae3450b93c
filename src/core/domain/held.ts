import type { Window } from './budget.ts'
import type { QueueState } from './queue.ts'
import type { Instant } from './time.ts'

/** What keeps a letter that is due from leaving. */
export type HeldBy = 'off' | 'no-daemon' | Exclude<QueueState, 'open'> | 'throttled' | Window['limit']

export interface Held {
  readonly why: HeldBy
  /** When it goes, or for a closed queue when that is tried next; null where nobody can tell. */
  readonly until: Instant | null
  /** Its turn comes after SERVICE_MAIL_RETRY_HOURS: it will fail as too old to send. */
  readonly tooOld: boolean
}
