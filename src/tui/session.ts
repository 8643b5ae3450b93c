import { constants } from 'node:os'
import { EXIT } from '../core/exit.ts'
import type { InertText } from '../core/text/inert.ts'
import { InkStage, type Stage } from './terminal/stage.tsx'
import { type Streams, Terminal } from './terminal/terminal.ts'

export interface SessionOptions {
  /** What to call the window. */
  readonly title: InertText
  /** TERM. */
  readonly terminal: string | null
  readonly screenReader: boolean
}

/** What is played: it begins on the stage, and what it returns is done once when the session ends. */
export type Play = (stage: Stage) => Promise<() => Promise<void>>

/** How a session ended: the status to exit with, and the error to tell of, when there was one. */
export interface SessionEnd {
  readonly status: number
  readonly error: unknown
}

/** These print what follows OSC, or know no such thing. */
const WITHOUT_OSC = /^(linux|dumb|vt\d+.*)$/
const ENDING = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const

/** The status of a process that a signal ended, as shells give it. */
const statusOf = (signal: keyof typeof constants.signals): number => 128 + constants.signals[signal]

/** What is left to be closed has this long: a terminal that is gone must not leave a process behind (milliseconds). */
const PATIENCE = 700

/**
 * Plays on the terminal until it ends: by itself, by a signal, by a bug, or with the terminal. However it ends, the
 * terminal is as before.
 */
export async function session(streams: Streams, options: SessionOptions, play: Play): Promise<SessionEnd> {
  let status: number = EXIT.done
  const end = (code: number) => {
    status = code
    stage.end()
  }
  const terminal = new Terminal(streams, {
    alternateScreen: !options.screenReader,
    understandsOsc: !WITHOUT_OSC.test(options.terminal ?? 'dumb'),
    title: options.screenReader || WITHOUT_OSC.test(options.terminal ?? 'dumb') ? null : options.title,
    onLost: () => end(statusOf('SIGHUP')),
    onInterrupt: () => end(statusOf('SIGINT')),
    onStop: () => stage.suspend(),
  })
  const stage = new InkStage(terminal, streams, options.screenReader)
  const broke = (error: unknown) => stage.end(error)
  const resume = () => stage.resume()
  for (const signal of ENDING) process.on(signal, end.bind(null, statusOf(signal)))
  process.on('SIGCONT', resume).on('uncaughtException', broke).on('unhandledRejection', broke)
  // Whoever calls process.exit() somewhere gives the terminal back all the same, and before Ink's own last frame.
  process.on('exit', () => stage.end())
  terminal.hold()
  const begun = play(stage)
  begun.catch(broke)
  const error = await stage.ended.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  await within(PATIENCE, begun)
  return { status: error === undefined ? status : EXIT.failed, error }
}

/** Closes what was begun, but waits no longer than this: nothing of it is unsaved, since a commit ends in a sync. */
async function within(milliseconds: number, begun: Promise<() => Promise<void>>): Promise<void> {
  const closed = begun.then((close) => close()).catch(() => {})
  const enough = Promise.withResolvers<void>()
  const timer = setTimeout(enough.resolve, milliseconds)
  await Promise.race([closed, enough.promise])
  clearTimeout(timer)
}
