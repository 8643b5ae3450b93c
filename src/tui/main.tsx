import { hostname } from 'node:os'
import { EXIT, expectedEnd } from '../core/exit.ts'
import { currentActor, environment } from '../core/host/environment.ts'
import { systemIds } from '../core/host/random.ts'
import { dataDirectory, inCheckout, openStore, version } from '../core/open.ts'
import { describeDamage } from '../core/store/embedded/replica.ts'
import { inert, inertLines } from '../core/text/inert.ts'
import { type ConsoleOptions, parseOptions } from './options.ts'
import type { Play } from './session.ts'
import type { Stage } from './terminal/stage.tsx'
import { stayingSmall } from './terminal/tidy.ts'
import { themeOf } from './theme.ts'

const LONGEST_LINE = 4000

/** Runs the console; the result is the status to exit with. What is in the way is said on standard error. */
async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(argv)
    const { stdin, stdout } = process
    if (!stdin.isTTY || !stdout.isTTY) {
      complain('postern: the console needs a terminal; "postern --help" lists the commands that do without.')
      return EXIT.usage
    }
    stayingSmall()
    // At once, so that what is typed from here on is not echoed; the first frame is some time away.
    stdin.setRawMode(true)
    return await onTerminal(options)
  } catch (error) {
    return explain(error)
  }
}

async function onTerminal(options: ConsoleOptions): Promise<number> {
  // Asked first: opening the store gives up root's privileges.
  const actor = currentActor('console')
  const data = dataDirectory(options.data)
  const { terminal, screenReader, noColor } = environment()
  const warnings: string[] = []
  const opening = openStore(data, { create: inCheckout(), warn: (sentence) => warnings.push(sentence) })
  // Its failure is met below; until then it must not count as one that nobody looks at.
  opening.catch(() => {})
  // Chalk, which Ink colours with, takes --no-color for itself and would leave reverse video out, too.
  process.argv.splice(2)
  const [{ session }, { runConsole }] = await Promise.all([import('./session.ts'), import('./program.tsx')])
  const title = inert(`${actor.name}@${hostname()}`, 60)
  const theme = themeOf({ colour: !noColor && !options.noColor, ascii: options.ascii })
  const play: Play = async (stage) => {
    const store = await openedOnStage(stage, opening, data)
    const damage = () => (store.damage === null ? null : describeDamage(store.damage))
    const world = { store, data, damage, context: { store, actor, ids: systemIds } }
    const { page, filter, id, readOnly, ascii } = options
    const size = process.stdout
    const stop = runConsole({ stage, size, world, theme, title, readOnly, ascii, page, arrival: { filter, id } })
    return async () => {
      stop()
      await store.close()
    }
  }
  const streams = { stdin: process.stdin, stdout: process.stdout }
  const { status, error } = await session(streams, { title: inert(`postern ${title}`), terminal, screenReader }, play)
  for (const sentence of warnings) complain(sentence)
  return error === undefined ? status : explain(error)
}

/**
 * The store, open. What is in the way is thrown before anything is drawn; only a large store takes so long that the
 * screen says what is being waited for.
 */
async function openedOnStage<Store>(stage: Stage, opening: Promise<Store>, data: string): Promise<Store> {
  const early = await Promise.race([opening, aMoment()])
  if (early !== undefined) return early
  const { Opening } = await import('./opening.tsx')
  stage.show(<Opening data={data} version={version()} />)
  return opening
}

const aMoment = (): Promise<undefined> => new Promise((resolve) => setImmediate(resolve, undefined))

/** An error that an operator can mend is one sentence and its status; anything else is a bug. */
function explain(error: unknown): number {
  const end = expectedEnd(error)
  if (end !== null) {
    complain(end.message.startsWith('postern') ? end.message : `postern: ${end.message}`)
    return end.status
  }
  complain('postern broke: this is a bug.')
  for (const line of inertLines(error instanceof Error ? (error.stack ?? error.message) : String(error))) complain(line)
  return EXIT.failed
}

const complain = (sentence: string): void => void process.stderr.write(`${inert(sentence, LONGEST_LINE)}\n`)

process.exit(await main(process.argv.slice(2)))
