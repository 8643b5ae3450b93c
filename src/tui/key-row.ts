import type { KeyName } from './input/press.ts'

/** A key as the table names it: a key's name, or the one character that it types. */
export type Stroke = KeyName | (string & {})

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
}

/** Key tables that screens share: in `browse` rows are not marked, and `pick` is a list that is not filtered either. */
export type SharedContext = 'list' | 'browse' | 'pick' | 'detail' | 'form'
