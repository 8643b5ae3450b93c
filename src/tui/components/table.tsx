import { Box } from 'ink'
import { useMemo } from 'react'
import { type Line, line } from '../line.ts'
import { type Column, type FittedColumn, fitColumns, rowLine, titleLine } from '../list/columns.ts'
import { type ListWindow, visibleRows } from '../list/window.ts'
import type { Theme } from '../theme.ts'
import { LineView } from './line-view.tsx'

export interface TableProps<Row, Given> {
  readonly list: ListWindow<Row>
  /** Stays the same object from frame to frame, so that rows need not be drawn again. */
  readonly columns: readonly Column<Row, Given>[]
  /** What cells need besides their row, the same object as long as it is the same: the minute, the theme. */
  readonly given: Given
  readonly width: number
  readonly theme: Theme
  /** What is said where the list is empty. */
  readonly empty: Line
}

/** The rows of a list around its cursor, below their titles. */
export function Table<Row, Given>({ list, columns, given, width, theme, empty }: TableProps<Row, Given>) {
  const fitted = useMemo(() => fitColumns(columns, width), [columns, width])
  const rows = visibleRows(list)
  return (
    <Box flexDirection="column" width={width}>
      <LineView line={useMemo(() => titleLine(fitted), [fitted])} theme={theme} />
      {rows.map((row, index) => {
        const id = list.idOf(row)
        const isCurrent = list.top + index === list.cursor
        return (
          <TableRow
            key={id}
            row={row}
            columns={fitted}
            given={given}
            theme={theme}
            isCurrent={isCurrent}
            isMarked={list.marks.has(id)}
          />
        )
      })}
      {list.loaded && rows.length === 0 ? <LineView line={[...line('   '), ...empty]} theme={theme} /> : null}
    </Box>
  )
}

interface RowProps<Row, Given> {
  readonly row: Row
  readonly columns: readonly FittedColumn<Row, Given>[]
  readonly given: Given
  readonly theme: Theme
  readonly isCurrent: boolean
  readonly isMarked: boolean
}

/** Made again, and drawn again, only when something of it is another. */
function TableRow<Row, Given>({ row, columns, given, theme, isCurrent, isMarked }: RowProps<Row, Given>) {
  const { cursor, mark } = theme.glyphs
  const gutter = `${isCurrent ? cursor : ' '}${isMarked ? mark : ' '} `
  const made = useMemo(() => rowLine(columns, row, given, gutter), [columns, row, given, gutter])
  return <LineView line={made} theme={theme} inverse={isCurrent} />
}
