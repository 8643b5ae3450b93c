import { EXIT, type ExitStatus, expectedEnd } from '../../core/exit.ts'
import { dataDirectory } from '../../core/open.ts'
import { inert } from '../../core/text/inert.ts'
import { openHouse } from './house.ts'
import { keep } from './keep.ts'
import type { Print } from './tell.ts'

export interface UpOptions {
  /** `--data`. */
  readonly data: string | undefined
  readonly sandbox: boolean
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** A signal came before the work was done. */
class Interrupted extends Error {
  readonly signal: NodeJS.Signals

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`)
    this.signal = signal
  }
}

const LONGEST_LINE = 4000
const print: Print = (line) => void process.stdout.write(`${inert(line, LONGEST_LINE)}\n`)
const warn: Print = (line) => void process.stderr.write(`${inert(line, LONGEST_LINE)}\n`)

/**
 * `postern up`: the daemon in this process until a signal; with `sandbox` the story of what Postern is for, in a store
 * and with a mail server of its own, after which the daemon goes on where there is a terminal.
 * A signal in the middle of the story ends this process by that signal, once all is cleared away.
 * @returns 0 when all was done; 1 when a step of the story did not come true; else what DESIGN says of the error.
 */
export async function up({ data, sandbox }: UpOptions): Promise<ExitStatus> {
  const ended = new AbortController()
  const end = (signal: NodeJS.Signals) => ended.abort(new Interrupted(signal))
  for (const signal of ENDING) process.once(signal, end)
  try {
    await (sandbox ? runSandbox(data, ended.signal) : runDaemon(dataDirectory(data), ended.signal))
    return EXIT.done
  } catch (error) {
    if (error instanceof Interrupted) return interrupted(error, end)
    const known = expectedEnd(error)
    if (known === null) throw error
    warn(known.message)
    return known.status
  } finally {
    for (const signal of ENDING) process.off(signal, end)
  }
}

/** Dies of the signal after all, so that a shell or a make sees what happened. */
function interrupted({ signal }: Interrupted, listener: (signal: NodeJS.Signals) => void): ExitStatus {
  warn('Interrupted.')
  for (const each of ENDING) process.off(each, listener)
  process.kill(process.pid, signal)
  return EXIT.failed
}

async function runSandbox(data: string | undefined, ended: AbortSignal): Promise<void> {
  // Loaded here: a daemon alone needs no mail catcher.
  const { playSandbox } = await import('./play.ts')
  await playSandbox({ data, print, warn, ended, onTerminal: process.stdin.isTTY && process.stdout.isTTY })
}

async function runDaemon(data: string, ended: AbortSignal): Promise<void> {
  await using house = await openHouse(data, warn)
  await keep(house, { print, ended })
}
