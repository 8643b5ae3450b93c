import { Box, Text } from 'ink'
import { memo } from 'react'
import { type InertText, inert } from '../../core/text/inert.ts'
import type { Line } from '../line.ts'
import type { Theme } from '../theme.ts'

interface LineProps {
  readonly line: Line
  readonly theme: Theme
  /** Reverse video for the whole line: where the operator is. */
  readonly inverse?: boolean
}

/** One line. This file alone gives text to Ink, and takes none but inert text. */
export const LineView = memo(function LineView({ line, theme, inverse = false }: LineProps) {
  // An empty Text would take no row.
  if (line.length === 0) return <Text> </Text>
  return (
    <Text wrap="truncate" inverse={inverse}>
      {line.map((span, index) => {
        const { tone = 'plain', bold = false } = span
        const isInverse = inverse || span.inverse === true
        // Dim text in reverse video is a grey patch in the row.
        const look = theme.look(isInverse && tone === 'dim' ? 'plain' : tone)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place in the line
          <Text key={index} {...look} bold={bold || look.bold === true} inverse={isInverse}>
            {theme.border === 'classic' ? inAscii(span.text) : span.text}
          </Text>
        )
      })}
    </Text>
  )
})

const ASCII: Readonly<Record<string, string>> = { '…': '~', '›': '>', '·': '.', '×': 'x', '≤': '<' }

/** The signs of ours that come with words, and the mark of what was cut, for terminals that have none of them. */
const inAscii = (text: InertText): InertText =>
  inert(
    text.replaceAll(/[…›·×≤]/g, (sign) => ASCII[sign] ?? '?'),
    5000,
  )

interface LinesProps {
  readonly lines: readonly Line[]
  readonly theme: Theme
}

/** Lines below each other. */
export function Lines({ lines, theme }: LinesProps) {
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <LineView key={index} line={line} theme={theme} />
      ))}
    </Box>
  )
}
