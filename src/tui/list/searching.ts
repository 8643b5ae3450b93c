import type { Finding, Page, Paging, TimeRange } from '../../core/store/port.ts'
import type { Progress } from '../screen.ts'
import type { SearchEffect, SearchMsg } from './search.ts'
import { pagingOf, type Slice } from './window.ts'

/** The ways to read a log. */
export interface LogReads<Row> {
  /** A page of it, without a filter. */
  readonly page: (paging: Paging) => Promise<Page<Row>>
  /** What fits the filter, as it is found. */
  readonly search: (paging: Paging, signal: AbortSignal) => AsyncIterable<Finding<Row>>
  /** All there is, as it is found. */
  readonly all: (query: Paging & TimeRange, signal: AbortSignal) => AsyncIterable<Finding<Row>>
  /** Whether a row that was found is wanted as far as the store could not tell; null when it could. */
  readonly fits: ((row: Row) => boolean) | null
}

/**
 * A part of a list of a log: a page of it, or of a search what was found when something was, with the cursor from which
 * the window goes on when it wants more; how far it has come while nothing is.
 */
export async function readSearched<Row>(
  { ask, filter, front: known }: Extract<SearchEffect, { kind: 'read' }>,
  { page, search, all, fits }: LogReads<Row>,
  { tell, signal }: Progress<SearchMsg<Row>>,
): Promise<SearchMsg<Row>> {
  const { ticket, place } = ask
  if (filter.trim() === '') {
    const slice = { ...(await page(pagingOf(ask))), total: null }
    return { kind: 'rows', ticket, slice, share: null, front: null }
  }
  const isBack = place.kind === 'end' || place.kind === 'before'
  const front = place.kind === 'start' ? await endOfLog(all, signal) : known
  // What is appended while one searches is found by another search, in front of that end.
  const paging: Paging = place.kind === 'start' && front !== null ? { limit: ask.limit, after: front } : pagingOf(ask)
  // Of what the store finds all may be unwanted: then only what is wanted counts.
  const limit = fits === null ? ask.limit : Number.POSITIVE_INFINITY
  const found: Row[] = []
  let isFirst = true
  for await (const { items, share, cursor } of search({ ...paging, limit }, signal)) {
    const fitting = fits === null ? items : items.filter(fits)
    if (isBack) found.unshift(...fitting)
    else found.push(...fitting)
    // Rows of another filter must not stay while nothing is found; a list that is read again must not shrink.
    const isNews = found.length > 0 || (isFirst && (place.kind === 'start' || place.kind === 'end'))
    isFirst = false
    if (share === 1 || found.length >= ask.limit || (isNews && !ask.again)) {
      const edge = share === 1 ? null : cursor
      const slice: Slice<Row> = isBack
        ? { items: found, previous: edge, next: place.kind === 'before' ? place.cursor : null, total: null }
        : { items: found, previous: place.kind === 'after' ? place.cursor : null, next: edge, total: null }
      return { kind: 'rows', ticket, slice, share, front: isBack && share === 1 ? cursor : front }
    }
    tell({ kind: 'progress', ticket, share })
  }
  return { kind: 'stopped' }
}

/** The cursor behind which nothing is yet: a search backwards through no time at all ends there. */
async function endOfLog<Row>(all: LogReads<Row>['all'], signal: AbortSignal): Promise<string | null> {
  const nothing = { limit: 1, from: 'end', since: Number.MAX_SAFE_INTEGER } as const
  for await (const { share, cursor } of all(nothing, signal)) if (share === 1) return cursor
  return null
}
