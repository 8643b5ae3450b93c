import type { Credential } from '../../../core/domain/credential.ts'
import type { UserId } from '../../../core/domain/ids.ts'
import type { Task } from '../../../core/domain/task.ts'
import type { Instant } from '../../../core/domain/time.ts'
import { USER_STATUSES, type User, type UserFields, type UserStatus } from '../../../core/domain/user.ts'
import { type Direction, USER_SORTS, type UserFilter, type UserSort } from '../../../core/store/port.ts'
import type { InertText } from '../../../core/text/inert.ts'
import type { RowProblem } from '../../../core/text/user-csv.ts'
import type { ResetRequested, ResetWhen } from '../../../core/usecases/reset.ts'
import type { TaskEdit } from '../../../core/usecases/tasks.ts'
import type { UserEdit } from '../../../core/usecases/users.ts'
import type { Form } from '../../form/form.ts'
import { parseFilter } from '../../list/filter.ts'
import type { ToMark } from '../../list/mark-all.ts'
import { type Ask, emptyWindow, type ListWindow, type Slice } from '../../list/window.ts'
import type { Step, UnderWay } from '../../screen.ts'

/** How a user signs in, and the letters that were asked for, the newest first. */
export interface UserDetail {
  readonly user: User
  readonly credential: Credential | undefined
  readonly tasks: readonly Task[]
}

/** What is to be known before a reset is asked for. */
export interface Outlook {
  readonly delayMinutes: number
  /** A letter would not leave when it is due. */
  readonly isHeld: boolean
  /** What would keep a letter from leaving or from being of use, each a sentence. */
  readonly warnings: readonly InertText[]
}

/** Who changed something, in words, and when. */
export interface ChangedBy {
  readonly who: InertText
  readonly at: Instant
}

/** A form for one user, as it was typed so far. */
export interface EditPanel {
  readonly kind: 'edit'
  /** The user that the edit is made on; its version goes with it. */
  readonly user: User
  readonly form: Form
  /** Another operator saved the user: as it was when the form was opened, and as it was saved, by whom. */
  readonly meanwhile: { readonly before: User; readonly theirs: User; readonly by: ChangedBy | null } | null
  readonly outlook: Outlook | null
  readonly isSaving: boolean
}

export interface AddPanel {
  readonly kind: 'add'
  readonly form: Form
  readonly outlook: Outlook | null
  readonly isSaving: boolean
}

/** Which file is to be imported. */
export interface ImportPanel {
  readonly kind: 'import'
  readonly form: Form
  readonly isLooking: boolean
}

/** What an import of a file would do. */
export interface ImportPreview {
  readonly file: string
  /** Names what was read, so that nothing else is imported. */
  readonly digest: string
  readonly rows: number
  /** The first users of the file. */
  readonly sample: readonly UserFields[]
  /** The first of what is wrong, by line. */
  readonly problems: readonly RowProblem[]
  readonly allProblems: number
}

interface PreviewPanel {
  readonly kind: 'preview'
  readonly preview: ImportPreview
  readonly top: number
  readonly isImporting: boolean
}

/** What stands in the place of the list. */
export type Panel = { readonly kind: 'none' } | EditPanel | AddPanel | ImportPanel | PreviewPanel

/** Resets that were asked for last: said until they have left, so that they can be undone. */
export interface Notice {
  readonly tasks: readonly Task[]
  readonly outlook: Outlook
  /** It has been read and put away; it can be undone all the same. */
  readonly isHidden: boolean
}

export interface UsersState {
  readonly list: ListWindow<User>
  readonly filter: string
  readonly sort: UserSort
  readonly direction: Direction
  /** The user that was opened, and the first line that is shown. */
  readonly opened: { readonly user: User; readonly top: number } | null
  /** A user to be opened as soon as it was read. */
  readonly wanted: string | null
  /** What was read of the user in view. */
  readonly detail: UserDetail | null
  /** Whose detail was asked for last. */
  readonly reading: UserId | null
  readonly panel: Panel
  readonly notice: Notice | null
  /** A question is being prepared, or users or letters are being changed. */
  readonly underWay: UnderWay
}

export const initialUsers: UsersState = {
  list: emptyWindow<User>(({ id }) => id),
  filter: '',
  sort: 'username',
  direction: 'ascending',
  opened: null,
  wanted: null,
  detail: null,
  reading: null,
  panel: { kind: 'none' },
  notice: null,
  underWay: 'nothing',
}

/** What may be asked for some users, and what may not. */
export interface ResetPlan {
  /** Those who would get a new letter. */
  readonly ready: readonly User[]
  /** Those whose letter is open already. */
  readonly open: readonly { readonly user: User; readonly task: Task }[]
  /** How many are disabled or gone. */
  readonly disabled: number
  readonly gone: number
  readonly outlook: Outlook
  /** When the last letter leaves at the configured rate, in sentences. */
  readonly rate: readonly InertText[]
}

/** What became of a saved form. */
export type Saved =
  | { readonly kind: 'done'; readonly user: User; readonly reset: ResetRequested | null; readonly outlook: Outlook }
  | { readonly kind: 'refused'; readonly errors: ReadonlyMap<string, InertText> }
  | { readonly kind: 'changed-meanwhile'; readonly theirs: User; readonly by: ChangedBy | null }
  | { readonly kind: 'gone' }

/** What a form wants saved. */
export type Wanted =
  | {
      readonly kind: 'edit'
      readonly edit: UserEdit
      readonly fields: Partial<UserFields>
      readonly status: UserStatus | null
      readonly reset: boolean
    }
  | { readonly kind: 'add'; readonly fields: UserFields; readonly reset: boolean }

export type UserAction = 'disable' | 'enable' | 'delete'

/** What became of users that were disabled, enabled or deleted: who, and why some were not. */
export interface Acted {
  readonly action: UserAction
  readonly done: readonly string[]
  readonly refused: readonly string[]
}

export type UsersMsg =
  | {
      readonly kind:
        | 'sort'
        | 'mark-all'
        | 'reverse'
        | 'status'
        | 'edit'
        | 'add'
        | 'reset'
        | 'undo'
        | 'disable'
        | 'enable'
        | 'delete'
        | 'import'
        | 'save'
        | 'take-theirs'
        | 'show-tasks'
        | 'show-log'
        | 'copy-id'
        | 'copy-address'
        | 'leave-panel'
        | 'do-import'
    }
  | { readonly kind: 'rows'; readonly ticket: number; readonly slice: Slice<User> }
  | ToMark<User>
  | { readonly kind: 'user'; readonly asked: string; readonly detail: UserDetail | null }
  | { readonly kind: 'outlook'; readonly outlook: Outlook }
  | { readonly kind: 'reset-ready'; readonly plan: ResetPlan }
  | { readonly kind: 'do-reset'; readonly users: readonly UserId[]; readonly when: ResetWhen }
  | { readonly kind: 'reset-done'; readonly requested: readonly ResetRequested[]; readonly outlook: Outlook }
  | { readonly kind: 'undone'; readonly cancelled: number; readonly refused: readonly string[] }
  | { readonly kind: 'do'; readonly action: UserAction; readonly users: readonly User[] }
  | { readonly kind: 'acted'; readonly acted: Acted }
  | { readonly kind: 'saved'; readonly saved: Saved }
  | { readonly kind: 'looked'; readonly looked: ImportLooked }
  | { readonly kind: 'imported'; readonly imported: ImportLooked | { readonly kind: 'done'; readonly users: number } }

/** What a look at a file came to; a file that cannot be taken as a whole says why. */
export type ImportLooked =
  | { readonly kind: 'preview'; readonly preview: ImportPreview }
  | { readonly kind: 'unreadable'; readonly why: InertText }

export type UsersEffect =
  | {
      readonly kind: 'read'
      readonly ask: Ask
      readonly filter: string
      readonly sort: UserSort
      readonly direction: Direction
    }
  | {
      readonly kind: 'read-to-mark'
      readonly filter: string
      readonly sort: UserSort
      readonly direction: Direction
    }
  | { readonly kind: 'read-user'; readonly asked: string }
  | { readonly kind: 'read-outlook' }
  | { readonly kind: 'prepare-reset'; readonly users: readonly User[] }
  | { readonly kind: 'reset'; readonly users: readonly UserId[]; readonly when: ResetWhen }
  | { readonly kind: 'undo'; readonly edits: readonly TaskEdit[] }
  | { readonly kind: 'act'; readonly action: UserAction; readonly users: readonly User[] }
  | { readonly kind: 'save'; readonly wanted: Wanted }
  | { readonly kind: 'look'; readonly file: string }
  | { readonly kind: 'import'; readonly preview: ImportPreview }

export interface UsersTypes {
  readonly state: UsersState
  readonly msg: UsersMsg
  readonly effect: UsersEffect
}

/** What an update of the page comes to. */
export type UsersStep = Step<UsersState, UsersMsg, UsersEffect>

/** The column to sort by after this one. */
export const sortAfter = (sort: UserSort): UserSort =>
  USER_SORTS[(USER_SORTS.indexOf(sort) + 1) % USER_SORTS.length] ?? 'username'

/** A filter as the store has it. */
export interface UserSearch {
  readonly filter: UserFilter
  /** A status that there is not: nobody can be found. */
  readonly isImpossible: boolean
  /** A field that there is not, with those that there are; null when all are known. */
  readonly doubt: string | null
}

/** What was typed behind `/`: words, `status:disabled`, each with `!` turned round. */
export function parseUserSearch(text: string): UserSearch {
  const { words, without, fields, doubt } = parseFilter(text, ['status'])
  const status = fields.get('status')
  const fits =
    status === undefined
      ? USER_STATUSES
      : USER_STATUSES.filter((each) => each.startsWith(status.value.toLowerCase()) !== status.inverse)
  const [only] = fits.length === 1 ? fits : []
  return {
    filter: {
      ...(words === '' ? {} : { keyword: words }),
      ...(without.length === 0 ? {} : { without }),
      ...(only === undefined ? {} : { status: only }),
    },
    isImpossible: fits.length === 0,
    doubt,
  }
}

/** The filter with the next status in it: everybody, those who are active, those who are disabled. */
export function withNextStatus(filter: string): string {
  const { status } = parseUserSearch(filter).filter
  const rest = filter
    .replaceAll(/(^|\s)!?status:\S*/gi, ' ')
    .trim()
    .replaceAll(/\s+/g, ' ')
  const next = status === undefined ? 'status:active' : status === 'active' ? 'status:disabled' : ''
  return [rest, next].filter((part) => part !== '').join(' ')
}
