import { diagnose } from '../domain/diagnosis.ts'
import type { AttemptId } from '../domain/ids.ts'
import type { LetterKind } from '../domain/letter.ts'
import { codeOf, type Result, resultOf } from '../domain/mail-log.ts'
import type { Happening } from '../domain/outcome.ts'
import { DEFAULTS, type Settings, settingsInForce } from '../domain/setting.ts'
import { HOUR, type Instant } from '../domain/time.ts'
import type { MailLogRow, Store } from '../store/port.ts'
import { readQueue } from './settings.ts'

/** Attempts that failed for one reason. */
export interface Failures {
  /** The kind of diagnosis, and what operators call it. */
  readonly diagnosis: string
  readonly title: string
  /** The enhanced code, else the reply code, else the error's own. */
  readonly code: string | null
  readonly count: number
  /** The kind of their letters: `test` only where all were test mails. */
  readonly kind: LetterKind
  /** The latest of them: its mail log entry, when it began, and what happened. */
  readonly latest: { readonly id: AttemptId; readonly at: Instant; readonly happening: Happening }
}

type Counts = Readonly<Record<Result, number>>

interface Hour {
  readonly counts: Counts
  /** By diagnosis and code. */
  readonly failures: ReadonlyMap<string, Failures>
}

/** The attempts of the last hours, as far as the mail log has been followed. */
export interface Day {
  /** By the hour's number since 1970. */
  readonly hours: ReadonlyMap<number, Hour>
  /** Where in the mail log what comes later follows; null at first. */
  readonly cursor: string | null
}

const HOURS = 24
const NONE: Counts = { success: 0, failure: 0, unknown: 0 }
export const EMPTY_DAY: Day = { hours: new Map(), cursor: null }

const hourOf = (at: Instant) => Math.floor(at / HOUR)
/** The present hour and those before it that make a day. */
const firstHour = (now: Instant) => hourOf(now) - HOURS + 1

/**
 * The day, brought up to date: the first time it reads a day of the mail log, then no more than what has come since.
 * When `signal` aborts, it gives what it has; the next call goes on there.
 */
export async function followDay(
  store: Pick<Store, 'searchMailLog' | 'now'>,
  day: Day,
  signal: AbortSignal,
): Promise<Day> {
  const first = firstHour(store.now())
  const hours = new Map([...day.hours].filter(([hour]) => hour >= first))
  let { cursor } = day
  const where = cursor === null ? { from: 'end' as const } : { before: cursor }
  const query = { ...where, since: first * HOUR, limit: Number.POSITIVE_INFINITY }
  for await (const finding of store.searchMailLog(query, signal)) {
    for (const row of finding.items.toReversed()) addRow(hours, row)
    cursor = finding.cursor
  }
  return { hours, cursor }
}

function addRow(hours: Map<number, Hour>, row: MailLogRow): void {
  const { counts, failures } = hours.get(hourOf(row.at)) ?? { counts: NONE, failures: new Map<string, Failures>() }
  const result = resultOf(row.outcome)
  hours.set(hourOf(row.at), {
    counts: { ...counts, [result]: counts[result] + 1 },
    failures:
      result === 'failure' && row.happening !== null ? withFailure(failures, failureOf(row, row.happening)) : failures,
  })
}

function failureOf(row: MailLogRow, happening: Happening): Failures {
  const { kind } = row
  const { kind: diagnosis, title } = diagnose(happening)
  return { diagnosis, title, code: codeOf(row), count: 1, kind, latest: { id: row.id, at: row.at, happening } }
}

function withFailure(failures: ReadonlyMap<string, Failures>, more: Failures): ReadonlyMap<string, Failures> {
  const key = `${more.diagnosis} ${more.code}`
  const known = failures.get(key)
  if (known === undefined) return new Map(failures).set(key, more)
  const latest = more.latest.at >= known.latest.at ? more.latest : known.latest
  const kind = known.kind === 'test' ? more.kind : known.kind
  return new Map(failures).set(key, { ...known, count: known.count + more.count, kind, latest })
}

/** What became of the attempts that began within one hour. */
export interface HourOfDay extends Counts {
  /** When the hour began. */
  readonly from: Instant
}

/** The last 24 hours, the oldest first; the last one is not over yet. */
export function hoursOfDay({ hours }: Day, now: Instant): readonly HourOfDay[] {
  return Array.from({ length: HOURS }, (_, index) => {
    const hour = firstHour(now) + index
    return { from: hour * HOUR, ...(hours.get(hour)?.counts ?? NONE) }
  })
}

/** What failed within the last 24 hours, by its reason; the reason that was met last comes first. */
export function failuresOfDay({ hours }: Day, now: Instant): readonly Failures[] {
  let groups: ReadonlyMap<string, Failures> = new Map()
  for (const [hour, { failures }] of hours) {
    if (hour >= firstHour(now)) for (const failure of failures.values()) groups = withFailure(groups, failure)
  }
  return [...groups.values()].sort((a, b) => b.latest.at - a.latest.at)
}

/** How far a store is from its first letter: what is to be done before anybody can be helped, in this order. */
export interface Beginning {
  /** There is nobody to help yet, or mail is off and no reset has ever come to an end. */
  readonly isNew: boolean
  /** A mail server was named, with what it takes to sign in. */
  readonly hasServer: boolean
  /** A server has taken a test letter. */
  readonly isTested: boolean
  readonly isEnabled: boolean
  readonly hasUsers: boolean
}

/** How far the store is from its first letter. */
export async function readBeginning(
  store: Pick<Store, 'get' | 'settings' | 'userCount' | 'tasks'>,
): Promise<Beginning> {
  const settings = settingsInForce(await store.settings())
  const { tested } = await readQueue(store)
  const hasUsers = (await store.userCount({})) > 0
  const isEnabled = settings.SERVICE_MAIL_ENABLE
  const isNew = !hasUsers || (!isEnabled && !(await hasHelped(store)))
  return { isNew, hasServer: hasServer(settings), isTested: tested !== null, isEnabled, hasUsers }
}

async function hasHelped(store: Pick<Store, 'tasks'>): Promise<boolean> {
  const ended = await store.tasks({ kind: 'reset-password', status: ['carried-out', 'failed'], limit: 1 })
  return ended.items.length > 0
}

function hasServer(settings: Settings): boolean {
  if (!settings.SERVICE_MAIL_AUTH) return settings.SERVICE_MAIL_HOST !== DEFAULTS.SERVICE_MAIL_HOST
  const signsIn = settings.SERVICE_MAIL_AUTH_METHOD === 'oauth2' || settings.SERVICE_MAIL_PASSWORD !== ''
  return settings.SERVICE_MAIL_USERNAME !== '' && signsIn
}
