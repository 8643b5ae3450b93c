import type { Page } from '../../core/store/port.ts'
import { inert } from '../../core/text/inert.ts'
import type { Call } from '../definition.ts'
import { printJson } from './json.ts'

/** A column of a list. */
export interface Column<Row> {
  readonly title: string
  /** For people: the cell in a table. */
  readonly shown: (row: Row) => string
  /** For programs: the cell in a pipe, where it is another one. */
  readonly plain?: (row: Row) => string
  /** May be cut when the terminal is narrow. */
  readonly flexible?: true
  /** May be left out when the terminal is narrow: the column with the highest number first. */
  readonly spare?: number
  /** A colour for what is shown, by its text. */
  readonly colour?: (text: string) => string | undefined
}

export interface List<Row> {
  readonly columns: readonly Column<Row>[]
  readonly json: (row: Row) => unknown
  /** What to say on a terminal when there is nothing. */
  readonly none: string
}

const LONGEST_CELL = 1000

/** A page as lines of cells with tabs between them, a line of titles first: for cut(1) and awk(1). */
function plainLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): readonly string[] {
  const lines = rows.map((row) => columns.map(({ shown, plain }) => inert((plain ?? shown)(row), LONGEST_CELL)))
  return [columns.map(({ title }) => title), ...lines].map((cells) => cells.join('\t'))
}

/** Prints a page: a JSON document, a table on a terminal, or lines for a pipe. Where to go on stands on standard error. */
export async function printPage<Row>(
  { io, json }: Call,
  page: Pick<Page<Row>, 'items' | 'next'>,
  list: List<Row>,
): Promise<void> {
  const { items, next } = page
  if (json) return printJson(io, { items: items.map(list.json), next })
  if (io.terminal === null) await io.write(`${plainLines(items, list.columns).join('\n')}\n`)
  else if (items.length === 0) io.print(list.none)
  else {
    const { table } = await import('./table.tsx')
    await io.write(`${table(items, list.columns, io.terminal)}\n`)
  }
  if (next !== null) io.complain(`There is more: --after ${next}`)
}
