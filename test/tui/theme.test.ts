import { describe, expect, it } from 'vitest'
import { cellsOf } from '../../src/core/text/width.ts'
import { type Glyphs, themeOf } from '../../src/tui/theme.ts'

const glyphsOf = ({ bars, ...others }: Glyphs): string[] => [...bars, ...Object.values(others)]
/** The ground of a terminal, and its red, green, magenta, yellow, cyan and blue. */
const PALETTES: Readonly<Record<string, readonly string[]>> = {
  'xterm, black': ['000000', 'cd0000', '00cd00', 'cd00cd', 'cdcd00', '00cdcd', '0000ee'],
  'xterm, white': ['ffffff', 'cd0000', '00cd00', 'cd00cd', 'cdcd00', '00cdcd', '0000ee'],
  'Linux console': ['000000', 'aa0000', '00aa00', 'aa00aa', 'aa5500', '00aaaa', '0000aa'],
  'Solarized dark': ['002b36', 'dc322f', '859900', 'd33682', 'b58900', '2aa198', '268bd2'],
  'Solarized light': ['fdf6e3', 'dc322f', '859900', 'd33682', 'b58900', '2aa198', '268bd2'],
  'Windows, Campbell': ['0c0c0c', 'c50f1f', '13a10e', '881798', 'c19c00', '3a96dd', '0037da'],
  'Windows, One Half Light': ['fafafa', 'e45649', '50a14f', 'a626a4', 'c18401', '0184bc', '0184bc'],
  'macOS Basic': ['ffffff', '990000', '00a600', 'b200b2', '999900', '00a6b2', '0000b2'],
  'macOS Pro': ['000000', '990000', '00a600', 'b200b2', '999900', '00a6b2', '2009db'],
  'GNOME light': ['ffffff', 'c01c28', '26a269', 'a347ba', 'a2734c', '2aa1b3', '12488b'],
  'GNOME dark': ['1e1e1e', 'c01c28', '26a269', 'a347ba', 'a2734c', '2aa1b3', '12488b'],
}
const COLOURS = ['red', 'green', 'magenta', 'yellow', 'cyan', 'blue'] as const

/** The relative luminance of a colour (WCAG 2.2). */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The worst contrast of a colour with its ground, in all the palettes. */
function worst(colour: (typeof COLOURS)[number]): number {
  const index = COLOURS.indexOf(colour) + 1
  const contrasts = Object.values(PALETTES).map((palette) => {
    const [one, other] = [luminance(palette[0] ?? ''), luminance(palette[index] ?? '')]
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
  })
  return Math.min(...contrasts)
}

const TONES = ['plain', 'dim', 'good', 'bad', 'warn', 'busy', 'accent'] as const

describe('the theme', () => {
  it('has glyphs of one cell each', () => {
    for (const ascii of [true, false])
      for (const glyph of glyphsOf(themeOf({ colour: true, ascii }).glyphs)) expect(cellsOf(glyph), glyph).toBe(1)
  })

  it('draws with ASCII alone when it is told to', () => {
    expect(glyphsOf(themeOf({ colour: true, ascii: true }).glyphs).join('')).toMatch(/^[ -~]+$/)
  })

  it('has no colour that vanishes in a palette that people have, and none at all when it is told so', () => {
    const colours = (colour: boolean) => TONES.map((tone) => themeOf({ colour, ascii: false }).look(tone).color)
    for (const colour of colours(true)) if (colour !== undefined) expect(worst(colour)).toBeGreaterThan(2.1)
    for (const colour of ['yellow', 'cyan', 'blue'] as const) expect(worst(colour)).toBeLessThan(2.1)
    expect(colours(false)).toEqual(TONES.map(() => undefined))
  })
})
