import { begunWithin, lookBack, type Turn, turnsOf, windowsOf } from '../domain/budget.ts'
import { type Settings, settingsInForce } from '../domain/setting.ts'
import { DAY, type Instant, MINUTE } from '../domain/time.ts'
import type { Store } from '../store/port.ts'
import { closedBy, type Present } from './forecast.ts'
import { readQueue } from './settings.ts'

/** How much of a limit is used: letters that began within its time. */
export interface Used {
  readonly limit: number
  readonly used: number
}

/** The limits in force and what comes of them; null where there is none. */
export interface BudgetStatus {
  readonly perMinute: Used | null
  readonly daily: Used | null
  /** The turn of the last letter that is due; null when none is, when nothing limits it, or when mail is held otherwise. */
  readonly last: Turn | null
}

/** What of the limits is used, and when the last of the letters that are due leaves. */
export async function readBudget(
  store: Pick<Store, 'get' | 'settings' | 'now' | 'lettersBegun' | 'backlog'>,
  { daemon }: Present,
): Promise<BudgetStatus> {
  const settings = settingsInForce(await store.settings())
  const { SERVICE_MAIL_RATE_PER_MINUTE: rate, SERVICE_MAIL_DAILY_LIMIT: daily } = settings
  if (rate === 0 && daily === 0) return { perMinute: null, daily: null, last: null }
  const now = store.now()
  const begun = await store.lettersBegun(Number.MAX_SAFE_INTEGER)
  const used = (limit: number, ms: number) => (limit === 0 ? null : { limit, used: begunWithin(begun, ms, now) })
  const { due } = await store.backlog(now)
  const closed = closedBy(settings, await readQueue(store), { daemon, now })
  const turns = closed === null ? turnsOf(windowsOf(settings), begun, [{ letters: due, from: now }]) : []
  return { perMinute: used(rate, MINUTE), daily: used(daily, DAY), last: turns.at(-1) ?? null }
}

/** Letters that are to be asked for, or were just now. */
export interface Asked {
  readonly letters: number
  /** When they are due. */
  readonly from: Instant
  /** How many letters wait before them. */
  readonly ahead: number
}

/** The turn of the last of so many letters under the limits in force; null where no limit makes it wait. */
export async function lastTurn(
  store: Pick<Store, 'settings' | 'now' | 'lettersBegun'>,
  { letters, from, ahead }: Asked,
): Promise<{ readonly turn: Turn; readonly settings: Settings } | null> {
  const settings = settingsInForce(await store.settings())
  const windows = windowsOf(settings)
  if (windows.length === 0) return null
  const now = store.now()
  const batches = [
    { letters: ahead, from: now },
    { letters, from: Math.max(from, now) },
  ]
  const turn = turnsOf(windows, await store.lettersBegun(lookBack(windows)), batches).at(-1)
  return turn === undefined || turn.limit === null ? null : { turn, settings }
}
