import { thousands } from '../../core/text/human.ts'
import type { CoreMsg } from '../screen.ts'
import { askedSince, reopened, updateList } from './list.update.ts'
import { type Ask, failWindow, fillWindow, type ListWindow, moveWindow, openWindow, type Slice } from './window.ts'

/**
 * The list of a whole log, and the search that fills it while there is a filter. Each part of a search ends as soon as
 * something was found, with the cursor from which the window goes on when it wants more.
 */
export interface Searched<Row> {
  readonly list: ListWindow<Row>
  /** As it was typed. */
  readonly filter: string
  readonly search: Search
}

/** How far a search has come. */
export interface Search {
  /** From the newest towards the oldest, or, after a jump to the end, the other way. */
  readonly way: 'onward' | 'back'
  /** How much of the log has been looked through: from 0 to 1. */
  readonly share: number
  /** How much had been when what is under way was begun. */
  readonly base: number
  /** The operator has called it off: it goes on when they say so. */
  readonly isCalledOff: boolean
  /** Where the log ended when it was begun: what is in front of this cursor came later. */
  readonly front: string | null
}

/** What an effect tells a searched list. */
export type SearchMsg<Row> =
  | {
      readonly kind: 'rows'
      readonly ticket: number
      readonly slice: Slice<Row>
      /** How much of its part of the log this search has behind it; null for a plain read. */
      readonly share: number | null
      /** Where the log ends, when the search learnt that. */
      readonly front: string | null
    }
  | { readonly kind: 'progress'; readonly ticket: number; readonly share: number }
  /** A search was called off. */
  | { readonly kind: 'stopped' }

/** What a searched list wants done. */
export type SearchEffect =
  | { readonly kind: 'read'; readonly ask: Ask; readonly filter: string; readonly front: string | null }
  /** Ends the search that is under way. */
  | { readonly kind: 'stop' }

export const NEW_SEARCH: Search = { way: 'onward', share: 0, base: 0, isCalledOff: false, front: null }

const isFiltered = ({ filter }: Pick<Searched<never>, 'filter'>): boolean => filter.trim() !== ''

/** Whether a search is under way. */
const isSearching = <Row>(state: Pick<Searched<Row>, 'filter' | 'list'>): boolean =>
  isFiltered(state) && state.list.asked !== null

/** The read that an update has asked for, if it has. */
export function searchAskedSince<Row>(before: Searched<Row>, after: Searched<Row>): readonly SearchEffect[] {
  const ask = askedSince(before.list, after.list)
  return ask === null ? [] : [{ kind: 'read', ask, filter: after.filter, front: after.search.front }]
}

/**
 * What a list of a log makes of a message; `searchAskedSince()` says which read that wants.
 * @param height rows of the view
 */
export function updateSearched<Row>(
  state: Searched<Row>,
  msg: CoreMsg | SearchMsg<Row>,
  height: number,
): Searched<Row> {
  switch (msg.kind) {
    case 'changed':
      return readNewer(state, msg, height)
    case 'refresh':
      return readNewer({ ...state, search: { ...state.search, isCalledOff: false } }, msg, height)
    case 'filter':
      return filtered(state, msg.text)
    case 'move': {
      // Who jumps wants to see that end, and says so.
      const isJump = msg.move.kind === 'start' || msg.move.kind === 'end'
      const search = isJump ? { ...state.search, isCalledOff: false } : state.search
      return taken({ ...state, search }, moved(state.list, msg, height))
    }
    case 'shown':
    case 'minute':
    case 'failed':
    case 'mark':
    case 'open':
    case 'resized':
    case 'scroll':
    case 'typed':
      return taken(state, moved(state.list, msg, height))
    case 'rows':
      return filled(state, msg)
    case 'progress':
      return state.list.asked?.ticket === msg.ticket ? { ...state, search: cameTo(state, msg.share) } : state
    case 'stopped':
      return state
  }
}

const moved = <Row>(list: ListWindow<Row>, msg: CoreMsg, height: number): ListWindow<Row> =>
  updateList(list, msg, height, () => true)

/** The page is shown: with another filter, or with what it was left with, which goes on. */
export function showSearched<Row>(state: Searched<Row>, filter: string | undefined, height: number): Searched<Row> {
  const sized = { ...state, list: moved(state.list, { kind: 'resized' }, height) }
  const isOther = filter !== undefined && filter !== state.filter
  if (isOther || !state.list.loaded) return filtered(sized, filter ?? state.filter)
  return readNewer(sized, { kind: 'shown', arrival: {} }, height)
}

/** The list under another filter, from its start. */
function filtered<Row>(state: Searched<Row>, filter: string): Searched<Row> {
  return taken({ ...state, filter, search: NEW_SEARCH }, reopened(state.list))
}

/** What a step of a searched list comes to. */
interface SearchStep<Row> {
  readonly state: Searched<Row>
  readonly effects: readonly SearchEffect[]
}

/** One rung of the Escape ladder: the search, the filter; null when there is neither. */
export function leaveSearch<Row>(state: Searched<Row>): SearchStep<Row> | null {
  if (isSearching(state) && !state.search.isCalledOff) return ended(state, true)
  if (state.filter === '') return null
  const all = filtered(state, '')
  return { state: all, effects: searchAskedSince(state, all) }
}

/** Another page is shown: a search ends, and goes on when this one is shown again. */
export const hideSearch = <Row>(state: Searched<Row>): SearchStep<Row> =>
  isSearching(state) ? ended(state, state.search.isCalledOff) : { state, effects: [] }

/** The search ends, and what it found stays; one that was called off is taken up again only when the operator says so. */
function ended<Row>(state: Searched<Row>, isCalledOff: boolean): SearchStep<Row> {
  const search = { ...state.search, isCalledOff }
  return { state: { ...state, search, list: failWindow(state.list) }, effects: [{ kind: 'stop' }] }
}

/** The state with the list as it is now, and its search where it asks for more. One that was called off is not taken up. */
function taken<Row>(state: Searched<Row>, list: ListWindow<Row>): Searched<Row> {
  const ask = askedSince(state.list, list)
  if (ask === null) return list === state.list ? state : { ...state, list }
  if (!isFiltered(state)) return { ...state, list }
  const { search } = state
  if (search.isCalledOff) return { ...state, list: failWindow(list) }
  const isJump = ask.place.kind === 'start' || ask.place.kind === 'end'
  const begun: Search = isJump
    ? { ...search, way: ask.place.kind === 'start' ? 'onward' : 'back', share: 0, base: 0 }
    : { ...search, base: search.share }
  return { ...state, list, search: begun }
}

/** The search, `share` of what is under way behind it; a look the other way, at what came since, counts nothing. */
function cameTo<Row>({ search, list: { asked } }: Pick<Searched<Row>, 'search' | 'list'>, share: number): Search {
  const { way, base } = search
  const counts = asked !== null && asked.place.kind !== (way === 'onward' ? 'before' : 'after')
  return counts ? { ...search, share: base + (1 - base) * share } : search
}

/**
 * What was appended since: a log changes nowhere else. Without a filter what is loaded is read again; with one, what is in
 * front of its first row is searched, since the whole search again would take as long as it took.
 */
function readNewer<Row>(state: Searched<Row>, msg: CoreMsg, height: number): Searched<Row> {
  const { list, search } = state
  if (!isFiltered(state)) return taken(state, moved(list, msg, height))
  if (list.asked !== null) return state
  if (!list.loaded) return taken(state, openWindow(list))
  const [first, ...others] = list.slices
  const isStart = first !== undefined && first.previous === null && search.front !== null
  const slices = isStart ? [{ ...first, previous: search.front }, ...others] : list.slices
  return taken(state, moveWindow({ ...list, slices }, { kind: 'by', rows: 0 }))
}

/** Rows have come. Who is at the very start sees what comes in above. */
function filled<Row>(
  state: Searched<Row>,
  { ticket, slice, share, front }: Extract<SearchMsg<Row>, { kind: 'rows' }>,
): Searched<Row> {
  const { list, search } = state
  if (list.asked?.ticket !== ticket) return state
  const isAbove = list.asked.place.kind === 'before' && list.top === 0
  const came = share === null ? search : cameTo(state, share)
  const next = fillWindow(list, ticket, slice)
  const seen = isAbove ? { ...next, top: Math.max(0, next.cursor - next.height + 1) } : next
  return taken({ ...state, search: { ...came, front: front ?? came.front } }, seen)
}

/** How many rows there are, once both ends of them are known. */
const foundInAll = <Row>({ list: { first, slices, rows } }: Searched<Row>): number | null =>
  first !== null && slices.at(-1)?.next === null ? first + rows.length : null

/** What the headline says of a list of a log: its place, and how far the search has come. */
export function searchHeadline<Row>(state: Searched<Row>) {
  const { list } = state
  if (!isFiltered(state)) {
    const order = { words: 'newest first', direction: 'descending' as const }
    return { list: { ...list, total: null }, order, words: null }
  }
  const total = foundInAll(state)
  return { list: { ...list, total }, words: total === null ? searchWords(state) : null }
}

/** `searched 40 %, 12 found`; nothing once all of it was searched, since the place in the list says how many there are. */
function searchWords<Row>(state: Searched<Row>): string {
  const { search, list } = state
  const found = `${thousands((list.first ?? 0) + list.rows.length)} found`
  const share = `${Math.floor(search.share * 100)} %`
  if (search.isCalledOff) return `stopped at ${share}, ${found}; R goes on`
  return `searched ${share}, ${found}${isSearching(state) || search.share === 1 ? '' : ' so far'}`
}

/** What stands in the place of rows. */
export function nothingWords<Row>(state: Searched<Row>, nothing: string, ellipsis: string): string {
  if (!isFiltered(state)) return nothing
  if (isSearching(state)) return `Searching ${ellipsis} Esc stops.`
  if (state.search.isCalledOff) return 'Nothing found so far. R goes on; Esc takes the filter away.'
  return 'No entry fits. Esc takes the filter away.'
}
