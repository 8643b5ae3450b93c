import type { InertText } from '../../core/text/inert.ts'
import type { Editor } from '../input/editor.ts'

/** A question that stands over the page. `ok` is what the screen is told when the answer is yes. */
export type Dialog<Msg> = ConfirmDialog<Msg> | TypedDialog<Msg>

interface Question<Msg> {
  readonly title: InertText
  readonly lines: readonly InertText[]
  /** What OK is called, when it is not `OK`. */
  readonly okWord?: string
  /** What Cancel is called, where that would be doubtful. */
  readonly cancelWord?: string
  readonly ok: Msg
}

/** What the two answers of a question are called. */
export const answersOf = <Msg>({ okWord = 'OK', cancelWord = 'Cancel' }: Dialog<Msg>) => ({
  ok: okWord,
  cancel: cancelWord,
})

/** For what cannot be undone: Cancel has the focus, `y` is OK. */
type ConfirmDialog<Msg> = Question<Msg> & { readonly kind: 'confirm'; readonly focus: 'cancel' | 'ok' }

/** For what is large or final: OK works only when `expected` has been typed. */
type TypedDialog<Msg> = Question<Msg> & {
  readonly kind: 'typed'
  readonly expected: string
  readonly editor: Editor
}
