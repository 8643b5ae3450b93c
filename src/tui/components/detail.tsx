import { Box } from 'ink'
import { useMemo } from 'react'
import { inert } from '../../core/text/inert.ts'
import { fitLine, type Line, line } from '../line.ts'
import { wrapped as wrap } from '../list/scroll.ts'
import type { Theme } from '../theme.ts'
import { LineView } from './line-view.tsx'

interface DetailProps {
  readonly lines: readonly Line[]
  readonly width: number
  readonly height: number
  /** The first line that is shown; one beyond the end shows the end. */
  readonly top: number
  readonly theme: Theme
  /** A rule at the left, where it stands beside a list. */
  readonly ruled?: boolean
}

/** Lines of any length, wrapped to the width, scrolled. */
export function Detail({ lines, width, height, top, theme, ruled = false }: DetailProps) {
  const margin = ruled ? 2 : 1
  const wrapped = useMemo(() => wrap(lines, width - margin - 1), [lines, width, margin])
  const first = Math.max(0, Math.min(top, wrapped.length - height))
  const shown = wrapped.slice(first, first + height)
  const below = wrapped.length - first - height
  if (below > 0) shown[height - 1] = line(`${theme.glyphs.ellipsis} ${below + 1} more lines`, { tone: 'dim' })
  const rule: Line = ruled
    ? fitLine([{ text: inert(theme.glyphs.vertical), tone: 'dim' }], margin)
    : fitLine([], margin)
  const rows = ruled ? Array.from({ length: height }, (_, index) => shown[index] ?? []) : shown
  return (
    <Box flexDirection="column" width={width}>
      {rows.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <LineView key={index} line={[...rule, ...each]} theme={theme} />
      ))}
    </Box>
  )
}
