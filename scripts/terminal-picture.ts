import type xterm from '@xterm/headless'

/** The colours of a terminal's theme: ground, text, and the few of the sixteen that the programs use. */
interface Palette {
  readonly ground: string
  readonly frame: string
  readonly text: string
  readonly dim: string
  readonly colours: Readonly<Record<number, string>>
}

export const PALETTES = {
  dark: {
    ground: '#16191f',
    frame: '#262b35',
    text: '#d6dae0',
    dim: '#8d95a3',
    colours: { 1: '#f2777a', 2: '#7fc97f', 5: '#d7a0ff' },
  },
  light: {
    ground: '#ffffff',
    frame: '#e4e7eb',
    text: '#24292f',
    dim: '#6a737d',
    colours: { 1: '#c01c28', 2: '#1a7f37', 5: '#8a3ab9' },
  },
} as const satisfies Readonly<Record<string, Palette>>
export type PaletteName = keyof typeof PALETTES

/** Cells of one look, side by side. */
export interface Run {
  readonly text: string
  readonly x: number
  readonly cells: number
  readonly bold: boolean
  readonly dim: boolean
  readonly inverse: boolean
  /** One of the sixteen colours by its number; null for the terminal's own. */
  readonly colour: number | null
}

const CELL = 8.4
const LINE = 18
const MARGIN = 12
const TITLE = 28

type Look = Pick<Run, 'bold' | 'dim' | 'inverse' | 'colour'>
const sameLook = (a: Look, b: Look): boolean =>
  a.bold === b.bold && a.dim === b.dim && a.inverse === b.inverse && a.colour === b.colour

/** What a terminal shows, line by line, as runs of cells of one look. */
export function screenRuns(terminal: xterm.Terminal): readonly (readonly Run[])[] {
  const { active } = terminal.buffer
  return Array.from({ length: terminal.rows }, (_, y) => lineRuns(active.getLine(active.baseY + y), terminal.cols))
}

function lineRuns(line: xterm.IBufferLine | undefined, columns: number): readonly Run[] {
  const runs: Run[] = []
  for (let x = 0; x < columns; x++) {
    const cell = line?.getCell(x)
    // The second half of a wide character has no width of its own.
    if (cell === undefined || cell.getWidth() === 0) continue
    const run: Run = {
      text: cell.getChars() || ' ',
      x,
      cells: cell.getWidth(),
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      inverse: cell.isInverse() !== 0,
      colour: cell.isFgPalette() ? cell.getFgColor() : null,
    }
    const last = runs.at(-1)
    // A wide character stands for itself: its font may have another width.
    const joins = last !== undefined && sameLook(last, run) && run.cells === 1 && !isWide(last)
    if (joins) runs[runs.length - 1] = { ...last, text: last.text + run.text, cells: last.cells + 1 }
    else runs.push(run)
  }
  return runs
}

const isWide = ({ text, cells }: Run): boolean => cells === 2 && [...text].length === 1

const escaped = (text: string): string =>
  // Not every viewer keeps runs of spaces; no-break spaces stay wherever they are.
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0')

const rounded = (number: number): string => String(Math.round(number * 10) / 10)

/** A run as SVG: blanks without a ground are left out. */
function drawRun(run: Run, top: number, palette: Palette): string {
  const { x, bold, dim, inverse, colour } = run
  const left = rounded(MARGIN + x * CELL)
  const fill = colour === null ? (dim ? palette.dim : palette.text) : (palette.colours[colour] ?? palette.text)
  const ground = inverse
    ? `<rect x="${left}" y="${top}" width="${rounded(run.cells * CELL)}" height="${LINE}" fill="${fill}"/>`
    : ''
  const colouring = inverse ? ` fill="${palette.ground}"` : fill === palette.text ? '' : ` fill="${fill}"`
  const weight = bold ? ' font-weight="bold"' : ''
  // What stands apart is placed apart: a viewer's font may be wider or narrower than the cells.
  const words = [...run.text.matchAll(/\S+(?: {1,2}\S+)*/g)].map(({ 0: text, index }) => {
    const width = rounded((isWide(run) ? 2 : text.length) * CELL)
    const place = `x="${rounded(MARGIN + (x + index) * CELL)}" y="${top + LINE - 5}" textLength="${width}"`
    return `<text ${place}${colouring}${weight}>${escaped(text)}</text>`
  })
  return ground + words.join('')
}

/** Lines of a terminal as an SVG picture of its window: text stays text. */
export function terminalPicture(
  lines: readonly (readonly Run[])[],
  { columns, title, palette: name }: { columns: number; title: string; palette: PaletteName },
): string {
  const palette: Palette = PALETTES[name]
  const width = Math.ceil(columns * CELL + 2 * MARGIN)
  const height = TITLE + lines.length * LINE + 2 * MARGIN
  const rows = lines
    .map((runs, y) => runs.map((run) => drawRun(run, TITLE + MARGIN + y * LINE, palette)).join(''))
    .filter((row) => row !== '')
  const dots = [0, 1, 2].map((n) => `<circle cx="${18 + n * 18}" cy="14" r="5" fill="${palette.dim}"/>`).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>text{font:14px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}</style>
<rect width="${width}" height="${height}" rx="8" fill="${palette.frame}"/>
<path d="M0 ${TITLE}h${width}v${height - TITLE - 8}a8 8 0 0 1-8 8h-${width - 16}a8 8 0 0 1-8-8z" fill="${palette.ground}"/>
${dots}
<text x="${width / 2}" y="19" text-anchor="middle" fill="${palette.dim}">${escaped(title)}</text>
<g fill="${palette.text}">
${rows.join('\n')}
</g>
</svg>
`
}
