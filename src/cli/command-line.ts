import { EXIT, type ExitStatus, expectedEnd } from '../core/exit.ts'
import { dataDirectory } from '../core/open.ts'
import { BadCursor } from '../core/store/error.ts'
import { GROUPS } from './commands.ts'
import { wrongUse } from './input.ts'
import type { Io } from './io.ts'
import { parseCommandLine } from './program.ts'

/**
 * Runs one command line, without the program's name.
 * @returns the exit status; what is in the way was said on standard error.
 */
export async function commandLine(argv: readonly string[], io: Io): Promise<ExitStatus> {
  try {
    return await parseAndRun(argv, io)
  } catch (error) {
    return explain(error, io)
  }
}

async function parseAndRun(argv: readonly string[], io: Io): Promise<ExitStatus> {
  const parsed = await parseCommandLine(GROUPS, argv, io)
  if (parsed.kind === 'help') return parsed.asked ? EXIT.done : EXIT.usage
  const { definition, input } = parsed
  const flag = input.text('data')
  if (flag === '') throw wrongUse('--data must name a directory.')
  const run = await definition.load()
  return run({ input, io, json: input.has('json'), data: dataDirectory(flag), dataFlag: flag })
}

/** An error that an operator can mend is one sentence and its exit status; anything else is a bug. */
function explain(error: unknown, io: Io): ExitStatus {
  if (error instanceof BadCursor) {
    io.complain(`postern: --after: ${error.message}`)
    return EXIT.usage
  }
  const end = expectedEnd(error)
  if (end !== null) {
    io.complain(end.message.startsWith('postern') ? end.message : `postern: ${end.message}`)
    return end.status
  }
  io.complain('postern broke: this is a bug.')
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  for (const line of stack.split('\n')) io.complain(line)
  return EXIT.failed
}
