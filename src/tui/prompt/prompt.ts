import type { InertText } from '../../core/text/inert.ts'
import type { Editor } from '../input/editor.ts'
import type { Press } from '../input/press.ts'

/** One thing that the palette offers. */
export interface Choice {
  readonly words: InertText
  /** The key that does the same, as people are told of it. */
  readonly key: string
  /** Choosing it is pressing this. */
  readonly press: Press
  /** Why it does not apply just now; null when it does. */
  readonly refusal: InertText | null
}

/** The one line that is typed into under a page. */
export type Prompt =
  /** The filter of the page, in force with every key; `before` is what it was. */
  | { readonly kind: 'filter'; readonly editor: Editor; readonly before: string }
  | { readonly kind: 'palette'; readonly editor: Editor; readonly choices: readonly Choice[]; readonly cursor: number }
