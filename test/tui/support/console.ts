import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { aHouse, type Furniture } from './house.ts'
import { Pty, type PtyOptions } from './pty.ts'

const root = join(import.meta.dirname, '../../..')
let built = false

/** The built `postern`. */
export function program(): string {
  if (!built) execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' })
  built = true
  return join(root, 'bin/postern.mjs')
}

export interface ConsoleOptions extends PtyOptions, Furniture {
  /** The data directory; else one of its own, furnished as is said. */
  readonly data?: string
  /** More of the command line: `['--page', 'tasks']`. */
  readonly args?: readonly string[]
}

/** The keys that have names, as an xterm sends them. */
const KEYS: Readonly<Record<string, string>> = {
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
  'shift+tab': '\x1b[Z',
  backspace: '\x7f',
  delete: '\x1b[3~',
  up: '\x1b[A',
  down: '\x1b[B',
  right: '\x1b[C',
  left: '\x1b[D',
  home: '\x1b[H',
  end: '\x1b[F',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
  space: ' ',
}

/** The real console in a pseudo-terminal: what is pressed goes to it, what it draws can be waited for. */
export class Console extends Pty {
  readonly data: string

  constructor(data: string, options: ConsoleOptions = {}) {
    super(process.execPath, [program(), '--data', data, ...(options.args ?? [])], options)
    this.data = data
  }

  /** Presses keys, one write each: `press('j', 'enter', 'ctrl+s')`. */
  press(...keys: readonly string[]): this {
    for (const key of keys) {
      const letter = /^ctrl\+([a-z])$/.exec(key)?.[1]
      this.type(letter === undefined ? (KEYS[key] ?? key) : String.fromCharCode(letter.charCodeAt(0) - 0x60))
    }
    return this
  }

  /** Pastes, as a terminal with bracketed paste does. */
  paste(text: string): this {
    return this.type(`\x1b[200~${text}\x1b[201~`)
  }
}

/** The console on a store; both are gone when the test is over. */
export async function aConsole(options: ConsoleOptions = {}): Promise<Console> {
  if (options.data !== undefined) return new Console(options.data, options)
  const house = await aHouse(options)
  onTestFinished(() => house[Symbol.dispose]())
  return new Console(house.data, options)
}
