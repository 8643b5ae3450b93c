import { BadCursor } from '../error.ts'
import type { Finding, Page, Paging, TimeRange } from '../port.ts'
import type { LogFilter } from './log-filter.ts'
import { type Entries, type Listed, type LogContext, listedOf, type Part, type Place, type Rows } from './log-source.ts'
import { partOf } from './log-time.ts'
import { endPlace, isWithin, justBehind, overlap, type TakeLine, walk } from './log-walk.ts'
import type { Log } from './segments.ts'

/** Which window of a log: the newest entries come first. */
export interface LogQuery<Row> {
  readonly paging: Paging
  readonly range: TimeRange
  readonly filter: LogFilter<Row>
}

/** A cursor of a log is a place: what is earlier follows it, the rest leads up to it. */
const toCursor = (place: Place) => place.join('.')

function fromCursor(cursor: string): Place {
  const match = /^(\d{1,15})\.(\d{1,9})$/.exec(cursor)
  if (match === null) throw new BadCursor(cursor)
  return [Number(match[1]), Number(match[2])]
}

/** What a window is read from. */
interface Span {
  /** From the newest towards the oldest. */
  readonly onward: boolean
  readonly part: Part
  /** What lies on the cursor's other side; null without a cursor. */
  readonly passed: Part | null
}

function spanOf(context: LogContext, { after, before, from }: Paging, range: TimeRange): Span {
  // What others appended since is for the next time, wherever it is met.
  const whole = overlap(partOf(context, range), { from: null, to: [context.replica.sequence + 1, 0] })
  const given = after ?? before
  if (given === undefined) return { onward: from !== 'end', part: whole, passed: null }
  const cursor = fromCursor(given)
  const earlier = overlap(whole, { from: null, to: cursor })
  const later = overlap(whole, { from: cursor, to: null })
  return after === undefined
    ? { onward: false, part: later, passed: earlier }
    : { onward: true, part: earlier, passed: later }
}

/** Takes from lines what fits, in the way they are read, until there are enough. */
class Collector<L extends Log> {
  readonly found: Listed<L>[] = []
  readonly #log: L
  readonly #span: Span
  readonly #query: LogQuery<Rows[L]>
  #count = 0

  constructor(log: L, span: Span, query: LogQuery<Rows[L]>) {
    this.#log = log
    this.#span = span
    this.#query = query
  }

  get full(): boolean {
    return this.#count >= this.#query.paging.limit
  }

  take: TakeLine = (source, line) => {
    const { filter, paging } = this.#query
    const { onward, part } = this.#span
    if (filter.needle !== null && !line.bytes.includes(filter.needle)) return false
    const listed = listedOf(source, this.#log, line).filter(({ n, row }) => isWithin(n, part) && filter.fits(row))
    const wanted = (onward ? listed.reverse() : listed).slice(0, paging.limit - this.#count)
    this.found.push(...wanted)
    this.#count += wanted.length
    return this.full
  }

  /** What was found since this was last asked for, in the list's order. */
  hand(): readonly Listed<L>[] {
    const found = this.found.splice(0)
    return this.#span.onward ? found : found.reverse()
  }
}

/**
 * A page of a log. It is looked for no further than the page needs; a filter may have it look through everything.
 * @throws StoreError `damaged` at a line that cannot be trusted; BadCursor.
 */
export async function readLog<L extends Log>(
  context: LogContext,
  log: L,
  query: LogQuery<Rows[L]>,
): Promise<Page<Entries[L]>> {
  const span = spanOf(context, query.paging, query.range)
  const { onward, part, passed } = span
  const collector = new Collector(log, span, query)
  for await (const _ of walk({ context, log, part, newestFirst: onward, take: collector.take }));
  const found = collector.hand()
  const front = found[0] === undefined ? null : justBehind(found[0].n)
  const behind = found.at(-1)?.n ?? null
  const left = onward ? { from: part.from, to: behind } : { from: front, to: part.to }
  const more = collector.full && (await endPlace(context, log, left, 'newest')) !== null
  const back = passed !== null && (await endPlace(context, log, passed, 'newest')) !== null
  const given = query.paging.after ?? query.paging.before ?? null
  return {
    items: found.map(({ whole }) => whole()),
    next: (onward ? more : back) ? (behind === null ? given : toCursor(behind)) : null,
    previous: (onward ? back : more) ? (front === null ? given : toCursor(front)) : null,
  }
}

/** Milliseconds between two words of a search. */
const WORD_MS = 60

/** The same list as it is found. */
export async function* searchLog<L extends Log>(
  context: LogContext,
  log: L,
  query: LogQuery<Rows[L]>,
  signal: AbortSignal,
): AsyncGenerator<Finding<Rows[L]>, void> {
  const span = spanOf(context, query.paging, query.range)
  const { onward, part } = span
  const collector = new Collector(log, span, query)
  const share = await shareOf(context, log, span)
  let wordAt = 0
  for await (const place of walk({ context, log, part, newestFirst: onward, take: collector.take })) {
    if (signal.aborted) return
    if (performance.now() < wordAt) continue
    yield { items: collector.hand().map(({ row }) => row), share: share(place), cursor: toCursor(place) }
    if (signal.aborted) return
    wordAt = performance.now() + WORD_MS
  }
  if (signal.aborted) return
  const items = collector.hand()
  const [newest] = items
  const oldest = items.at(-1)
  if (collector.full && newest !== undefined && oldest !== undefined) {
    const place = onward ? oldest.n : justBehind(newest.n)
    yield { items: items.map(({ row }) => row), share: share(place), cursor: toCursor(place) }
  } else {
    const end = onward ? part.from : part.to
    yield { items: items.map(({ row }) => row), share: 1, cursor: toCursor(end ?? [0, 0]) }
  }
}

/** How much of a span is behind a place, by the numbers of the transactions; never all. */
async function shareOf(context: LogContext, log: Log, { onward, part }: Span): Promise<(place: Place) => number> {
  const oldest = (await endPlace(context, log, part, 'oldest'))?.[0] ?? 0
  const newest = Math.max(part.to?.[0] ?? 0, oldest + 1)
  return ([sequence]) => {
    const behind = onward ? newest - sequence : sequence - oldest
    return Math.min(0.999, Math.max(0, behind / (newest - oldest)))
  }
}
