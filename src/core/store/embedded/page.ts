import { BadCursor } from '../error.ts'
import type { Direction, Page, Paging } from '../port.ts'
import type { OrderedKeys } from './ordered.ts'
import type { Slices } from './slices.ts'

interface Wanted<Row> {
  /** Names the list in its cursors, so that one of another list is refused. */
  readonly list: string
  readonly direction: Direction
  readonly paging: Paging
  readonly rowOf: (id: string) => Row | undefined
  readonly fits: (row: Row) => boolean
}

/**
 * A cursor of a list in order of keys is a key, too, whether there is a row of it or not: below it on the one side,
 * from it on upwards on the other.
 */
const toCursor = (list: string, key: string) => Buffer.from(`${list}:${key}`).toString('base64url')

function fromCursor(list: string, cursor: string): string {
  const named = Buffer.from(cursor, 'base64url').toString()
  const key = named.slice(list.length + 1)
  if (toCursor(list, key) !== cursor) throw new BadCursor(cursor)
  return key
}

/** The least key that is greater than `key`. */
const justAbove = (key: string) => `${key}\u0000`

/** Rows that are looked at between two pauses. */
const SOME = 64

/** The window of a list that is wanted. In the way it was read there is more only when one more row fits. */
export function* page<Row>(keys: OrderedKeys, wanted: Wanted<Row>): Slices<Page<Row>> {
  const { list, paging, direction } = wanted
  const cursor = paging.after ?? paging.before
  const bound = cursor === undefined ? undefined : fromCursor(list, cursor)
  const onward = cursor === undefined ? paging.from !== 'end' : paging.after !== undefined
  const upward = onward === (direction === 'ascending')
  const { found, more } = yield* take(upward ? keys.ascending(bound) : keys.descending(bound), wanted)
  const behind = bound !== undefined && (upward ? keys.descending(bound) : keys.ascending(bound)).next().done !== true
  if (!onward) found.reverse()
  const above = (key: string) => toCursor(list, justAbove(key))
  const below = (key: string) => toCursor(list, key)
  const [inFront, past] = direction === 'ascending' ? [below, above] : [above, below]
  const first = found[0]?.key
  const last = found.at(-1)?.key
  const [isFirst, isLast] = onward ? [!behind, !more] : [!more, !behind]
  return {
    items: found.map(({ row }) => row),
    next: isLast ? null : last === undefined ? (cursor ?? null) : past(last),
    previous: isFirst ? null : first === undefined ? (cursor ?? null) : inFront(first),
  }
}

interface Found<Row> {
  readonly key: string
  readonly row: Row
}

/** The first rows that fit, and whether there is one more. */
function* take<Row>(
  entries: Iterable<readonly [key: string, id: string]>,
  { rowOf, fits, paging }: Wanted<Row>,
): Slices<{ readonly found: Found<Row>[]; readonly more: boolean }> {
  const found: Found<Row>[] = []
  let looked = 0
  for (const [key, id] of entries) {
    if (++looked % SOME === 0) yield
    const row = rowOf(id)
    if (row === undefined || !fits(row)) continue
    if (found.length === paging.limit) return { found, more: true }
    found.push({ key, row })
  }
  return { found, more: false }
}
