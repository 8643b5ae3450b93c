import { Argument, Command, type CommanderError, Option } from 'commander'
import { version } from '../core/open.ts'
import {
  argumentUsage,
  type CommandDefinition,
  GLOBAL_OPTIONS,
  type GroupDefinition,
  type OptionDefinition,
} from './definition.ts'
import { commandHelp, groupHelp, programHelp } from './help.ts'
import { type Given, Input, wrongUse } from './input.ts'
import type { Io } from './io.ts'

/** What came of parsing: a sub-command to run with its input, or help that was printed, asked for or not. */
export type Parsed =
  | { readonly kind: 'run'; readonly definition: CommandDefinition; readonly input: Input }
  | { readonly kind: 'help'; readonly asked: boolean }

/**
 * Parses a command line by the definitions.
 * @throws Stop with exit status 2 and one sentence for what cannot be parsed.
 */
export async function parseCommandLine(
  groups: readonly GroupDefinition[],
  argv: readonly string[],
  io: Io,
): Promise<Parsed> {
  const parsed: Parsed[] = []
  const program = dress(new Command('postern'), 'postern', programHelp(groups), io)
  program.version(version(), '--version')
  for (const option of GLOBAL_OPTIONS) program.addOption(toOption(option))
  for (const group of groups) {
    const parent = group.commands.some(({ name }) => name === group.name)
      ? program
      : dress(program.command(group.name), `postern ${group.name}`, groupHelp(group), io)
    for (const definition of group.commands) {
      addCommand(parent, definition, io, (input) => parsed.push({ kind: 'run', definition, input }))
    }
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (!(error instanceof Shown)) throw error
    return { kind: 'help', asked: error.asked }
  }
  return parsed[0] ?? { kind: 'help', asked: false }
}

/** Help or the version was printed. */
class Shown extends Error {
  readonly asked: boolean

  constructor(asked: boolean) {
    super('help was shown')
    this.asked = asked
  }
}

function toOption({ name, value, needed, many }: OptionDefinition): Option {
  const flags = value === undefined ? `--${name}` : `--${name} <${value}${many ? '...' : ''}>`
  return new Option(flags).makeOptionMandatory(needed ?? false)
}

function addCommand(parent: Command, definition: CommandDefinition, io: Io, call: (input: Input) => unknown): void {
  const word = definition.name.split(' ').at(-1) ?? definition.name
  const command = dress(parent.command(word), `postern ${definition.name}`, commandHelp(definition), io)
  for (const argument of definition.arguments ?? []) {
    const { name, optional, many } = argument
    const shown = many ? `${name}...` : name
    command.addArgument(new Argument(optional ? `[${shown}]` : `<${shown}>`, argumentUsage(argument)))
  }
  const options = [...(definition.options ?? []), ...GLOBAL_OPTIONS]
  for (const option of definition.options ?? []) command.addOption(toOption(option))
  command.action(() => void call(new Input(command.args, given(command, options))))
}

/** The options that were given, by name. */
function given(command: Command, options: readonly OptionDefinition[]): Map<string, Given> {
  const values = new Map<string, unknown>(Object.entries(command.optsWithGlobals()))
  return new Map(
    options.flatMap((option): [string, Given][] => {
      const value = values.get(toOption(option).attributeName())
      if (Array.isArray(value)) return [[option.name, value.map(String)]]
      return typeof value === 'string' || value === true ? [[option.name, value]] : []
    }),
  )
}

/** Has a command speak our words, and throw where commander would end the process. */
function dress(command: Command, words: string, help: string, io: Io): Command {
  return command
    .configureHelp({ formatHelp: () => help })
    .configureOutput({
      writeOut: (text) => printLines(text, (line) => io.print(line)),
      writeErr: (text) => printLines(text, (line) => io.complain(line)),
      outputError: () => {},
    })
    .exitOverride((error) => {
      throw translate(words, error)
    })
}

function printLines(text: string, print: (line: string) => void): void {
  for (const line of text.replace(/\n$/, '').split('\n')) print(line)
}

/** commander's error in our words. Values that were typed too many are not repeated: one may be a secret. */
function translate(words: string, { code, message }: CommanderError): Error {
  if (code === 'commander.help') return new Shown(false)
  if (code === 'commander.helpDisplayed' || code === 'commander.version') return new Shown(true)
  const [said = '', hint = ''] = message.replace(/^error: /, '').split('\n')
  const what = code === 'commander.excessArguments' ? 'too many arguments' : said
  const meant = /Did you mean (?:one of )?(.+)\?/.exec(hint)?.[1]
  const guess = meant === undefined ? '' : ` (did you mean ${meant}?)`
  return wrongUse(`${words}: ${what}${guess}; "${words} --help" says more.`)
}
