import { inert } from '../../core/text/inert.ts'
import { cellsOf, fit } from '../../core/text/width.ts'
import { joinedSpans, type Line, type Span } from '../line.ts'

/** A column of a list. Widths go by the column and the terminal, never by the rows: nothing jumps while one scrolls. */
export interface Column<Row, Given> {
  readonly title: string
  /** Cells that it needs. */
  readonly width: number
  /** Cells that it takes where there are many; then `cell` may say more. */
  readonly ample?: number
  /** Its share of the cells that are left over; none, and it keeps its width. */
  readonly grows?: number
  /** Where there is no room the column with the highest number goes first; none, and it stays. */
  readonly spare?: number
  readonly align?: 'right'
  readonly cell: (row: Row, given: Given, width: number) => Span
}

/** A column that is shown, and how wide. */
export interface FittedColumn<Row, Given> {
  readonly column: Column<Row, Given>
  readonly width: number
}

const GAP = 2
/** Before the first column: the cursor's sign, the mark, a space. */
const GUTTER = 3

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** Which columns fit into `width` cells, gutter and gaps included, and how wide each is. */
export function fitColumns<Row, Given>(
  columns: readonly Column<Row, Given>[],
  width: number,
): readonly FittedColumn<Row, Given>[] {
  let kept = [...columns]
  const needed = () => GUTTER + sum(kept.map((column) => column.width + GAP)) - GAP
  while (needed() > width) {
    const spare = kept.filter((column) => column.spare !== undefined)
    const [first] = spare.toSorted((one, other) => (other.spare ?? 0) - (one.spare ?? 0))
    if (first === undefined) break
    kept = kept.filter((column) => column !== first)
  }
  return share(widened(kept, width - needed()), width)
}

/** Cells that are left for columns that grow before any other is given what it would take. */
const ROOMY = 24

function widened<Row, Given>(
  columns: readonly Column<Row, Given>[],
  over: number,
): readonly FittedColumn<Row, Given>[] {
  let left = over - ROOMY
  return columns.map((column) => {
    const more = (column.ample ?? 0) - column.width
    if (more <= 0 || more > left) return { column, width: column.width }
    left -= more
    return { column, width: column.width + more }
  })
}

/** Gives what is left over to those that grow; the last of them takes what does not divide. */
function share<Row, Given>(
  fitted: readonly FittedColumn<Row, Given>[],
  width: number,
): readonly FittedColumn<Row, Given>[] {
  const growing = fitted.filter(({ column }) => (column.grows ?? 0) > 0)
  const shares = sum(growing.map(({ column }) => column.grows ?? 0))
  const over = width - (GUTTER + sum(fitted.map((each) => each.width + GAP)) - GAP)
  let given = 0
  return fitted.map((each) => {
    const { column } = each
    if (!growing.includes(each)) return each
    const part = each === growing.at(-1) ? over - given : Math.floor((over * (column.grows ?? 0)) / shares)
    given += part
    return { column, width: Math.max(1, each.width + part) }
  })
}

/** Text in exactly `width` cells, at the left or at the right of them. */
function aligned({ text, ...look }: Span, width: number, align: 'right' | undefined): Span {
  if (align === undefined) return { ...look, text: fit(text, width) }
  const room = width - cellsOf(text)
  return { ...look, text: room > 0 ? inert(`${' '.repeat(room)}${text}`, 1000) : fit(text, width) }
}

const GAP_SPAN: Span = { text: inert(' '.repeat(GAP)) }

/** One row as a line: the gutter, then each column in its width. */
export function rowLine<Row, Given>(
  columns: readonly FittedColumn<Row, Given>[],
  row: Row,
  given: Given,
  gutter: string,
): Line {
  const cells = columns.map(({ column, width }) => aligned(column.cell(row, given, width), width, column.align))
  return joinedSpans([
    { text: inert(gutter) },
    ...cells.flatMap((cell, index) => (index === 0 ? [cell] : [GAP_SPAN, cell])),
  ])
}

/** The titles above the columns. */
export function titleLine<Row, Given>(columns: readonly FittedColumn<Row, Given>[]): Line {
  const cells = columns.map(({ column, width }) =>
    aligned({ text: inert(column.title), tone: 'dim', bold: true }, width, column.align),
  )
  return [
    { text: inert(' '.repeat(GUTTER)) },
    ...cells.flatMap((cell, index) => (index === 0 ? [cell] : [GAP_SPAN, cell])),
  ]
}
