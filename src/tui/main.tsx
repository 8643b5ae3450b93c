import { EXIT, expectedEnd } from '../core/exit.ts'
import { currentActor, environment } from '../core/host/environment.ts'
import { dataDirectory, inCheckout, openStore } from '../core/open.ts'
import { inert, inertLines } from '../core/text/inert.ts'
import { openConsole, type Premises } from './console.tsx'
import { type ConsoleOptions, parseOptions } from './options.ts'

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
    if (!environment().showsPages) {
      complain('postern: TERM=dumb says that this terminal cannot place text. Set TERM to what it')
      complain('is, INK_SCREEN_READER=true to have pages as lines, or use a command: postern --help.')
      return EXIT.usage
    }
    return await onTerminal(options)
  } catch (error) {
    return explain(error)
  }
}

async function onTerminal(options: ConsoleOptions): Promise<number> {
  // Asked first: opening the store gives up root's privileges.
  const actor = currentActor('console')
  const data = dataDirectory(options.data)
  const warnings: string[] = []
  const premises = openPremises(data, (sentence) => warnings.push(sentence))
  const { status, error } = await openConsole({ options, actor, data, premises })
  for (const sentence of warnings) complain(sentence)
  return error === undefined ? status : explain(error)
}

async function openPremises(data: string, warn: (sentence: string) => void): Promise<Premises> {
  const store = await openStore(data, { create: inCheckout(), warn })
  return {
    store,
    trouble: () => store.trouble,
    close: () => store.close(),
  }
}

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
