import { BadCursor } from '../error.ts'
import type { Page } from '../port.ts'
import type { OrderedKeys } from './ordered.ts'

interface Wanted<Row> {
  readonly limit: number
  readonly after: string | undefined
  readonly fits: (row: Row) => boolean
  readonly upwards: boolean
}

const toCursor = (key: string) => Buffer.from(key).toString('base64url')

function fromCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString()
  if (toCursor(key) !== cursor) throw new BadCursor(cursor)
  return key
}

/** The rows that fit, in order, from behind the cursor. There is a next page only when one more row fits. */
export function page<Row>(keys: OrderedKeys, rows: ReadonlyMap<string, Row>, wanted: Wanted<Row>): Page<Row> {
  const after = wanted.after === undefined ? undefined : fromCursor(wanted.after)
  const items: Row[] = []
  let last = ''
  for (const [key, id] of wanted.upwards ? keys.ascending(after) : keys.descending(after)) {
    const row = rows.get(id)
    if (row === undefined || !wanted.fits(row)) continue
    if (items.length === wanted.limit) return { items, next: toCursor(last) }
    items.push(row)
    last = key
  }
  return { items, next: null }
}
