import { parseArgs } from 'node:util'
import { parseAddress } from '../core/domain/address.ts'
import { EXIT, Stop } from '../core/exit.ts'
import { type GivenSetting, parseGiven } from './unsaved.ts'

/** What `posternd` was asked to do. */
export interface Options {
  readonly mode:
    | { readonly kind: 'serve' | 'once' | 'help' | 'version' }
    | { readonly kind: 'check'; readonly to: string | null; readonly given: readonly GivenSetting[] }
    | { readonly kind: 'test-mail'; readonly to: string }
  readonly data: string | undefined
  readonly json: boolean
}

export const USAGE = `posternd: sends the letters of Postern.

Usage: posternd [--data DIR] [--json] [--once | --check | --test-mail ADDRESS]
       posternd [--data DIR] [--json] --check [--to ADDRESS] [--set NAME=VALUE…]

  --data DIR           the data directory ($POSTERN_DATA; /var/lib/postern when installed)
  --once               send everything that is due, then exit
  --check              go the way of a letter up to the recipient, stage by stage, and send nothing
  --to ADDRESS         with --check: the recipient to ask about; else the sender
  --set NAME=VALUE…    with --check: a setting to try out, not saved; of a secret the name alone,
                       and the secret on standard input
  --test-mail ADDRESS  send a test letter and say what the server said
  --json               print results as JSON
  --version, --help

Exit status: 0 done; 1 tried and failed (a letter, a check), or letters are due and the queue is closed;
2 wrong use; 69 no store; 74 the disk failed; 78 wrong directory, owner, mode or format, or a second daemon.
`

const FLAGS = {
  data: { type: 'string' },
  once: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  'test-mail': { type: 'string' },
  to: { type: 'string' },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

function parse(argv: readonly string[]) {
  try {
    const parsed = parseArgs({ args: [...argv], options: FLAGS, strict: true, allowPositionals: true })
    return { flags: parsed.values, more: parsed.positionals }
  } catch (error) {
    const why = error instanceof Error ? error.message.split('. ')[0] : String(error)
    throw new Stop(EXIT.usage, `${why}. "posternd --help" lists the flags.`)
  }
}

/**
 * The command line as options.
 * @throws Stop with exit status 2 for unknown flags, two modes at once, or a malformed address.
 */
export function parseOptions(argv: readonly string[]): Options {
  const { flags, more } = parse(argv)
  const { data, json } = flags
  const chosen = (['once', 'check', 'version', 'help'] as const).filter((name) => flags[name])
  const to = flags['test-mail']
  if (chosen.length + (to === undefined ? 0 : 1) > 1) {
    throw new Stop(EXIT.usage, '--once, --check and --test-mail exclude one another.')
  }
  // Not repeated: one may be a secret.
  if (more.length > 0 && flags.set === undefined) {
    throw new Stop(EXIT.usage, 'too many arguments. "posternd --help" lists the flags.')
  }
  const kind = chosen[0] ?? 'serve'
  if (kind !== 'check' && (flags.to ?? flags.set) !== undefined) {
    throw new Stop(EXIT.usage, '--to and --set go with --check.')
  }
  if (to !== undefined) return { mode: { kind: 'test-mail', to: expectAddress('--test-mail', to) }, data, json }
  if (kind !== 'check') return { mode: { kind }, data, json }
  const recipient = flags.to === undefined ? null : expectAddress('--to', flags.to)
  return { mode: { kind, to: recipient, given: parseGiven([...(flags.set ?? []), ...more]) }, data, json }
}

/** The wire form of an address. @throws Stop */
function expectAddress(flag: string, typed: string): string {
  const address = parseAddress(typed)
  if (!address.ok) throw new Stop(EXIT.usage, `${flag}: ${address.why}.`)
  return address.wire
}
