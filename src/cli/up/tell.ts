import { EXIT, Stop } from '../../core/exit.ts'
import { cellsOf } from '../../core/text/width.ts'

export type Print = (line: string) => void

/** `14:03:07`, by this machine's clock and time zone. */
export function clockTime(at: number): string {
  return new Date(at).toTimeString().slice(0, 8)
}

const GAP = '  '
/** Below the text of a step's heading: `1. A store`. */
const INDENT = '   '
/** For running text, without the indent. */
const WIDTH = 88

/** The rows as lines, each column but the last as wide as its widest cell. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const width = (column: number) => Math.max(...rows.map((row) => cellsOf(row[column] ?? '')))
  const padded = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell + ' '.repeat(width(column) - cellsOf(cell))))
  return rows.map((row) => padded(row).join(GAP).trimEnd())
}

/** A text as lines of at most `width` UTF-16 units, where its words allow it. */
export function wrap(text: string, width = WIDTH): readonly string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Tells a story in numbered steps. */
export class Teller {
  readonly #print: Print
  #steps = 0
  #title = ''

  constructor(print: Print) {
    this.#print = print
  }

  /** How many steps have been begun. */
  get steps(): number {
    return this.#steps
  }

  /** Begins the next step. */
  step(title: string): void {
    this.#steps++
    this.#title = title
    this.#print('')
    this.#print(`${this.#steps}. ${title}`)
  }

  say(...lines: readonly string[]): void {
    for (const line of lines) this.#print(`${INDENT}${line}`.trimEnd())
  }

  table(rows: readonly (readonly string[])[]): void {
    this.say(...columns(rows))
  }

  /** The error that breaks the story off at this step; `instead` is a clause that says what is the case. */
  untrue(instead: string): Stop {
    return new Stop(EXIT.failed, `Step ${this.#steps}, "${this.#title}", did not come true: ${instead}.`)
  }
}
