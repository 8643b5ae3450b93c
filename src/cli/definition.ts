import type { ExitStatus } from '../core/exit.ts'
import type { Input } from './input.ts'
import type { Io } from './io.ts'

/** An option of a sub-command. */
export interface OptionDefinition {
  /** Without its dashes. */
  readonly name: string
  /** What stands for its value in the usage; none for a switch. */
  readonly value?: string
  /** Must be given. */
  readonly needed?: true
  /** May be given several times, or once with several values. */
  readonly many?: true
  readonly help: string
}

export interface ArgumentDefinition {
  readonly name: string
  readonly help: string
  readonly optional?: true
  /** Takes all that follow, at least one unless it is optional. */
  readonly many?: true
}

/** What a sub-command works with. */
export interface Call {
  readonly input: Input
  readonly io: Io
  /** Prints a document for programs instead of text for people. */
  readonly json: boolean
  /** The data directory, and whether `--data` named it. */
  readonly data: string
  readonly dataFlag: string | undefined
}

export type Run = (call: Call) => Promise<ExitStatus>

/**
 * One sub-command. The parser, its help and `docs/cli.md` come from it; what runs is loaded only when it is called.
 */
export interface CommandDefinition {
  /** Its words behind `postern`: `users list`. */
  readonly name: string
  /** One line. */
  readonly summary: string
  /** Paragraphs for the help of the sub-command and the reference. */
  readonly details?: readonly string[]
  readonly arguments?: readonly ArgumentDefinition[]
  readonly options?: readonly OptionDefinition[]
  /** What `--json` prints, for the reference. */
  readonly json: string
  readonly load: () => Promise<Run>
}

/** Sub-commands about one noun. */
export interface GroupDefinition {
  /** The word they share. */
  readonly name: string
  /** What it is about, on one line. */
  readonly summary: string
  readonly commands: readonly CommandDefinition[]
}

/** What every sub-command takes. */
export const GLOBAL_OPTIONS: readonly OptionDefinition[] = [
  {
    name: 'data',
    value: 'DIR',
    help: 'The data directory; else $POSTERN_DATA, else data/local in a checkout, else /var/lib/postern.',
  },
  { name: 'json', help: 'Print one JSON document for programs.' },
]

export const LIMIT: OptionDefinition = {
  name: 'limit',
  value: 'N',
  help: 'How many to list, 1 to 1000; 50 unless said.',
}
export const AFTER: OptionDefinition = {
  name: 'after',
  value: 'CURSOR',
  help: 'Go on behind the page before: its "next", as JSON and standard error say it.',
}
export const YES: OptionDefinition = { name: 'yes', help: 'Do not ask.' }

/** `NAME…`, `[KEYWORD]`: an argument as the usage shows it. */
export function argumentUsage({ name, optional, many }: ArgumentDefinition): string {
  const shown = many ? `${name}…` : name
  return optional ? `[${shown}]` : shown
}

/** `--limit N`: an option as the help shows it. */
export const optionUsage = ({ name, value, many }: OptionDefinition): string =>
  value === undefined ? `--${name}` : `--${name} ${value}${many ? '…' : ''}`

/** `postern users list [KEYWORD] [--status STATUS] …`, without the global options. */
export function commandUsage({ name, arguments: args = [], options = [] }: CommandDefinition): string {
  const words = [
    ...args.map(argumentUsage),
    ...options.map((option) => (option.needed ? optionUsage(option) : `[${optionUsage(option)}]`)),
  ]
  return ['postern', name, ...words].join(' ')
}
