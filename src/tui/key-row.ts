import type { KeyName, Press } from './input/press.ts'

/** A key as the table names it: a key's name, or the one character that it types. */
export type Stroke = KeyName | (string & {})

const isNamed = (stroke: Stroke): stroke is KeyName => stroke.length > 1

/** What is pressed when a key of the table is. */
export const pressOf = (stroke: Stroke): Press =>
  isNamed(stroke) ? { kind: 'key', key: stroke } : { kind: 'text', text: stroke }

/** One row of the key table. */
export interface KeyRow<What> {
  readonly keys: readonly Stroke[]
  readonly what: What
  /** One or two words for the footer; none, and the row stands in the help only. */
  readonly hint?: string
  /** What it does, for help, palette and docs/keys.md: a sentence without its full stop. */
  readonly help: string
  /** It changes something: the row does not exist under --read-only. */
  readonly changes?: true
  /** It needs nothing that a page reads: it does not wait for that. */
  readonly atOnce?: true
  /** It opens something that is typed into: what follows it is text, page keys, too. */
  readonly opensField?: true
}

/**
 * Key tables that screens share: in `browse` rows are not marked, `pick` is a list that is not filtered either, and in
 * `walk` no row is opened; `field` is a form of one, where no key leads to the next.
 */
export type SharedContext = 'list' | 'browse' | 'pick' | 'walk' | 'detail' | 'form' | 'field'
