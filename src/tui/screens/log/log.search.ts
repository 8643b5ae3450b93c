import { LETTER_KINDS } from '../../../core/domain/letter.ts'
import { failedBy, RESULTS, resultOf } from '../../../core/domain/mail-log.ts'
import { OUTCOMES } from '../../../core/domain/outcome.ts'
import { DAY, HOUR, type Instant, MINUTE } from '../../../core/domain/time.ts'
import { readableAddress, spellings } from '../../../core/host/readable-address.ts'
import type { MailLogFilter, MailLogRow } from '../../../core/store/port.ts'
import { kindsNamed, kindWord, PHRASES } from '../../../core/text/task-words.ts'
import { parseFilter } from '../../list/filter.ts'

const LOG_FIELDS = ['result', 'kind', 'to', 'error', 'since', 'until', 'user'] as const

/** A filter as the store has it, and what the store does not know. */
export interface LogSearch {
  readonly filter: MailLogFilter
  /** What of the rows that the store finds is wanted; null when all is. */
  readonly fits: ((row: MailLogRow) => boolean) | null
  /** What of the filter is not understood, with what would be; null when all is. That part filters nothing. */
  readonly doubt: string | null
}

/**
 * Reads what was typed behind `/`: words, `result:failure` (or an outcome: `result:refused`), `kind:test`, `to:ann`,
 * `user:ann`, `error:5.7.8`, `since:2h`, `until:2026-11-20`, and `!` before any but the times, which turns it round.
 * @param now the moment that `2h` is counted from
 */
export function parseLogSearch(text: string, now: Instant): LogSearch {
  const { words, without, fields, doubt } = parseFilter(text, LOG_FIELDS, PHRASES)
  const [result, kind, to, error, since, until, user] = LOG_FIELDS.map((field) => fields.get(field))
  const wanted = result === undefined ? undefined : RESULTS.find((each) => each.startsWith(result.value.toLowerCase()))
  const outcomes = result === undefined || wanted !== undefined ? [] : outcomesNamed(result.value)
  const kinds = kind === undefined ? [] : kindsNamed(kind.value)
  const from = since === undefined ? undefined : momentOf(since.value, now)
  const before = until === undefined ? undefined : momentOf(until.value, now, 'end')
  const unwanted: ((row: MailLogRow) => boolean)[] = [
    ...without.map((word) => (row: MailLogRow) => says(row, word)),
    ...(wanted !== undefined && result?.inverse ? [(row: MailLogRow) => resultOf(row.outcome) === wanted] : []),
    ...(outcomes.length > 0 ? [(row: MailLogRow) => outcomes.includes(row.outcome) === result?.inverse] : []),
    ...(kinds.length > 0 ? [(row: MailLogRow) => kinds.includes(row.kind) === kind?.inverse] : []),
    ...(to?.inverse ? [(row: MailLogRow) => isTo(row, to.value.toLowerCase())] : []),
    ...(user === undefined ? [] : [(row: MailLogRow) => isOf(row, user.value.toLowerCase()) === user.inverse]),
    ...(error?.inverse ? [(row: MailLogRow) => failedBy(row, error.value.toLowerCase())] : []),
  ]
  const doubts = [
    result !== undefined && wanted === undefined && outcomes.length === 0 ? `result: ${RESULTS.join(', ')}` : null,
    kind !== undefined && kinds.length === 0 ? `kind: ${LETTER_KINDS.map(kindWord).join(', ')}` : null,
    from === null || before === null ? 'times: 2h, 3d, 2026-11-20' : null,
    doubt,
  ]
  return {
    filter: {
      ...(words === '' ? {} : { keyword: words }),
      ...(wanted === undefined || result?.inverse ? {} : { result: wanted }),
      // Whoever is meant exactly is found as a part, too: the store looks through far less then.
      ...(user === undefined || user.inverse ? {} : { recipient: user.value }),
      ...(to === undefined || to.inverse ? {} : { recipient: to.value }),
      ...(error === undefined || error.inverse ? {} : { error: error.value }),
      ...(typeof from === 'number' ? { since: from } : {}),
      ...(typeof before === 'number' ? { until: before } : {}),
    },
    fits: unwanted.length === 0 ? null : (row) => !unwanted.some((is) => is(row)),
    doubt: doubts.find((said) => said !== null) ?? null,
  }
}

/** The outcomes that begin as what was typed does: the opened entry says them behind its result. */
const outcomesNamed = (typed: string) => OUTCOMES.filter((outcome) => outcome.startsWith(typed.toLowerCase()))

/** Whether a letter went to a user, by username or address. */
const isOf = ({ to, user }: MailLogRow, name: string): boolean =>
  [to, readableAddress(to), user?.username ?? ''].some((text) => text.toLowerCase() === name)

const isTo = ({ to, user }: MailLogRow, word: string): boolean =>
  [spellings(to), user?.username ?? ''].some((text) => text.toLowerCase().includes(word))

const says = (row: MailLogRow, word: string): boolean =>
  isTo(row, word) || [row.subject, row.reply ?? ''].some((text) => text.toLowerCase().includes(word))

const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY }

/**
 * A moment as it was typed: so long ago (`90m`, `2h`, `3d`, `1w`), or a day or a minute of this machine's clock
 * (`2026-11-20`, `2026-11-20T14:05`). Null when it is neither.
 * @param edge a day alone means its beginning, or with `end` the day through
 */
export function momentOf(typed: string, now: Instant, edge: 'start' | 'end' = 'start'): Instant | null {
  const [, count, unit] = /^(\d{1,6})([mhdw])$/i.exec(typed) ?? []
  if (count !== undefined && unit !== undefined) return now - Number(count) * (UNITS[unit.toLowerCase()] ?? 0)
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d))?$/i.exec(typed)
  if (match === null) return null
  const [year = 0, month = 0, day = 0, hours, minutes] = match.slice(1).map(Number)
  const isDay = match[4] === undefined
  const date = new Date(year, month - 1, day, isDay ? 0 : hours, isDay ? 0 : minutes)
  // 2026-02-31 would be a day of March.
  if (date.getMonth() !== month - 1 || date.getDate() !== day) return null
  if (isDay && edge === 'end') date.setDate(date.getDate() + 1)
  return date.getTime()
}
