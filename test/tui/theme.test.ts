import { describe, expect, it } from 'vitest'
import { cellsOf } from '../../src/core/text/width.ts'
import { type Glyphs, themeOf } from '../../src/tui/theme.ts'

const glyphsOf = ({ bars, ...others }: Glyphs): string[] => [...bars, ...Object.values(others)]
const TONES = ['plain', 'dim', 'good', 'bad', 'warn', 'busy', 'accent'] as const

describe('the theme', () => {
  it('has glyphs of one cell each', () => {
    for (const ascii of [true, false])
      for (const glyph of glyphsOf(themeOf({ colour: true, ascii }).glyphs)) expect(cellsOf(glyph), glyph).toBe(1)
  })

  it('draws with ASCII alone when it is told to', () => {
    expect(glyphsOf(themeOf({ colour: true, ascii: true }).glyphs).join('')).toMatch(/^[ -~]+$/)
  })

  it('has no colour that vanishes on white or on black, and none at all when it is told so', () => {
    const colours = (colour: boolean) => TONES.map((tone) => themeOf({ colour, ascii: false }).look(tone).color)
    for (const colour of colours(true)) expect([undefined, 'red', 'green', 'magenta']).toContain(colour)
    expect(colours(false)).toEqual(TONES.map(() => undefined))
  })
})
