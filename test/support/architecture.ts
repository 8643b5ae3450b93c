import { posix } from 'node:path'
import { read, type Source } from './imports.ts'

/** A rule about single files: what it says, which files it is about, and what in them breaks it. */
interface Rule {
  readonly says: string
  readonly about: RegExp
  readonly except?: RegExp
  readonly offences: (source: Source) => readonly string[]
}

/** The house's own parts; a part includes its folders. `store/` itself, without `embedded/`, is the port. */
const DOMAIN = /^src\/core\/domain\//
const PORT = /^src\/core\/store\/[^/]+$/
const ADAPTER = /^src\/core\/store\/[^/]+\//
const HOST = /^src\/core\/host\//
const USECASES = /^src\/core\/usecases\//
const SECRETS = /^src\/core\/secrets\//
const LETTERS = /^src\/core\/letters\//
const CORE = /^src\/core\//
const DAEMON = /^src\/daemon\//
const TUI = /^src\/tui\//
/** All but how to open the console, and what a sandbox shows in it. */
const TUI_INSIDE = /^src\/tui\/(?!(console\.tsx|inbox\.ts)$)/
const CLI = /^src\/cli\//
const UP = /^src\/cli\/up(\/|\.tsx?$)/
const MAIN = /\/main\.tsx?$/
const ENVIRONMENT = /^src\/core\/host\/environment\.ts$/

const NODE = /^node:/
const VALIBOT = /^valibot$/
const CRONER = /^croner$/
const STORING = /^(lowdb(\/.*)?|fs-native-extensions)$/
const MACHINE = /^(fs-native-extensions|@peculiar\/x509|croner|valibot)$/
/** The one place that opens a data directory for all doors. */
const OPENING = /^src\/core\/open\.ts$/
const DOOR_LIBRARIES = /^((ink|react|nodemailer|hono)([/-].*)?|@hono\/.*)$/

/** Nothing but these may be imported. */
function only(...allowed: RegExp[]): Rule['offences'] {
  return ({ imports }) => imports.filter((path) => !allowed.some((pattern) => pattern.test(path)))
}

/** None of these may be imported. */
function never(...forbidden: RegExp[]): Rule['offences'] {
  return ({ imports }) => imports.filter((path) => forbidden.some((pattern) => pattern.test(path)))
}

/** None of these may stand in the code. */
function without(...patterns: RegExp[]): Rule['offences'] {
  return ({ code }) => patterns.flatMap((pattern) => pattern.exec(code)?.[0] ?? [])
}

const CLOCK = [/\bDate\.now\b/, /\bnew Date\(\)/, /(?<!new |[.\w$])Date\(/, /\bperformance\.\w+/, /\bTemporal\.Now\b/]
const RANDOMNESS = [/\bMath\.random\b/, /(?<![.\w$])crypto\.\w+/]
const WORLD = [/(?<![.\w$])(process|console)\.\w+/, /(?<![.\w$])(fetch|setTimeout|setInterval|setImmediate)\(/]
const PROCESS_ENVIRONMENT = [
  /\bprocess\??\.\s*env\b/,
  /\bprocess\s*(\?\.)?\[/,
  /\{[^{}]*\benv\b[^{}]*\}\s*=\s*(globalThis\.)?process\b/,
  /\{[^{}]*\benv\b[^{}]*\}\s*from\s*"(node:)?process"/,
  /\bimport\.meta\.env\b/,
]

/** Who may import whom, and what must not be named, from DESIGN. */
const RULES: readonly Rule[] = [
  {
    says: 'the domain imports only itself and valibot',
    about: DOMAIN,
    except: /\/schedule\.ts$/,
    offences: only(DOMAIN, VALIBOT),
  },
  {
    says: 'schedule.ts imports only the domain, valibot and croner',
    about: /^src\/core\/domain\/schedule\.ts$/,
    offences: only(DOMAIN, VALIBOT, CRONER),
  },
  {
    says: 'the domain has no clock, no randomness and no outside world',
    about: DOMAIN,
    offences: without(...CLOCK, ...RANDOMNESS, ...WORLD),
  },
  {
    says: 'use cases import only the domain, the port, secrets and letters',
    about: USECASES,
    offences: only(USECASES, DOMAIN, PORT, SECRETS, LETTERS),
  },
  { says: 'the port imports only the domain', about: PORT, offences: only(PORT, DOMAIN) },
  {
    says: 'a store adapter imports only the domain, the port, the host and what it stores with',
    about: ADAPTER,
    offences: only(ADAPTER, DOMAIN, PORT, HOST, NODE, STORING),
  },
  {
    says: 'the host imports only the domain and the machine',
    about: HOST,
    offences: only(HOST, DOMAIN, NODE, MACHINE),
  },
  {
    says: 'core knows no door and no library of a door',
    about: CORE,
    offences: never(DAEMON, TUI, CLI, DOOR_LIBRARIES),
  },
  { says: 'the daemon knows no other door', about: DAEMON, offences: never(TUI, CLI) },
  { says: 'the console knows no other door', about: TUI, offences: never(DAEMON, CLI) },
  { says: 'the command line knows no other door', about: CLI, except: UP, offences: never(DAEMON, TUI) },
  { says: '`postern up` knows of the console only how to open it', about: UP, offences: never(TUI_INSIDE) },
  {
    says: 'only core/open.ts, main files, the command line and tests build an adapter',
    about: /^src\//,
    except: new RegExp(`${ADAPTER.source}|${OPENING.source}|${CLI.source}|${MAIN.source}`),
    offences: never(ADAPTER),
  },
  {
    says: 'the environment is read in one file',
    about: /^src\//,
    except: ENVIRONMENT,
    offences: without(...PROCESS_ENVIRONMENT),
  },
  {
    says: 'core has no barrel files',
    about: CORE,
    offences: ({ file, code }) => [
      ...(/\bindex\.tsx?$/.exec(file) ?? []),
      ...(/^export \* from .*$/m.exec(code) ?? []),
    ],
  },
  {
    says: 'a file is named after a noun or a verb of the glossary',
    about: /^src\//,
    offences: ({ file }) => /manager|helper|service|util/i.exec(posix.basename(file)) ?? [],
  },
  { says: 'what is imported can be read off', about: /^src\//, offences: ({ unclear }) => unclear },
]

/** What the rules say. */
export const RULE_NAMES: readonly string[] = RULES.map(({ says }) => says)

/** What was looked at and what is wrong with it. */
export interface Finding {
  readonly files: number
  readonly imports: number
  /** `file: rule: what breaks it`, in the order of the files. */
  readonly violations: readonly string[]
}

/** Checks files, by path below the checkout, against every rule. */
export async function check(files: ReadonlyMap<string, string>): Promise<Finding> {
  const sources = await Promise.all([...files].map(([file, text]) => read(file, text)))
  return {
    files: sources.length,
    imports: sources.reduce((sum, source) => sum + source.imports.length, 0),
    violations: sources.flatMap((source) => RULES.flatMap((rule) => broken(rule, source))),
  }
}

function broken({ says, about, except, offences }: Rule, source: Source): string[] {
  if (!about.test(source.file) || except?.test(source.file)) return []
  return offences(source).map((offence) => `${source.file}: ${says}: ${offence}`)
}
