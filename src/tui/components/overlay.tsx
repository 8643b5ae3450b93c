import { Box } from 'ink'
import type { Line } from '../line.ts'
import { lineCells } from '../line.ts'
import type { Theme } from '../theme.ts'
import { Lines } from './line-view.tsx'

interface OverlayProps {
  /** Each as wide as the widest: what stands below is covered. */
  readonly lines: readonly Line[]
  readonly columns: number
  /** Rows of the page below it. */
  readonly rows: number
  readonly theme: Theme
  readonly at: 'middle' | 'bottom'
}

/** Lines over a page. */
export function Overlay({ lines, columns, rows, theme, at }: OverlayProps) {
  const width = Math.max(0, ...lines.map(lineCells))
  const room = Math.max(0, columns - width)
  const left = at === 'bottom' ? Math.min(1, room) : Math.floor(room / 2)
  const free = Math.max(0, rows - lines.length)
  return (
    <Box position="absolute" marginLeft={left} marginTop={at === 'bottom' ? free : Math.floor(free / 3)}>
      <Lines lines={lines.slice(0, rows)} theme={theme} />
    </Box>
  )
}
