import type { Settings } from '../../../core/domain/setting.ts'
import type { Instant } from '../../../core/domain/time.ts'
import type { DaemonCommands } from '../../../core/open.ts'
import type { Backlog, TaskCounts } from '../../../core/store/port.ts'
import type { BudgetStatus } from '../../../core/usecases/budget.ts'
import { type Beginning, type Day, EMPTY_DAY, type Failures, failuresOfDay } from '../../../core/usecases/overview.ts'
import type { Shared } from '../../screen.ts'

/** What there is to do, as counted at one moment. */
export interface Figures {
  readonly counts: TaskCounts
  readonly backlog: Backlog
  readonly budget: BudgetStatus
  readonly settings: Settings
  readonly beginning: Beginning
  /** What to type about the daemon. */
  readonly commands: DaemonCommands
}

/** A read that is not begun twice at once: what changes meanwhile is read behind it. */
type Reading = 'idle' | 'reading' | 'again'

export interface OverviewState {
  readonly figures: Figures | null
  readonly day: Day
  readonly isDayRead: boolean
  readonly figuring: Reading
  readonly following: Reading
  /** Which of the causes is chosen. */
  readonly cursor: number
}

export const initialOverview: OverviewState = {
  figures: null,
  day: EMPTY_DAY,
  isDayRead: false,
  figuring: 'idle',
  following: 'idle',
  cursor: 0,
}

export type OverviewMsg =
  /** To the chosen cause's letters, to what the server said, to the setting that mends what is wrong. */
  | { readonly kind: 'tasks' | 'entries' | 'fix' }
  | { readonly kind: 'figures'; readonly figures: Figures }
  | { readonly kind: 'day'; readonly day: Day }

export type OverviewEffect = { readonly kind: 'count' } | { readonly kind: 'follow-day'; readonly day: Day }

export interface OverviewTypes {
  readonly state: OverviewState
  readonly msg: OverviewMsg
  readonly effect: OverviewEffect
}

/** The causes that are listed, the latest first. */
export const causesOf = ({ day }: OverviewState, now: Instant): readonly Failures[] => failuresOfDay(day, now)

/** The cause that is chosen; undefined where nothing failed. */
export function chosenCause(state: OverviewState, { now }: Pick<Shared, 'now'>): Failures | undefined {
  const causes = causesOf(state, now)
  return causes[Math.min(state.cursor, causes.length - 1)]
}
