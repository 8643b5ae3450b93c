import { Box, renderToString, Text } from 'ink'
import { Table } from 'ink-table'
import type { PropsWithChildren, ReactNode } from 'react'
import { inert } from '../../core/text/inert.ts'
import { cellsOf } from '../../core/text/width.ts'
import type { Column } from './list.ts'
import { fitWidths, type Wanted } from './width.ts'

const LONGEST_CELL = 300
/** A border before each column, a space on both sides of its text, and the last border. */
const BORDER = 3
const LAST_BORDER = 1

type Cells = Record<string, string>

interface CellProps extends PropsWithChildren {
  /** Missing for the borders between cells. */
  readonly column?: number
}

/** ink-table with one line below the titles, and none between the rows. */
class CompactTable extends Table<Cells> {
  constructor(props: ConstructorParameters<typeof Table<Cells>>[0]) {
    super(props)
    const line = this.separator
    this.separator = (row) => (row.key.endsWith('-0') ? line(row) : <Box key={row.key} />)
  }
}

/**
 * Rows as a table for a terminal of so many columns, every cell inert. ink-table counts UTF-16 units, so that a line
 * with Chinese in it would be too long: the cells here have the width that they take on the screen, and Ink cuts or
 * pads to it.
 */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  terminal: { readonly columns: number; readonly colour: boolean },
): string {
  const cells = rows.map((row) => columns.map(({ shown }) => inert(shown(row), LONGEST_CELL)))
  const fitted = [...fitWidths(wantedOf(cells, columns), terminal.columns - LAST_BORDER, BORDER)].flatMap(
    ([index, width]) => {
      const column = columns[index]
      return column === undefined ? [] : [{ index, width, column }]
    },
  )
  const inner = (index: number) => (fitted[index]?.width ?? 0) + BORDER - 1

  const Border = ({ column, children }: CellProps): ReactNode => (
    <Text dimColor={terminal.colour}>{column === undefined ? children : '─'.repeat(inner(column))}</Text>
  )
  const Title = ({ column = 0, children }: CellProps): ReactNode => (
    <Box width={inner(column)} flexShrink={0} paddingX={1}>
      <Text bold={terminal.colour} wrap="truncate-end">
        {String(children).trim()}
      </Text>
    </Box>
  )
  const Cell = ({ column = 0, children }: CellProps): ReactNode => {
    const text = String(children).trim()
    const colour = terminal.colour ? fitted[column]?.column.colour?.(text) : undefined
    return (
      <Box width={inner(column)} flexShrink={0} paddingX={1}>
        <Text wrap="truncate-end" {...(colour === undefined ? {} : { color: colour })}>
          {text}
        </Text>
      </Box>
    )
  }
  const data = cells.map((texts) =>
    Object.fromEntries(fitted.map(({ index, column }) => [column.title, texts[index] ?? ''])),
  )
  const titles = fitted.map(({ column }) => column.title)
  const width = fitted.reduce((sum, each) => sum + each.width + BORDER, LAST_BORDER)
  return renderToString(<CompactTable data={data} columns={titles} header={Title} cell={Cell} skeleton={Border} />, {
    columns: Math.max(width, terminal.columns),
  })
}

function wantedOf<Row>(cells: readonly (readonly string[])[], columns: readonly Column<Row>[]): readonly Wanted[] {
  return columns.map(({ title, flexible, spare }, index) => ({
    width: Math.max(title.length, ...cells.map((texts) => cellsOf(texts[index] ?? ''))),
    flexible: flexible ?? false,
    spare: spare ?? null,
  }))
}
