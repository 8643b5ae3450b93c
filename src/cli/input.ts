import { EXIT, Stop } from '../core/exit.ts'
import type { Paging } from '../core/store/port.ts'
import { inert } from '../core/text/inert.ts'

const DEFAULT_LIMIT = 50
const LARGEST_LIMIT = 1000

/** Wrong use: exit status 2 with one sentence. */
export const wrongUse = (sentence: string): Stop => new Stop(EXIT.usage, sentence)

/** What was typed, to be quoted in a sentence. */
export const quoted = (typed: string): string => `"${inert(typed, 80)}"`

/** What was given of an option: its value or values, or that it is there. */
export type Given = string | true | readonly string[]

/** The arguments and options of a sub-command as they were typed. */
export class Input {
  readonly arguments: readonly string[]
  readonly #options: ReadonlyMap<string, Given>

  constructor(args: readonly string[], options: ReadonlyMap<string, Given>) {
    this.arguments = args
    this.#options = options
  }

  /** The first argument. The parser has seen to it that one is there where one is needed. */
  get first(): string {
    return this.arguments[0] ?? ''
  }

  /** Whether a switch, or an option whatever its value, was given. */
  has(option: string): boolean {
    return this.#options.has(option)
  }

  /** An option's value, or undefined where it was not given. */
  text(option: string): string | undefined {
    const value = this.#options.get(option)
    return typeof value === 'string' ? value : undefined
  }

  /** The values of an option that may have several. */
  texts(option: string): readonly string[] {
    const value = this.#options.get(option)
    return typeof value === 'object' ? value : []
  }

  /**
   * An option's value as a whole number.
   * @throws Stop with exit status 2 when it is none from `min` to `max`.
   */
  number(option: string, min: number, max: number): number | undefined {
    const text = this.text(option)
    if (text === undefined) return undefined
    const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw wrongUse(`--${option} must be a whole number from ${min} to ${max}, not ${quoted(text)}.`)
  }

  /**
   * An option's value as one of a set of words, by its parser.
   * @throws Stop with exit status 2 when the parser gives null.
   */
  word<Word>(option: string, parse: (text: string) => Word | null, words: readonly string[]): Word | undefined {
    const text = this.text(option)
    if (text === undefined) return undefined
    const word = parse(text)
    if (word !== null) return word
    throw wrongUse(`--${option} must be one of ${words.join(', ')}, not ${quoted(text)}.`)
  }

  /** Which page of a list was asked for. */
  paging(): Paging {
    return { limit: this.number('limit', 1, LARGEST_LIMIT) ?? DEFAULT_LIMIT, after: this.text('after') }
  }
}
