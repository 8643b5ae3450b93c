import { Box } from 'ink'
import type { Line } from '../line.ts'
import { hasDetailPane, type Shared } from '../screen.ts'
import { Detail } from './detail.tsx'
import { Table, type TableProps } from './table.tsx'

/** How much of the width the pane takes beside a list, unless a page says otherwise. */
const PANE_SHARE = 0.36

/** Between the last column and the rule of the pane. */
const GAP = 1

interface ListPageProps<Row, Given> extends Omit<TableProps<Row, Given>, 'width'> {
  readonly shared: Shared
  /** What was opened, by where it is scrolled to: it fills the page. Null while the list is shown. */
  readonly opened: { readonly top: number } | null
  /** What was opened, or what the pane says of the row under the cursor. */
  readonly lines: readonly Line[]
  /** Rows for the list, where the page has others below it. */
  readonly height?: number
  readonly paneShare?: number
}

/** A list with what is said of the row under the cursor beside it, where there is room; or what was opened, alone. */
export function ListPage<Row, Given>({
  shared,
  opened,
  lines,
  height = shared.bodyRows,
  paneShare = PANE_SHARE,
  ...table
}: ListPageProps<Row, Given>) {
  const { columns } = shared
  const { theme } = table
  if (opened !== null) return <Detail lines={lines} width={columns} height={height} top={opened.top} theme={theme} />
  const pane = hasDetailPane(shared) ? Math.floor(columns * paneShare) : 0
  return (
    <Box>
      <Table {...table} width={columns - (pane === 0 ? 0 : pane + GAP)} />
      {pane === 0 ? null : <Box width={GAP} />}
      {pane === 0 ? null : <Detail lines={lines} width={pane} height={height} top={0} theme={theme} ruled />}
    </Box>
  )
}
