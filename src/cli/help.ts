import {
  argumentUsage,
  type CommandDefinition,
  commandUsage,
  GLOBAL_OPTIONS,
  type GroupDefinition,
  type OptionDefinition,
  optionUsage,
} from './definition.ts'

const WIDTH = 80
const INDENT = '  '
const GAP = 3

/** The exit statuses, for the help and the reference. */
export const EXIT_STATUSES: readonly (readonly [status: number, meaning: string])[] = [
  [0, 'done'],
  [1, 'it was tried and failed, or was called off at a prompt'],
  [2, 'wrong use: a flag, a value, a file or a name that cannot be taken'],
  [69, 'no daemon or no store to talk to'],
  [74, 'the disk failed'],
  [78, 'wrong directory, owner, mode or format'],
]

/** Text in lines of at most `width` characters, broken at spaces. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

type Term = readonly [term: string, meaning: string]

const widthOf = (rows: readonly Term[]): number => Math.max(...rows.map(([term]) => term.length)) + GAP

/** Terms with what they mean beside them, from the column `width` on. */
function terms(rows: readonly Term[], width = widthOf(rows)): string[] {
  return rows.flatMap(([term, meaning]) =>
    wrap(meaning, WIDTH - INDENT.length - width).map(
      (line, index) => `${INDENT}${(index === 0 ? term : '').padEnd(width)}${line}`,
    ),
  )
}

const options = (definitions: readonly Parameters<typeof optionUsage>[0][]) =>
  terms([...definitions.map((option) => [optionUsage(option), option.help] as const), ['--help', 'Say this.']])

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`

/** The usage, its lines behind the first one indented. */
function usageLines(usage: string): string[] {
  const [first = '', ...rest] = wrap(usage, WIDTH - 'Usage: '.length)
  return [`Usage: ${first}`, ...rest.map((line) => `${' '.repeat('Usage: postern '.length)}${line}`)]
}

/** What `postern users list --help` says. */
export function commandHelp(definition: CommandDefinition): string {
  const { summary, details = [], arguments: args = [] } = definition
  return text([
    ...usageLines(commandUsage(definition)),
    '',
    ...wrap(summary, WIDTH),
    ...details.flatMap((paragraph) => ['', ...wrap(paragraph, WIDTH)]),
    ...(args.length === 0 ? [] : ['', 'Arguments:', ...terms(args.map((arg) => [argumentUsage(arg), arg.help]))]),
    '',
    'Options:',
    ...options([...(definition.options ?? []), ...GLOBAL_OPTIONS]),
  ])
}

/** What `postern users --help` says. */
export function groupHelp({ name, summary, commands }: GroupDefinition): string {
  return text([
    `Usage: postern ${name} COMMAND`,
    '',
    summary,
    '',
    ...terms(commands.map((command) => [withoutOptions(command), command.summary])),
    '',
    `"postern ${name} COMMAND --help" says more.`,
  ])
}

/** The console is a program of its own, which this one does not load: a test holds the two to the same options. */
const CONSOLE_OPTIONS: readonly OptionDefinition[] = [
  { name: 'page', value: 'NAME', help: 'Begin with overview, users, tasks, log, settings, audit or inbox.' },
  { name: 'filter', value: 'TEXT', help: 'A filter for its list, as after "/".' },
  { name: 'id', value: 'ID', help: 'What to open there: an id, or the name of a setting.' },
  { name: 'read-only', help: 'Without the keys that change anything.' },
  { name: 'ascii', help: 'Draw with ASCII alone, as where the locale is not UTF-8.' },
  { name: 'no-color', help: 'Draw without colours, as with NO_COLOR in the environment.' },
]

/** What `postern --help` says. */
export function programHelp(groups: readonly GroupDefinition[]): string {
  const rowsOf = ({ commands }: GroupDefinition) => commands.map((each): Term => [withoutOptions(each), each.summary])
  const width = widthOf(groups.flatMap(rowsOf))
  return text([
    'Usage: postern [--data DIR]                       on a terminal: the console',
    '       postern COMMAND [--json] [--data DIR]',
    '',
    'The way back in for people locked out of their accounts.',
    ...groups.flatMap((group) => ['', group.summary, ...terms(rowsOf(group), width)]),
    '',
    'Options:',
    ...options([...GLOBAL_OPTIONS, { name: 'version', help: 'Say which version this is.' }]),
    '',
    'Options of the console:',
    ...options(CONSOLE_OPTIONS),
    '',
    'Exit status:',
    ...terms(EXIT_STATUSES.map(([status, meaning]) => [String(status), meaning])),
    '',
    '"postern COMMAND --help" says more.',
  ])
}

const withoutOptions = ({ name, arguments: args = [] }: CommandDefinition): string =>
  [name, ...args.map(argumentUsage)].join(' ')
