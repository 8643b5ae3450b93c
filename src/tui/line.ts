import { type InertText, inert } from '../core/text/inert.ts'
import { cellsOf, cutTo, graphemesOf } from '../core/text/width.ts'

/** What a piece of text stands for; the theme gives each a colour, and a glyph and a word say the same without one. */
export type Tone = 'plain' | 'dim' | 'good' | 'bad' | 'warn' | 'busy' | 'accent'

/** A piece of text in one look. */
export interface Span {
  readonly text: InertText
  readonly tone?: Tone
  readonly bold?: boolean
  readonly inverse?: boolean
}

/** One line of the screen. */
export type Line = readonly Span[]

/** A line in one look; its text may be anything and becomes inert. */
export function line(text: string, look: Omit<Span, 'text'> = {}, maxLength = 500): Line {
  return [{ text: inert(text, maxLength), ...look }]
}

export const BLANK: Line = []

/** A title above lines of a detail. */
export const heading = (text: string): Line => line(text, { bold: true, tone: 'accent' })

/** `Status    failed`: a name and what it stands for, the values below each other. */
export function fact(name: string, value: string, look: Omit<Span, 'text'> = {}, width = 11): Line {
  return [
    { text: inert(`${name.padEnd(width - 1)} `), tone: 'dim' },
    { text: inert(value, 500), ...look },
  ]
}

/** The line as text alone: for tests and for screen readers. */
export const textOf = (spans: Line): string => spans.map(({ text }) => text).join('')

/** How many cells a line takes. */
export const lineCells = (spans: Line): number => spans.reduce((sum, { text }) => sum + cellsOf(text), 0)

const spaces = (count: number): Span => ({ text: inert(' '.repeat(Math.max(0, count)), 1000) })

/** A line in exactly `width` cells: cut where it is longer, with spaces behind it where it is shorter. */
export function fitLine(spans: Line, width: number): Line {
  const fitted: Span[] = []
  let room = width
  for (const [index, span] of spans.entries()) {
    const cells = cellsOf(span.text)
    const isCut = cells > room || (cells === room && lineCells(spans.slice(index + 1)) > 0)
    if (!isCut) fitted.push(span)
    else {
      const rest = { ...span, text: cutTo(inert(`${span.text}  `, 5000), room) }
      fitted.push(rest)
      room -= cellsOf(rest.text)
      break
    }
    room -= cells
  }
  return room > 0 ? [...fitted, spaces(room)] : fitted
}

/** Two lines on one: `right` ends at the right edge; where both do not fit, `left` gives way. */
export function between(left: Line, right: Line, width: number): Line {
  const room = width - lineCells(right)
  return room < 1 ? fitLine(left, width) : [...fitLine(left, room), ...right]
}

/**
 * A line as several that fit into `width` cells, broken between words where there are any; the lines behind the first are
 * indented by `indent` cells.
 */
export function wrapLine(spans: Line, width: number, indent = 0): readonly Line[] {
  const lines: Line[] = []
  let current: Span[] = []
  let used = 0
  let isFresh = true
  const breakLine = () => {
    lines.push(current)
    current = indent > 0 ? [spaces(indent)] : []
    used = indent
    isFresh = true
  }
  for (const span of spans) {
    for (const word of piecesOf(span.text, Math.max(1, width - indent))) {
      const cells = cellsOf(word)
      if (used + cells > width && !isFresh) {
        breakLine()
        if (word.trim() === '') continue
      }
      current.push({ ...span, text: word })
      used += cells
      isFresh = false
    }
  }
  lines.push(joinedSpans(current))
  return lines.map(joinedSpans)
}

/** What no line of Chinese or Japanese begins with: it takes the character before it along. */
const CLOSING = /^[、。，．：；！？）」』】》〉]/u

/** Words and the spaces between them; what is wider than a line in pieces that fit. */
function piecesOf(text: InertText, width: number): readonly InertText[] {
  return (text.match(/ +|[^ ]+/g) ?? []).flatMap((word) => {
    if (cellsOf(word) <= width) return [inert(word, 5000)]
    const pieces: string[] = ['']
    for (const grapheme of graphemesOf(word)) {
      const last = pieces.at(-1) ?? ''
      const isFull = cellsOf(last) + cellsOf(grapheme) > width
      const taken = isFull && CLOSING.test(grapheme) ? (graphemesOf(last).at(-1) ?? '') : ''
      pieces[pieces.length - 1] = isFull ? last.slice(0, last.length - taken.length) : last + grapheme
      if (isFull) pieces.push(taken + grapheme)
    }
    return pieces.map((piece) => inert(piece, 5000))
  })
}

/** Neighbours of one look as one: each span costs the terminal a change of colours. */
export function joinedSpans(spans: Line): Line {
  const joined: Span[] = []
  for (const span of spans) {
    const last = joined.at(-1)
    const isSame =
      last !== undefined && last.tone === span.tone && last.bold === span.bold && last.inverse === span.inverse
    if (isSame) joined[joined.length - 1] = { ...last, text: inert(last.text + span.text, 10_000) }
    else joined.push(span)
  }
  return joined
}
