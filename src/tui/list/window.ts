import type { Page, Paging } from '../../core/store/port.ts'

/**
 * A list as the console holds it: the rows around the view, never all of them. It asks the store for the part that it
 * needs next; moves that go beyond what is loaded are owed until the rows are there, so no key is lost.
 */

/** Where in the whole list the rows to be read are; a cursor is the store's. */
type Place =
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'after'; readonly cursor: string }
  | { readonly kind: 'before'; readonly cursor: string }

/** A read that is wanted; an answer with another ticket than the latest is stale. */
export interface Ask {
  readonly ticket: number
  readonly place: Place
  readonly limit: number
  /** Reads what is loaded once more: the operator stays on the same row. */
  readonly again: boolean
}

/** A page of the store's list, and how many rows the whole list has where that was counted. */
export interface Slice<Row> extends Page<Row> {
  readonly total?: number | null
}

/** The page that is asked for, in the store's words. */
export function pagingOf({ place, limit }: Ask): Paging {
  switch (place.kind) {
    case 'start':
    case 'end':
      return { limit, from: place.kind }
    case 'after':
      return { limit, after: place.cursor }
    case 'before':
      return { limit, before: place.cursor }
  }
}

export type Move =
  | { readonly kind: 'by'; readonly rows: number }
  /** By views: 1 is PgDn, -0.5 is Ctrl-U. */
  | { readonly kind: 'page'; readonly views: number }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }

export interface ListWindow<Row> {
  readonly idOf: (row: Row) => string
  /** What is loaded, in order. */
  readonly slices: readonly Slice<Row>[]
  readonly rows: readonly Row[]
  /** Index in `rows` of the row that the operator is on. */
  readonly cursor: number
  /** Index in `rows` of the first row of the view. */
  readonly top: number
  /** Rows of the view, at least 1. */
  readonly height: number
  /** The rows that are marked, as they were last seen. */
  readonly marks: ReadonlyMap<string, Row>
  /** Place of `rows[0]` in the whole list, from 0; null where that is not known. */
  readonly first: number | null
  readonly total: number | null
  /** The latest read that was asked for; null when it was answered. */
  readonly asked: Ask | null
  readonly ticket: number
  /** Moves that wait for rows. */
  readonly owed: readonly Move[]
  /** What is shown has changed in the store: read it again as soon as nothing else is being read. */
  readonly outdated: boolean
  /** Whether anything has been read yet. */
  readonly loaded: boolean
}

const LEAST_READ = 60
/** Views that one read brings, and that are kept above and below before rows are let go. */
const VIEWS_READ = 3
const MOST_OWED = 10_000

export function emptyWindow<Row>(idOf: (row: Row) => string): ListWindow<Row> {
  const nothing = { slices: [], rows: [], cursor: 0, top: 0, height: 1, marks: new Map(), first: null, total: null }
  return { idOf, ...nothing, asked: null, ticket: 0, owed: [], outdated: false, loaded: false }
}

const chunk = ({ height }: { readonly height: number }): number => Math.max(LEAST_READ, VIEWS_READ * height)
const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value))

/** The row that the operator is on. */
export const currentRow = <Row>({ rows, cursor }: ListWindow<Row>): Row | undefined => rows[cursor]

/** The rows of the view. */
export const visibleRows = <Row>({ rows, top, height }: ListWindow<Row>): readonly Row[] =>
  rows.slice(top, top + height)

/** What an action is about: the marked rows, else the one that the operator is on. */
export function chosenRows<Row>(list: ListWindow<Row>): readonly Row[] {
  if (list.marks.size > 0) return [...list.marks.values()]
  const current = currentRow(list)
  return current === undefined ? [] : [current]
}

/** The window with a read of `place` asked for; whatever was being read is stale now. */
function ask<Row>(list: ListWindow<Row>, place: Place, limit = chunk(list), again = false): ListWindow<Row> {
  const ticket = list.ticket + 1
  return { ...list, ticket, asked: { ticket, place, limit, again } }
}

/** Reads the list from its start: it is shown for the first time, or its filter or order is another. Marks stay. */
export function openWindow<Row>(list: ListWindow<Row>): ListWindow<Row> {
  return ask({ ...list, owed: [], outdated: false }, { kind: 'start' })
}

/** Reads what is loaded again, at once or behind what is being read. */
export function refreshWindow<Row>(list: ListWindow<Row>): ListWindow<Row> {
  if (!list.loaded && list.asked === null) return openWindow(list)
  if (list.asked !== null) return { ...list, outdated: true }
  const from = list.slices[0]?.previous ?? null
  // A cursor stands between two rows: what follows the one in front of the first row begins with that row.
  const place: Place = from === null ? { kind: 'start' } : { kind: 'after', cursor: from }
  return ask({ ...list, outdated: false }, place, Math.max(chunk(list), list.rows.length), list.loaded)
}

/** The read failed: it is made again with the next change, minute or key; moves that waited for it are given up. */
export function failWindow<Row>(list: ListWindow<Row>): ListWindow<Row> {
  return list.asked === null ? list : { ...list, asked: null, owed: [] }
}

/** Another height of the view; the row that the operator is on stays in it. */
export function resizeWindow<Row>(list: ListWindow<Row>, height: number): ListWindow<Row> {
  return height === list.height ? list : prefetch(scrolled({ ...list, height: Math.max(1, height) }))
}

/** The view moved as little as shows the cursor, and never beyond the end of what is loaded. */
function scrolled<Row>(list: ListWindow<Row>): ListWindow<Row> {
  const { cursor, height, rows } = list
  const top = clamp(list.top, cursor - height + 1, cursor)
  return { ...list, top: clamp(top, 0, Math.max(0, rows.length - height)) }
}

/** Moves the operator; what cannot be done before more rows are there is owed. */
export function moveWindow<Row>(list: ListWindow<Row>, move: Move): ListWindow<Row> {
  switch (move.kind) {
    case 'start':
      return jump(list, move, list.slices[0]?.previous ?? null, 0)
    case 'end':
      return jump(list, move, list.slices.at(-1)?.next ?? null, list.rows.length - 1)
    case 'by':
    case 'page':
      if (list.owed.length > 0 || isJumping(list))
        return list.owed.length < MOST_OWED ? { ...list, owed: [...list.owed, move] } : list
      return prefetch(step(list, move))
  }
}

/** Whether the rows that are being read will take the place of those that are loaded. */
const isJumping = ({ asked, loaded }: Pick<ListWindow<unknown>, 'asked' | 'loaded'>): boolean =>
  asked !== null && !asked.again && (!loaded || asked.place.kind === 'end' || asked.place.kind === 'start')

/** Whether the operator is about to be on another row: the rows are being read anew, or moves are owed. */
export const isUnsettled = (list: Pick<ListWindow<unknown>, 'asked' | 'loaded' | 'owed'>): boolean =>
  list.owed.length > 0 || isJumping(list)

function jump<Row>(list: ListWindow<Row>, to: Move, beyond: string | null, index: number): ListWindow<Row> {
  const free = { ...list, owed: [] }
  if (!list.loaded) return { ...free, owed: [to] }
  if (beyond !== null) return ask(free, { kind: to.kind === 'start' ? 'start' : 'end' })
  // What is being read may be meant to take the place of these rows: the jump is made in those.
  if (isJumping(list)) return { ...free, owed: [to] }
  return prefetch(scrolled({ ...free, cursor: Math.max(0, index) }))
}

function step<Row>(list: ListWindow<Row>, move: Extract<Move, { kind: 'by' | 'page' }>): ListWindow<Row> {
  const { rows, cursor, top, height, slices } = list
  const distance = move.kind === 'by' ? move.rows : pageRows(height, move.views)
  const wanted = cursor + distance
  const reached = clamp(wanted, 0, Math.max(0, rows.length - 1))
  const beyond = distance < 0 ? slices[0]?.previous : slices.at(-1)?.next
  const rest = wanted - reached
  // A page moves the view as far as the cursor; single steps move it only at its edge.
  const moved = { ...list, cursor: reached, top: move.kind === 'page' ? top + reached - cursor : top }
  const owed: readonly Move[] =
    rest !== 0 && beyond !== null && beyond !== undefined ? [{ kind: 'by', rows: rest }] : []
  return scrolled({ ...moved, owed })
}

/** One row of the view before stays in sight, as in less. */
function pageRows(height: number, views: number): number {
  const whole = Math.abs(views) === 1 ? height - 1 : Math.round(height * Math.abs(views))
  return Math.sign(views) * Math.max(1, whole)
}

/** Asks for the rows that come next when the view nears the end of what is loaded. */
function prefetch<Row>(list: ListWindow<Row>): ListWindow<Row> {
  const { asked, rows, cursor, height, slices, owed, loaded } = list
  if (!loaded || (asked !== null && !asked.again)) return list
  const previous = slices[0]?.previous ?? null
  const next = slices.at(-1)?.next ?? null
  const [first] = owed
  const wantsUp = first?.kind === 'by' ? first.rows < 0 : cursor < height
  const wantsDown = first?.kind === 'by' ? first.rows > 0 : rows.length - 1 - cursor < 2 * height
  // A refresh that gives way to what the operator needs is made up for.
  const outdated = list.outdated || asked !== null
  if (wantsUp && previous !== null) return ask({ ...list, outdated }, { kind: 'before', cursor: previous })
  if (wantsDown && next !== null) return ask({ ...list, outdated }, { kind: 'after', cursor: next })
  return list
}

/** Rows have come. An answer to anything but the latest question is dropped. */
export function fillWindow<Row>(list: ListWindow<Row>, ticket: number, slice: Slice<Row>): ListWindow<Row> {
  if (list.asked === null || list.asked.ticket !== ticket) return list
  const total = slice.total === undefined ? list.total : slice.total
  const filled = letGo(placed({ ...list, asked: null, total, loaded: true }, list.asked, slice))
  const paid = pay(marksAsSeen(filled, slice))
  return paid.asked === null && paid.outdated ? refreshWindow(paid) : paid
}

function placed<Row>(list: ListWindow<Row>, { place, again }: Ask, slice: Slice<Row>): ListWindow<Row> {
  if (again) return onSameRow(list, slice, place.kind === 'start' ? 0 : list.first)
  switch (place.kind) {
    case 'after':
      return joined(list, [...list.slices, slice], list)
    case 'before': {
      const more = slice.items.length
      const first = list.first === null ? null : Math.max(0, list.first - more)
      return joined(list, [slice, ...list.slices], { cursor: list.cursor + more, top: list.top + more, first })
    }
    case 'start':
      return joined(list, [slice], { cursor: 0, top: 0, first: 0 })
    case 'end': {
      const last = Math.max(0, slice.items.length - 1)
      const first = list.total === null ? null : list.total - slice.items.length
      return scrolled(joined(list, [slice], { cursor: last, top: last, first }))
    }
  }
}

type Position = Pick<ListWindow<unknown>, 'cursor' | 'top' | 'first'>

function joined<Row>(
  list: ListWindow<Row>,
  slices: readonly Slice<Row>[],
  { cursor, top, first }: Position,
): ListWindow<Row> {
  return { ...list, slices, rows: slices.flatMap(({ items }) => items), cursor, top, first }
}

/** The rows as they are now; the operator stays on the same one, at the same height, or at its place if it is gone. */
function onSameRow<Row>(list: ListWindow<Row>, slice: Slice<Row>, first: number | null): ListWindow<Row> {
  const current = currentRow(list)
  const id = current === undefined ? null : list.idOf(current)
  const found = slice.items.findIndex((row) => list.idOf(row) === id)
  const cursor = found === -1 ? clamp(list.cursor, 0, Math.max(0, slice.items.length - 1)) : found
  // Who is at the very start sees what comes in above.
  const top = list.top === 0 && first === 0 ? 0 : list.top + cursor - list.cursor
  return scrolled(joined(list, [slice], { cursor, top, first }))
}

/** Marked rows are remembered as they were last seen. */
function marksAsSeen<Row>(list: ListWindow<Row>, { items }: Slice<Row>): ListWindow<Row> {
  if (list.marks.size === 0) return list
  const seen = items.flatMap((row) => (list.marks.has(list.idOf(row)) ? [[list.idOf(row), row] as const] : []))
  return seen.length === 0 ? list : { ...list, marks: new Map([...list.marks, ...seen]) }
}

/** Lets the slice go that is farthest from the operator, while more is loaded than is needed around the view. */
function letGo<Row>(list: ListWindow<Row>): ListWindow<Row> {
  const { slices, rows, cursor, top, height, first } = list
  const [head, ...others] = slices
  const tail = slices.at(-1)
  const much = chunk(list)
  if (head === undefined || tail === undefined || others.length === 0 || rows.length < 4 * much) return list
  const above = head.items.length
  if (Math.min(cursor, top) - above >= much) {
    const position = { cursor: cursor - above, top: top - above, first: first === null ? null : first + above }
    return letGo(joined(list, others, position))
  }
  const kept = rows.length - tail.items.length
  if (kept - 1 - Math.max(cursor, top + height) >= much) return letGo(joined(list, slices.slice(0, -1), list))
  return list
}

/** Does the moves that were owed, as far as there are rows for them. */
function pay<Row>(list: ListWindow<Row>): ListWindow<Row> {
  const [move, ...others] = list.owed
  if (move === undefined) return prefetch(list)
  const moved =
    move.kind === 'by' || move.kind === 'page'
      ? step({ ...list, owed: [] }, move)
      : moveWindow({ ...list, owed: [] }, move)
  const owed = [...moved.owed, ...others]
  const after = { ...moved, owed }
  return moved.owed.length > 0 || isJumping(moved) ? prefetch(after) : pay(after)
}

/** Marks the row that the operator is on, or takes its mark away, and goes on to the next one. */
export function toggleMark<Row>(list: ListWindow<Row>): ListWindow<Row> {
  const row = currentRow(list)
  if (row === undefined) return list
  const id = list.idOf(row)
  const marks = new Map(list.marks)
  if (!marks.delete(id)) marks.set(id, row)
  return moveWindow({ ...list, marks }, { kind: 'by', rows: 1 })
}

/** Takes all marks away. */
export const clearMarks = <Row>(list: ListWindow<Row>): ListWindow<Row> =>
  list.marks.size === 0 ? list : { ...list, marks: new Map() }
