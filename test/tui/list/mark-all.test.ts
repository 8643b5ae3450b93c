import { expect, it } from 'vitest'
import type { Page, Paging } from '../../../src/core/store/port.ts'
import { firstRows } from '../../../src/tui/list/mark-all.ts'

/** A list of so many rows, in pages; its cursors are places. */
function aList(length: number) {
  const all = Array.from({ length }, (_, index) => index)
  return async ({ limit, after }: Paging): Promise<Page<number>> => {
    const from = Number(after ?? 0)
    const to = from + limit
    return { items: all.slice(from, to), next: to < length ? String(to) : null, previous: null }
  }
}

it('marks a list of many pages to its end', async () => {
  expect(await firstRows(aList(0))).toEqual({ rows: [], isMore: false })
  expect(await firstRows(aList(777))).toMatchObject({ isMore: false, rows: { length: 777, 776: 776 } })
  expect(await firstRows(aList(1000))).toMatchObject({ isMore: false, rows: { length: 1000 } })
})

it('marks no more than a thousand rows, and knows that there are more', async () => {
  expect(await firstRows(aList(1001))).toMatchObject({ isMore: true, rows: { length: 1000 } })
  expect(await firstRows(aList(100_000))).toMatchObject({ isMore: true, rows: { length: 1000, 999: 999 } })
})
