import { inert } from '../../core/text/inert.ts'
import { boxed } from '../components/boxed.ts'
import { between, fitLine, type Line } from '../line.ts'
import type { Theme } from '../theme.ts'
import type { Prompt } from './prompt.ts'
import { fitting } from './prompt.update.ts'

const WIDEST = 76

/** The palette above its prompt: what fits to what was typed, each with the key that does the same. */
export function paletteLines(
  prompt: Extract<Prompt, { kind: 'palette' }>,
  columns: number,
  rows: number,
  theme: Theme,
): readonly Line[] {
  const width = Math.min(WIDEST, columns - 2)
  const found = fitting(prompt)
  const height = Math.max(1, Math.min(found.length, rows - 3))
  const top = Math.max(0, Math.min(prompt.cursor - height + 1, found.length - height))
  const lines = found.slice(top, top + height).map(({ words, key, refusal }, index): Line => {
    const isCurrent = top + index === prompt.cursor
    const left = isCurrent ? `${theme.glyphs.cursor} ${words}` : `  ${words}`
    const made = between(
      [{ text: inert(left), tone: refusal === null ? 'plain' : 'dim', inverse: isCurrent }],
      [{ text: inert(`  ${key} `), tone: 'dim' }],
      width - 4,
    )
    return made
  })
  const none: Line = fitLine([{ text: inert('Nothing fits. Esc leaves.'), tone: 'dim' }], width - 4)
  return boxed(lines.length === 0 ? [none] : lines, 'Go to', '', width, theme)
}
