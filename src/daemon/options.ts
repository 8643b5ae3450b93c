import { parseArgs } from 'node:util'
import { parseAddress } from '../core/domain/address.ts'
import { EXIT, Stop } from '../core/exit.ts'

/** What `posternd` was asked to do. */
export interface Options {
  readonly mode:
    | { readonly kind: 'serve' | 'once' | 'check' | 'help' | 'version' }
    | { readonly kind: 'test-mail'; readonly to: string }
  readonly data: string | undefined
  readonly json: boolean
}

export const USAGE = `posternd: sends the letters of Postern.

Usage: posternd [--data DIR] [--json] [--once | --check | --test-mail ADDRESS]

  --data DIR           the data directory ($POSTERN_DATA; /var/lib/postern when installed)
  --once               send everything that is due, then exit
  --check              open the store, reach the mail server and sign in, without sending
  --test-mail ADDRESS  send a test letter and say what the server said
  --json               print results as JSON
  --version, --help

Exit status: 0 done; 1 tried and failed; 2 wrong use; 69 no store; 74 the disk failed;
78 wrong directory, owner, mode or format, or a second daemon.
`

const FLAGS = {
  data: { type: 'string' },
  once: { type: 'boolean', default: false },
  check: { type: 'boolean', default: false },
  'test-mail': { type: 'string' },
  json: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS, strict: true, allowPositionals: false }).values
  } catch (error) {
    const why = error instanceof Error ? error.message.split('. ')[0] : String(error)
    throw new Stop(EXIT.usage, `posternd: ${why}. "posternd --help" lists the flags.`)
  }
}

/**
 * The command line as options.
 * @throws Stop with exit status 2 for unknown flags, two modes at once, or a malformed address.
 */
export function parseOptions(argv: readonly string[]): Options {
  const flags = parse(argv)
  const { data, json } = flags
  const chosen = (['once', 'check', 'version', 'help'] as const).filter((name) => flags[name])
  const to = flags['test-mail']
  if (chosen.length + (to === undefined ? 0 : 1) > 1) {
    throw new Stop(EXIT.usage, 'posternd: --once, --check and --test-mail exclude one another.')
  }
  if (to !== undefined) {
    const address = parseAddress(to)
    if (!address.ok) throw new Stop(EXIT.usage, `posternd: --test-mail: ${address.why}.`)
    return { mode: { kind: 'test-mail', to: address.wire }, data, json }
  }
  return { mode: { kind: chosen[0] ?? 'serve' }, data, json }
}
