import type { MailLogEntry } from '../../../core/domain/mail-log.ts'
import type { Instant } from '../../../core/domain/time.ts'
import type { MailLogRow } from '../../../core/store/port.ts'
import type { OpenedLetter } from '../../../core/usecases/mail-log.ts'
import type { Form } from '../../form/form.ts'
import { type Ask, currentRow, emptyWindow, type ListWindow, type Slice } from '../../list/window.ts'

/** An entry that was opened: its row, then the whole of it, then its letter, as they come. */
export interface OpenedEntry {
  readonly row: MailLogRow
  /** Null until it was read. */
  readonly entry: MailLogEntry | null
  /** Undefined until it was read; null when there is none. */
  readonly letter: OpenedLetter | null | undefined
  readonly top: number
}

/** How far a search has come. */
export interface Search {
  /** From the newest towards the oldest, or, after a jump to the end, the other way. */
  readonly way: 'onward' | 'back'
  /** How much of the log has been looked through: from 0 to 1. */
  readonly share: number
  /** How much had been when what is under way was begun. */
  readonly base: number
  /** The operator has called it off: it goes on when they say so. */
  readonly isCalledOff: boolean
  /** Where the log ended when it was begun: what is in front of this cursor came later. */
  readonly front: string | null
}

export interface LogState {
  readonly list: ListWindow<MailLogRow>
  readonly filter: string
  readonly search: Search
  readonly opened: OpenedEntry | null
  /** The id of an entry to be opened as soon as it was found. */
  readonly wanted: string | null
  /** Where the letter is to be saved, while that is being asked. */
  readonly saving: { readonly row: MailLogRow; readonly form: Form } | null
}

export const NEW_SEARCH: Search = { way: 'onward', share: 0, base: 0, isCalledOff: false, front: null }

export const initialLog: LogState = {
  list: emptyWindow<MailLogRow>(({ id }) => id),
  filter: '',
  search: NEW_SEARCH,
  opened: null,
  wanted: null,
  saving: null,
}

/** The entry that is being looked at. */
export const rowInView = ({ opened, list }: LogState): MailLogRow | undefined => opened?.row ?? currentRow(list)

/** Whether a search is under way. */
export const isSearching = ({ filter, list }: Pick<LogState, 'filter' | 'list'>): boolean =>
  filter.trim() !== '' && list.asked !== null

export type LogMsg =
  | { readonly kind: 'fix' | 'save' | 'to-task' | 'copy-id' | 'copy-address' }
  | { readonly kind: 'save-now' }
  | {
      readonly kind: 'rows'
      readonly ticket: number
      readonly slice: Slice<MailLogRow>
      /** How much of its part of the log this search has behind it; null for a plain read. */
      readonly share: number | null
      /** Where the log ends, when the search learnt that. */
      readonly front: string | null
    }
  | { readonly kind: 'progress'; readonly ticket: number; readonly share: number }
  /** A search was called off. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'entry'; readonly id: string; readonly entry: MailLogEntry }
  | { readonly kind: 'no-entry'; readonly id: string; readonly why: 'none' | 'several' }
  | { readonly kind: 'letter'; readonly id: string; readonly letter: OpenedLetter | null }
  | { readonly kind: 'saved'; readonly path: string }
  /** Why the letter was not saved, in a sentence. */
  | { readonly kind: 'not-saved'; readonly why: string }

export type LogEffect =
  | { readonly kind: 'read'; readonly ask: Ask; readonly filter: string; readonly front: string | null }
  /** Ends the search that is under way. */
  | { readonly kind: 'stop' }
  /** Reads an entry and its letter; `began` is known of a row that was seen. */
  | { readonly kind: 'open'; readonly id: string; readonly began: Instant | null }
  | { readonly kind: 'save'; readonly row: MailLogRow; readonly path: string }

export interface LogTypes {
  readonly state: LogState
  readonly msg: LogMsg
  readonly effect: LogEffect
}
