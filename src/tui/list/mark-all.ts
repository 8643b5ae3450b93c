import type { Page, Paging } from '../../core/store/port.ts'
import { counted, thousands } from '../../core/text/human.ts'
import { inert } from '../../core/text/inert.ts'
import type { KeyRow } from '../key-row.ts'
import type { Order, UnderWay } from '../screen.ts'
import type { ListWindow } from './window.ts'

/** Rows that one key marks: what is done to them is one question, and can still be looked through. */
const MOST_MARKED = 1000
const AT_ONCE = 250

/** The key that marks whatever the filter shows. */
export const MARK_ALL_KEY = {
  keys: ['*'],
  what: { kind: 'mark-all' },
  help: `Mark all that the filter shows, ${thousands(MOST_MARKED)} at most; once more, take all marks away`,
} as const satisfies KeyRow<{ readonly kind: 'mark-all' }>

/** The first rows of a list, whole, and whether there are more. */
export interface FirstRows<Row> {
  readonly rows: readonly Row[]
  readonly isMore: boolean
}

/** Reads as many rows of a list as one key marks, from its start. */
export async function firstRows<Row>(read: (paging: Paging) => Promise<Page<Row>>): Promise<FirstRows<Row>> {
  const rows: Row[] = []
  let page = await read({ limit: AT_ONCE, from: 'start' })
  rows.push(...page.items)
  while (page.next !== null && rows.length <= MOST_MARKED) {
    page = await read({ limit: AT_ONCE, after: page.next })
    rows.push(...page.items)
  }
  return { rows: rows.slice(0, MOST_MARKED), isMore: rows.length > MOST_MARKED }
}

/** Whether every row that is loaded is marked: then the key takes the marks away. */
export const isAllMarked = <Row>({ rows, marks, idOf }: ListWindow<Row>): boolean =>
  rows.length > 0 && rows.every((row) => marks.has(idOf(row)))

/** Rows to be marked were read, under this filter. */
export interface ToMark<Row> {
  readonly kind: 'to-mark'
  readonly filter: string
  readonly first: FirstRows<Row>
}

interface Marking<Row> {
  readonly filter: string
  readonly list: ListWindow<Row>
  readonly underWay: UnderWay
}

/** What becomes of a page when the rows to be marked have come, besides those that are; `what` is one row's name. */
export function allMarked<Row, State extends Marking<Row>>(
  state: State,
  { filter, first: { rows, isMore } }: ToMark<Row>,
  what: string,
): { readonly state: State; readonly orders: readonly Extract<Order<never>, { kind: 'toast' }>[] } {
  const idle = { ...state, underWay: 'nothing' as const }
  // Under another filter they would be marked out of sight.
  if (filter !== state.filter) return { state: idle, orders: [] }
  const { list } = state
  const marks = new Map([...list.marks, ...rows.map((row) => [list.idOf(row), row] as const)])
  const count = counted(rows.length, what)
  const text = inert(isMore ? `Marked the first ${count}; there are more.` : `Marked ${count}.`)
  return {
    state: { ...idle, list: { ...list, marks } },
    orders: [{ kind: 'toast', tone: isMore ? 'warn' : 'good', text }],
  }
}
