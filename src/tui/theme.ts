import type { Tone } from './line.ts'

/** A look in the words of Ink's Text. */
interface Look {
  readonly color?: 'red' | 'green' | 'magenta'
  readonly dimColor?: boolean
  readonly bold?: boolean
}

/** Signs of one cell each. A state is always a sign and a word, so that neither colour nor sign is needed to read it. */
export interface Glyphs {
  /** Before the selected row: reverse video alone is lost where there are no colours at all. */
  readonly cursor: string
  readonly mark: string
  readonly good: string
  readonly bad: string
  readonly warn: string
  readonly waiting: string
  readonly busy: string
  readonly ended: string
  /** The daemon's, in the header. */
  readonly alive: string
  readonly gone: string
  readonly ellipsis: string
  readonly crumb: string
  readonly ascending: string
  readonly descending: string
  readonly horizontal: string
  readonly vertical: string
  readonly none: string
  /** What hides the characters of a secret. */
  readonly masked: string
  /** From nothing to full, for charts; none where a chart is words. */
  readonly bars: readonly string[]
}

export interface Theme {
  readonly glyphs: Glyphs
  /** Ink's words for a border. */
  readonly border: 'round' | 'classic'
  readonly look: (tone: Tone) => Look
}

const UNICODE: Glyphs = {
  cursor: '>',
  mark: '*',
  good: '✓',
  bad: '✗',
  warn: '!',
  waiting: '·',
  busy: '»',
  ended: '-',
  alive: '●',
  gone: '○',
  ellipsis: '…',
  crumb: '›',
  ascending: '↑',
  descending: '↓',
  horizontal: '─',
  vertical: '│',
  none: '–',
  masked: '•',
  bars: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
}

const ASCII: Glyphs = {
  cursor: '>',
  mark: '*',
  good: '+',
  bad: 'x',
  warn: '!',
  waiting: '.',
  busy: '~',
  ended: '-',
  alive: '+',
  gone: 'o',
  ellipsis: '~',
  crumb: '>',
  ascending: '^',
  descending: 'v',
  horizontal: '-',
  vertical: '|',
  none: '-',
  masked: '*',
  bars: [' ', '.', ':', '-', '=', '+', '*', '#', '#'],
}

/**
 * Red, green and magenta alone: of the eight colours that every terminal has, these can be read on black and on white
 * in the palettes of xterm, the Linux console, GNOME, macOS, Solarized and Windows (at least 2.2 : 1, measured). Yellow and
 * cyan vanish on white, blue on black. Red and magenta are faint on some black (2.4 : 1 in macOS Pro and Windows), so what
 * is wrong is bold as well; green would fade on white by that, where bold is bright.
 */
const COLOURED: Readonly<Record<Tone, Look>> = {
  plain: {},
  dim: { dimColor: true },
  good: { color: 'green' },
  bad: { color: 'red', bold: true },
  warn: { color: 'magenta', bold: true },
  busy: { bold: true },
  accent: { bold: true },
}

const PLAIN: Readonly<Record<Tone, Look>> = {
  ...COLOURED,
  good: {},
  bad: { bold: true },
  warn: { bold: true },
}

export interface ThemeOptions {
  readonly colour: boolean
  readonly ascii: boolean
}

/** How things look. The terminal is not asked for its background: many do not answer, and some answer late. */
export function themeOf({ colour, ascii }: ThemeOptions): Theme {
  const looks = colour ? COLOURED : PLAIN
  return { glyphs: ascii ? ASCII : UNICODE, border: ascii ? 'classic' : 'round', look: (tone) => looks[tone] }
}
