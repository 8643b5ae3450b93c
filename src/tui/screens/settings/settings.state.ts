import type { Check } from '../../../core/domain/check.ts'
import type { MailLogEntry } from '../../../core/domain/mail-log.ts'
import { NEW_QUEUE, type Queue } from '../../../core/domain/queue.ts'
import type { SettingName, StoredSetting } from '../../../core/domain/setting.ts'
import type { SettingsChanged } from '../../../core/usecases/settings.ts'
import type { Field, Form } from '../../form/form.ts'

/** A setting's new value as it was typed, and the version of the one that the operator saw; 0 where none was stored. */
export interface TypedChange {
  readonly name: SettingName
  readonly text: string
  readonly version: number
}

/** What the daemon was asked to do, as far as it has come: it stands beside the form, or over it. */
export type Pane = (
  | {
      readonly kind: 'check'
      /** Null until the daemon was asked. */
      readonly check: Check | null
      readonly warnings: readonly string[]
    }
  | {
      readonly kind: 'test'
      readonly to: string
      readonly isHanded: boolean
      /** What became of it; undefined while it is under way, null when nobody took it up. */
      readonly entry: MailLogEntry | null | undefined
      /** Whether the operator said that it has come in. */
      readonly isConfirmed: boolean
    }
) & {
  /** Why it ended without an end, in a sentence. */
  readonly trouble: string | null
  readonly isOver: boolean
  readonly top: number
}

export interface SettingsState {
  /** What is stored, as it was last read; null until then. */
  readonly rows: readonly StoredSetting[] | null
  /** How sending stands: which test mail was taken, and under which settings. */
  readonly queue: Queue
  readonly form: Form
  /** The field that is typed into, as it was before; null while one goes from field to field. */
  readonly before: Field | null
  /** Settings that others saved while their fields held something typed. */
  readonly theirs: ReadonlySet<string>
  readonly wanted: string | null
  readonly pane: Pane | null
  /** Where a test mail is to go, while that is being asked. */
  readonly asking: Form | null
  /** A save is under way. */
  readonly isSaving: boolean
}

export const initialSettings: SettingsState = {
  rows: null,
  queue: NEW_QUEUE,
  form: { fields: [], focus: 0, isResting: true },
  before: null,
  theirs: new Set(),
  wanted: null,
  pane: null,
  asking: null,
  isSaving: false,
}

export type SettingsMsg =
  | { readonly kind: 'save' }
  | { readonly kind: 'edit' | 'turn' | 'check' | 'test' | 'confirm' | 'fix' | 'resume' | 'undo' }
  /** The operator has answered that the test mail has come in. */
  | { readonly kind: 'do-confirm' }
  /** The difference was looked at, and is to be saved. */
  | { readonly kind: 'do-save'; readonly changes: readonly TypedChange[] }
  | { readonly kind: 'rows'; readonly rows: readonly StoredSetting[]; readonly queue: Queue }
  | { readonly kind: 'saved'; readonly names: readonly string[]; readonly changed: SettingsChanged }
  /** What was asked for was not done: why, in a sentence. */
  | { readonly kind: 'not-saved'; readonly why: string }
  | { readonly kind: 'check-asked'; readonly check: Check; readonly warnings: readonly string[] }
  | { readonly kind: 'checked'; readonly check: Check }
  | { readonly kind: 'check-over'; readonly trouble: string | null }
  /** The test mail is with the daemon. */
  | { readonly kind: 'handed' }
  | { readonly kind: 'tested'; readonly entry: MailLogEntry | null }
  | { readonly kind: 'test-over'; readonly trouble: string }
  | { readonly kind: 'confirmed' }
  | { readonly kind: 'said'; readonly tone: 'good' | 'warn'; readonly text: string }

export type SettingsEffect =
  | { readonly kind: 'read' }
  | { readonly kind: 'save'; readonly changes: readonly TypedChange[] }
  | { readonly kind: 'check'; readonly changes: readonly Omit<TypedChange, 'version'>[] }
  | { readonly kind: 'test'; readonly to: string }
  /** Ends what is under way in the pane. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'confirm' | 'resume' }

export interface SettingsTypes {
  readonly state: SettingsState
  readonly msg: SettingsMsg
  readonly effect: SettingsEffect
}
