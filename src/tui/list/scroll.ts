import { type Line, wrapLine } from '../line.ts'
import { themeOf } from '../theme.ts'
import type { Move } from './window.ts'

/** How far what hangs over is indented. */
const HANGING = 2

/** Lines as they stand in `width` cells, those that are longer on several. */
export const wrapped = (lines: readonly Line[], width: number): readonly Line[] =>
  lines.flatMap((each) => wrapLine(each, width, HANGING))

/** Cells at the left and the right of a text that fills the page. */
export const MARGINS = 2

/** For lines that are only counted: every sign is of one cell, whichever is drawn. */
export const { glyphs: ANY_GLYPHS } = themeOf({ colour: false, ascii: false })

/** A text that fills the page: its lines, and the cells that there are for them. */
interface Scrolled {
  readonly lines: readonly Line[]
  readonly columns: number
  readonly bodyRows: number
}

/** Where a text is scrolled to. Its last line stays at the foot: whoever went on there need not come back as often. */
export function scrollWithin(top: number, move: Move, { lines, columns, bodyRows }: Scrolled): number {
  const last = Math.max(0, wrapped(lines, columns - MARGINS).length - bodyRows)
  return Math.max(0, Math.min(last, scrollBy(Math.min(top, last), move, bodyRows)))
}

/** Where a text of lines is scrolled to; its end is not known here, so a view shows as much as there is. */
function scrollBy(top: number, move: Move, height: number): number {
  switch (move.kind) {
    case 'by':
      return Math.max(0, top + move.rows)
    case 'page':
      return Math.max(0, top + Math.round(move.views * Math.max(1, height - 1)))
    case 'start':
      return 0
    case 'end':
      return Number.MAX_SAFE_INTEGER
  }
}
