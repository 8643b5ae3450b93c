import type { MailLogEntry } from '../../../core/domain/mail-log.ts'
import type { Instant } from '../../../core/domain/time.ts'
import type { MailLogRow } from '../../../core/store/port.ts'
import type { OpenedLetter } from '../../../core/usecases/mail-log.ts'
import type { Form } from '../../form/form.ts'
import { NEW_SEARCH, type SearchEffect, type Searched, type SearchMsg } from '../../list/search.ts'
import { currentRow, emptyWindow } from '../../list/window.ts'

/** An entry that was opened: its row, then the whole of it, then its letter, as they come. */
export interface OpenedEntry {
  readonly row: MailLogRow
  /** Null until it was read. */
  readonly entry: MailLogEntry | null
  /** Undefined until it was read; null when there is none. */
  readonly letter: OpenedLetter | null | undefined
  readonly top: number
}

export interface LogState extends Searched<MailLogRow> {
  readonly opened: OpenedEntry | null
  /** The id of an entry to be opened as soon as it was found. */
  readonly wanted: string | null
  /** Where the letter is to be saved, while that is being asked. */
  readonly saving: { readonly row: MailLogRow; readonly form: Form; readonly isBusy: boolean } | null
}

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

export type LogMsg =
  | { readonly kind: 'fix' | 'save' | 'to-task' | 'copy-id' | 'copy-address' }
  | { readonly kind: 'save-now' }
  | SearchMsg<MailLogRow>
  | { readonly kind: 'entry'; readonly id: string; readonly entry: MailLogEntry }
  | { readonly kind: 'no-entry'; readonly id: string; readonly why: 'none' | 'several' }
  | { readonly kind: 'letter'; readonly id: string; readonly letter: OpenedLetter | null }
  | { readonly kind: 'saved'; readonly path: string }
  /** Why the letter was not saved, in a sentence. */
  | { readonly kind: 'not-saved'; readonly why: string }

export type LogEffect =
  | SearchEffect
  /** Reads an entry and its letter; `began` is known of a row that was seen, and of a task's attempt. */
  | { readonly kind: 'open'; readonly id: string; readonly began: Instant | null }
  | { readonly kind: 'save'; readonly row: MailLogRow; readonly path: string }

export interface LogTypes {
  readonly state: LogState
  readonly msg: LogMsg
  readonly effect: LogEffect
}
