import { spellings } from '../../../core/host/readable-address.ts'
import type { InboxLetter } from '../../inbox.ts'
import { parseFilter } from '../../list/filter.ts'
import { emptyWindow, type ListWindow, type Slice } from '../../list/window.ts'

export interface InboxState {
  readonly list: ListWindow<InboxLetter>
  readonly filter: string
  /** The letter that was opened, and the first line of it that is shown. */
  readonly opened: { readonly letter: InboxLetter; readonly top: number } | null
}

export const initialInbox: InboxState = {
  list: emptyWindow<InboxLetter>(({ id }) => id),
  filter: '',
  opened: null,
}

export type InboxMsg =
  | { readonly kind: 'letters'; readonly ticket: number; readonly slice: Slice<InboxLetter> }
  | { readonly kind: 'copy-secret' | 'copy-letter' }

export interface InboxEffect {
  readonly kind: 'read'
  readonly ticket: number
  readonly filter: string
}

export interface InboxTypes {
  readonly state: InboxState
  readonly msg: InboxMsg
  readonly effect: InboxEffect
}

/** Whether a letter has every word of the filter, and none of those with `!`. */
export function fitting(filter: string): (letter: InboxLetter) => boolean {
  const { words, without } = parseFilter(filter, [])
  const wanted = words.toLowerCase()
  return (letter) => says(letter, wanted) && !without.some((word) => says(letter, word))
}

const says = ({ to, subject, text }: InboxLetter, word: string): boolean =>
  [spellings(to), subject, text].some((each) => each.toLowerCase().includes(word))
