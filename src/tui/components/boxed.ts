import { inert } from '../../core/text/inert.ts'
import { cellsOf, cutTo } from '../../core/text/width.ts'
import { fitLine, type Line, type Span } from '../line.ts'
import type { Theme } from '../theme.ts'

const CORNERS = {
  round: { top: ['╭', '╮'], bottom: ['╰', '╯'] },
  classic: { top: ['+', '+'], bottom: ['+', '+'] },
} as const

/** Lines in a frame of `width` cells with a title in its upper edge and a hint in its lower one. */
export function boxed(
  lines: readonly Line[],
  title: string,
  hint: string,
  width: number,
  theme: Theme,
): readonly Line[] {
  const { vertical } = theme.glyphs
  const { top, bottom } = CORNERS[theme.border]
  const side: Span = { text: inert(vertical), tone: 'dim' }
  const inside = lines.map((each): Line => [side, ...fitLine([{ text: inert(' ') }, ...each], width - 2), side])
  return [edge(top, title, true, width, theme), ...inside, edge(bottom, hint, false, width, theme)]
}

function edge(corners: readonly [string, string], words: string, isTitle: boolean, width: number, theme: Theme): Line {
  const { horizontal } = theme.glyphs
  const shown = words === '' ? '' : ` ${cutTo(inert(words), width - 6)} `
  const rest = Math.max(0, width - 3 - cellsOf(shown))
  return [
    { text: inert(`${corners[0]}${horizontal}`), tone: 'dim' },
    { text: inert(shown), bold: isTitle, tone: isTitle ? 'plain' : 'dim' },
    { text: inert(`${horizontal.repeat(rest)}${corners[1]}`, 1000), tone: 'dim' },
  ]
}
