import { BadCursor } from '../error.ts'
import type { Page } from '../port.ts'

interface Wanted<Row> {
  /** Names the list in its cursors, so that one of another list is refused. */
  readonly list: string
  readonly limit: number
  readonly rowOf: (id: string) => Row | undefined
  readonly fits: (row: Row) => boolean
}

const toCursor = (list: string, key: string) => Buffer.from(`${list}:${key}`).toString('base64url')

/** The key that the cursor of a list stands for. */
export function fromCursor(list: string, cursor: string): string {
  const named = Buffer.from(cursor, 'base64url').toString()
  const key = named.slice(list.length + 1)
  if (toCursor(list, key) !== cursor) throw new BadCursor(cursor)
  return key
}

/** The rows that fit, in the order of `entries`. There is a next page only when one more row fits. */
export function page<Row>(entries: Iterable<readonly [key: string, id: string]>, wanted: Wanted<Row>): Page<Row> {
  const items: Row[] = []
  let last = ''
  for (const [key, id] of entries) {
    const row = wanted.rowOf(id)
    if (row === undefined || !wanted.fits(row)) continue
    if (items.length === wanted.limit) return { items, next: toCursor(wanted.list, last) }
    items.push(row)
    last = key
  }
  return { items, next: null }
}
