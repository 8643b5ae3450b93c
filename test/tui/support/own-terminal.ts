import { readFileSync } from 'node:fs'
import { type IPty, spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'

export interface PtyOptions {
  readonly columns?: number
  readonly rows?: number
  /** More of the environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** How a cell of the screen looks. */
export interface Cell {
  readonly text: string
  readonly inverse: boolean
  readonly bold: boolean
  readonly dim: boolean
  /** One of the sixteen colours by its number; null for the terminal's own. */
  readonly colour: number | null
}

/** The modes of the terminal that a program may change, as its output left them. */
export interface Modes {
  readonly alternateScreen: boolean
  readonly cursorShown: boolean
  readonly bracketedPaste: boolean
  readonly synchronized: boolean
}

/** What has to appear appears within this; nothing waits that long where all is well. */
const LIMIT = 20_000

/** A program in a pseudo-terminal of its own, with a terminal that draws what it writes. */
export class OwnTerminal {
  /** All that was written, in order. */
  written = ''
  /** Resolves with the status, or the signal's number as a shell gives it, when the program has ended. */
  readonly ended: Promise<number>
  readonly #pty: IPty
  readonly #terminal: xterm.Terminal
  readonly #looks = new Set<() => void>()

  constructor(file: string, args: readonly string[], { columns = 80, rows = 24, env = {} }: PtyOptions = {}) {
    // Ink falls silent where CI is set, and colours depend on the rest.
    const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, COLORTERM: ____, ...own } = process.env
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 })
    this.#pty = spawn(file, [...args], {
      // node-pty gives the name to the program as TERM.
      name: env.TERM ?? 'xterm-256color',
      cols: columns,
      rows,
      env: { ...own, LC_ALL: 'C.UTF-8', INK_SCREEN_READER: '', ...env },
    })
    this.#pty.onData((data) => {
      this.written += data
      this.#terminal.write(data, () => this.#look())
    })
    // What a terminal answers to questions goes back to the program, as in a real one.
    this.#terminal.onData((answer) => this.#pty.write(answer))
    const ended = Promise.withResolvers<number>()
    this.ended = ended.promise
    this.#pty.onExit(({ exitCode, signal }) => {
      ended.resolve(signal ? 128 + signal : exitCode)
      this.#look()
    })
  }

  get pid(): number {
    return this.#pty.pid
  }

  /** Bytes written so far. */
  get bytes(): number {
    return Buffer.byteLength(this.written)
  }

  /** Types, as a keyboard would: in one write. */
  type(text: string): this {
    this.#pty.write(text)
    return this
  }

  resize(columns: number, rows: number): this {
    this.#terminal.resize(columns, rows)
    this.#pty.resize(columns, rows)
    return this
  }

  signal(signal: NodeJS.Signals): this {
    this.#pty.kill(signal)
    return this
  }

  /** The lines of the screen as text, without the spaces behind them. */
  screen(): readonly string[] {
    const { active } = this.#terminal.buffer
    return Array.from(
      { length: this.#terminal.rows },
      (_, y) => active.getLine(active.baseY + y)?.translateToString(true) ?? '',
    )
  }

  cell(x: number, y: number): Cell {
    const { active } = this.#terminal.buffer
    const cell = active.getLine(active.baseY + y)?.getCell(x)
    if (cell === undefined) throw new Error(`there is no cell ${x}, ${y}`)
    return {
      text: cell.getChars(),
      inverse: cell.isInverse() !== 0,
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      colour: cell.isFgPalette() ? cell.getFgColor() : null,
    }
  }

  /** The terminal behind it, for its parser and its events. */
  get terminal(): xterm.Terminal {
    return this.#terminal
  }

  modes(): Modes {
    const isSet = (mode: number, initially: boolean): boolean => {
      const last = [...this.written.matchAll(new RegExp(`\\x1b\\[\\?${mode}([hl])`, 'g'))].at(-1)
      return last === undefined ? initially : last[1] === 'h'
    }
    return {
      alternateScreen: isSet(1049, false),
      cursorShown: isSet(25, true),
      bracketedPaste: isSet(2004, false),
      synchronized: isSet(2026, false),
    }
  }

  /** Waits until the screen shows a text, or fits otherwise; fails with the screen when it does not come. */
  async sees(wanted: string | RegExp | ((screen: readonly string[]) => boolean)): Promise<this> {
    const fits = () => {
      const screen = this.screen()
      if (typeof wanted === 'function') return wanted(screen)
      const text = screen.join('\n')
      return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)
    }
    await this.until(fits, () => `the screen to show ${wanted}`)
    return this
  }

  /** Waits until nothing has been written for `milliseconds`: for pictures, not for tests. */
  async settled(milliseconds = 400): Promise<void> {
    for (let written = -1; written !== this.written.length; ) {
      written = this.written.length
      await new Promise((resolve) => setTimeout(resolve, milliseconds))
    }
  }

  /** Waits until something holds, looking at every change of the screen. */
  async until(holds: () => boolean, what: () => string = () => 'something'): Promise<void> {
    if (holds()) return
    const seen = Promise.withResolvers<void>()
    const look = () => {
      if (holds()) seen.resolve()
    }
    const timer = setTimeout(
      () => seen.reject(new Error(`waited for ${what()}; it shows\n${this.screen().join('\n')}`)),
      LIMIT,
    )
    this.#looks.add(look)
    try {
      await seen.promise
    } finally {
      clearTimeout(timer)
      this.#looks.delete(look)
    }
  }

  /** The process below the one that was started: the program that a shell runs. */
  child(): number {
    const ids = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8').trim().split(' ')
    const [id] = ids.map(Number)
    if (!id) throw new Error(`nothing runs below ${this.pid}`)
    return id
  }

  /** Takes the terminal away, as a lost connection does. */
  close(): void {
    if ('destroy' in this.#pty && typeof this.#pty.destroy === 'function') this.#pty.destroy()
  }

  #look(): void {
    for (const look of this.#looks) look()
  }
}
