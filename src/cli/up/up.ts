import { EXIT, type ExitStatus, expectedEnd } from '../../core/exit.ts'
import { dataDirectory } from '../../core/open.ts'
import { openHouse } from './house.ts'
import { keep } from './keep.ts'
import type { Sandbox } from './sandbox.ts'
import { isOnTerminal, showConsole, tellWhyLines } from './screen.ts'
import { Voice } from './voice.ts'

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

/**
 * `postern up`: the daemon in this process, on a terminal with the console, else until a signal; with `sandbox` the story
 * of what Postern is for, in a store and with a mail server of its own, and after that the console where there is a
 * terminal.
 * A signal in the middle of the story ends this process by that signal, once all is cleared away.
 * @returns 0 when all was done; 1 when a step of the story did not come true; else what DESIGN says of the error.
 */
export async function up({ data, sandbox }: UpOptions): Promise<ExitStatus> {
  const ended = new AbortController()
  const end = (signal: NodeJS.Signals) => ended.abort(new Interrupted(signal))
  for (const signal of ENDING) process.once(signal, end)
  const voice = new Voice()
  try {
    await (sandbox ? runSandbox(data, voice, ended.signal) : runDaemon(dataDirectory(data), voice, ended.signal))
    return EXIT.done
  } catch (error) {
    if (error instanceof Interrupted) return interrupted(error, voice, end)
    const known = expectedEnd(error)
    if (known === null) throw error
    voice.warn(known.message)
    return known.status
  } finally {
    for (const signal of ENDING) process.off(signal, end)
  }
}

/** Dies of the signal after all, so that a shell or a make sees what happened. */
function interrupted({ signal }: Interrupted, { warn }: Voice, listener: (signal: NodeJS.Signals) => void): ExitStatus {
  warn('Interrupted.')
  for (const each of ENDING) process.off(each, listener)
  process.kill(process.pid, signal)
  return EXIT.failed
}

async function runSandbox(data: string | undefined, voice: Voice, ended: AbortSignal): Promise<void> {
  // Loaded here: a daemon alone needs no mail catcher.
  const { playSandbox, showSandbox } = await import('./play.ts')
  const { print, warn } = voice
  const stay = isOnTerminal() ? (sandbox: Sandbox) => showSandbox(sandbox, { voice, ended }) : undefined
  await playSandbox({ data, print, warn, ended, stay })
  tellWhyLines(voice)
}

async function runDaemon(data: string, voice: Voice, ended: AbortSignal): Promise<void> {
  await using house = await openHouse(data, voice.warn)
  tellWhyLines(voice)
  await (isOnTerminal() ? showConsole(house, { voice, ended }) : keep(house, { print: voice.print, ended }))
}
