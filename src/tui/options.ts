import { EXIT, Stop } from '../core/exit.ts'
import { PAGE_NAMES, PAGES, type PageName } from './pages.ts'

/** What the console was started with. */
export interface ConsoleOptions {
  /** `--data`, as it was given. */
  readonly data: string | undefined
  readonly page: PageName
  readonly filter: string | undefined
  /** Of a row to open, or the name of a setting. */
  readonly id: string | undefined
  readonly readOnly: boolean
  readonly ascii: boolean
  readonly noColor: boolean
}

/** The console's options and what stands for their values; the program's help says what they mean. */
export const CONSOLE_OPTIONS = [
  { name: 'data', value: 'DIR' },
  { name: 'page', value: 'NAME' },
  { name: 'filter', value: 'TEXT' },
  { name: 'id', value: 'ID' },
  { name: 'read-only', value: null },
  { name: 'ascii', value: null },
  { name: 'no-color', value: null },
] as const

type OptionName = (typeof CONSOLE_OPTIONS)[number]['name']
type Given = Partial<Record<OptionName, string | true>>

const wrong = (sentence: string): Stop => new Stop(EXIT.usage, sentence)

/**
 * Parses the console's command line, without the program's name.
 * @throws Stop with the status for wrong use and one sentence
 */
export function parseOptions(argv: readonly string[]): ConsoleOptions {
  const given = read(argv)
  const page = text(given, 'page') ?? 'overview'
  const known = PAGE_NAMES.find((name) => name === page || PAGES[name].tab.toLowerCase() === page.toLowerCase())
  if (known === undefined) throw wrong(`--page: there is no page "${page}"; there are ${PAGE_NAMES.join(', ')}.`)
  if (given.data === '') throw wrong('--data must name a directory.')
  return {
    data: text(given, 'data'),
    page: known,
    filter: text(given, 'filter'),
    id: text(given, 'id'),
    readOnly: given['read-only'] === true,
    ascii: given.ascii === true,
    noColor: given['no-color'] === true,
  }
}

function text(given: Given, name: OptionName): string | undefined {
  const value = given[name]
  return typeof value === 'string' ? value : undefined
}

/** Reads `--name VALUE`, `--name=VALUE` and switches. */
function read(argv: readonly string[]): Given {
  const given: Given = {}
  const rest = [...argv]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? []
    const option = CONSOLE_OPTIONS.find((each) => each.name === name)
    if (option === undefined) throw wrong(`the console has no option "${word}"; "postern --help" says more.`)
    if (option.value === null) {
      if (inline !== undefined) throw wrong(`--${option.name} takes no value.`)
      given[option.name] = true
      continue
    }
    const value = inline ?? rest.shift()
    if (value === undefined) throw wrong(`--${option.name} wants a value: --${option.name} ${option.value}.`)
    given[option.name] = value
  }
  return given
}
