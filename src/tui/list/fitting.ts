import type { Page, Paging } from '../../core/store/port.ts'

/** Pages that are looked through before what was found is shown. */
const MOST_PAGES = 20

/**
 * A page of a list with only those rows that `fits`: for what the store's filters do not know (`!word`). It reads on until
 * it has about as many as were asked for. It may give fewer, even none, with more to come: its cursors say so.
 */
export async function readFitting<Row>(
  read: (paging: Paging) => Promise<Page<Row>>,
  paging: Paging,
  fits: ((row: Row) => boolean) | null,
): Promise<Page<Row>> {
  const first = await read(paging)
  if (fits === null) return first
  const backwards = paging.before !== undefined || paging.from === 'end'
  let { next, previous } = first
  let items = first.items.filter(fits)
  for (let pages = 1; items.length < paging.limit && pages < MOST_PAGES; pages++) {
    const edge = backwards ? previous : next
    if (edge === null) break
    const page = await read({ limit: paging.limit, ...(backwards ? { before: edge } : { after: edge }) })
    const more = page.items.filter(fits)
    items = backwards ? [...more, ...items] : [...items, ...more]
    if (backwards) previous = page.previous
    else next = page.next
  }
  return { items, next, previous }
}
