import { hostname } from 'node:os'
import type { Actor } from '../core/domain/actor.ts'
import { environment } from '../core/host/environment.ts'
import { systemIds } from '../core/host/random.ts'
import { inert } from '../core/text/inert.ts'
import type { OpeningProps } from './opening.tsx'
import type { ConsoleOptions } from './options.ts'
import type { World } from './screen.ts'
import type { Play, SessionEnd } from './session.ts'
import type { Stage } from './terminal/stage.tsx'
import { stayingSmall } from './terminal/tidy.ts'
import { themeOf } from './theme.ts'

/** What a console is shown on: a store that is open, and what else is in the house. */
export interface Premises extends Pick<World, 'store' | 'trouble' | 'inbox'> {
  /** Called once when the console has ended. */
  readonly close: () => Promise<void>
}

export interface ConsoleOpening {
  readonly options: ConsoleOptions
  /** Who sits there. */
  readonly actor: Actor
  /** The data directory. */
  readonly data: string
  /** Open, or about to be. */
  readonly premises: Promise<Premises>
  /** Where that is, in the header; the name of this machine unless said. */
  readonly place?: string
  /** Said once the console is there. */
  readonly greeting?: string
  /** Ends the console. */
  readonly ended?: AbortSignal
  /** Ends the console with its reason as the error. */
  readonly broken?: AbortSignal
}

/**
 * Shows the console on the terminal of this process until it ends; the terminal is then as before.
 * @returns how it ended: the status to exit with, and what was in the way or broke.
 */
export async function openConsole(opening: ConsoleOpening): Promise<SessionEnd> {
  // At once, so that what is typed from here on is not echoed; the first frame is some time away.
  process.stdin.setRawMode(true)
  const { options, actor, data, premises, place, greeting, ended, broken } = opening
  // Its failure is met below; until then it must not count as one that nobody looks at.
  premises.catch(() => {})
  const { terminal, screenReader, noColor, utf8 } = environment()
  // Chalk, which Ink colours with, takes --no-color for itself and would leave reverse video out, too.
  process.argv.splice(2)
  const [{ session }, { runConsole }] = await Promise.all([import('./session.ts'), import('./program.tsx')])
  const title = inert(`${actor.name}@${place ?? hostname()}`, 60)
  const { page, filter, id, readOnly } = options
  // The font of the Linux console has no signs for success and failure.
  const ascii = options.ascii || !utf8 || terminal === 'linux'
  const theme = themeOf({ colour: !noColor && !options.noColor, ascii })
  const play: Play = async (stage) => {
    const beginning = { page, readOnly, ascii, now: Date.now() }
    const { store, trouble, inbox, close } = await openedOnStage(stage, premises, { beginning, theme, title, data })
    const world: World = { store, data, trouble, inbox, context: { store, actor, ids: systemIds } }
    const program = { stage, size: process.stdout, world, theme, title, readOnly, ascii, page, arrival: { filter, id } }
    const stop = runConsole({ ...program, ...(greeting === undefined ? {} : { greeting: inert(greeting) }) })
    whenAborted(broken, () => stage.end(broken?.reason))
    whenAborted(ended, () => stage.end())
    return async () => {
      stop()
      await close()
    }
  }
  const streams = { stdin: process.stdin, stdout: process.stdout }
  return session(streams, { title: inert(`postern ${title}`), terminal, screenReader }, play)
}

/** Calls back once, at once where the signal is aborted already. A stage that is over takes no notice. */
function whenAborted(signal: AbortSignal | undefined, call: () => void): void {
  if (signal?.aborted === true) call()
  else signal?.addEventListener('abort', call, { once: true })
}

/**
 * What the console is shown on, open. What is in the way is thrown before anything is drawn; only a large store takes so
 * long that the console is drawn without its data, and says what is being waited for.
 */
async function openedOnStage(stage: Stage, premises: Promise<Premises>, shown: OpeningProps): Promise<Premises> {
  const early = await Promise.race([premises, aMoment()])
  if (early !== undefined) return early
  stayingSmall(premises).catch(() => {})
  if (stage.isReadAloud) stage.say([inert(`Reading ${shown.data}.`)], () => {})
  else {
    const { Opening } = await import('./opening.tsx')
    stage.show(<Opening {...shown} />)
  }
  return premises
}

/**
 * Turns of the event loop, of which a store being read takes one for a quarter of a megabyte: a store of some thousand
 * users is open by then, and a frame without data (80 ms) would only hold it up.
 */
const TURNS = 16

async function aMoment(): Promise<undefined> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
}
