import type { TaskId } from '../../../core/domain/ids.ts'
import { LETTER_KINDS } from '../../../core/domain/letter.ts'
import { TASK_STATUSES, type Task } from '../../../core/domain/task.ts'
import type { TaskFilter } from '../../../core/store/port.ts'
import { kindsNamed, PHRASES, statusesNamed } from '../../../core/text/task-words.ts'
import type { TaskChanged, TaskEdit } from '../../../core/usecases/tasks.ts'
import { parseFilter } from '../../list/filter.ts'
import type { ToMark } from '../../list/mark-all.ts'
import { type Ask, emptyWindow, type ListWindow, type Slice } from '../../list/window.ts'
import type { UnderWay } from '../../screen.ts'
import type { HeldTasks } from './held.ts'

/** The orders that the list can have. */
export const ORDERS = [
  { sort: 'scheduled', direction: 'descending', words: 'scheduled' },
  { sort: 'scheduled', direction: 'ascending', words: 'scheduled' },
  { sort: 'created', direction: 'descending', words: 'made' },
] as const
export type Order = (typeof ORDERS)[number]

export interface TasksState {
  readonly list: ListWindow<Task>
  readonly filter: string
  readonly order: number
  /** The task that was opened, as it was last read, and the first line of it that is shown. */
  readonly opened: { readonly task: Task; readonly top: number } | null
  /** A task to be opened as soon as it was read. */
  readonly wanted: string | null
  /** What holds the tasks that are due. */
  readonly held: HeldTasks
  /** How many tasks have failed, whatever is shown of them. */
  readonly failed: number
  /** A question is being prepared, or tasks are being changed. */
  readonly underWay: UnderWay
}

export const orderOf = ({ order }: Pick<TasksState, 'order'>): Order => ORDERS[order % ORDERS.length] ?? ORDERS[0]

export const initialTasks: TasksState = {
  list: emptyWindow<Task>(({ id }) => id),
  filter: '',
  order: 0,
  opened: null,
  wanted: null,
  held: new Map(),
  failed: 0,
  underWay: 'nothing',
}

export type TaskAction = 'redo' | 'cancel' | 'send-now'

/** Which tasks are to be redone. */
export type Redo =
  | { readonly kind: 'chosen'; readonly tasks: readonly Task[] }
  | { readonly kind: 'all-failed' }
  | { readonly kind: 'same-error'; readonly diagnosis: string; readonly title: string }

export type TasksMsg =
  | {
      readonly kind:
        | 'order'
        | 'mark-all'
        | 'redo'
        | 'redo-all-failed'
        | 'redo-same-error'
        | 'cancel'
        | 'send-now'
        | 'fix'
        | 'to-log'
        | 'copy-id'
        | 'copy-address'
    }
  /** The question was answered with yes. */
  | { readonly kind: 'do'; readonly action: TaskAction; readonly edits: readonly TaskEdit[] }
  | {
      readonly kind: 'rows'
      readonly ticket: number
      readonly slice: Slice<Task>
      readonly held: HeldTasks
      readonly failed: number
    }
  | ToMark<Task>
  | { readonly kind: 'task'; readonly task: Task | null; readonly id: string; readonly held: HeldTasks }
  /** What may be redone, and how many may not. */
  | {
      readonly kind: 'redo-ready'
      readonly ready: readonly Task[]
      readonly leftOut: readonly string[]
      readonly what: Redo
    }
  | {
      readonly kind: 'done'
      readonly action: TaskAction
      readonly changed: readonly TaskChanged[]
      readonly refused: readonly string[]
    }

export type TasksEffect =
  | { readonly kind: 'read'; readonly ask: Ask; readonly filter: string; readonly order: Order }
  | { readonly kind: 'read-to-mark'; readonly filter: string; readonly order: Order }
  | { readonly kind: 'read-task'; readonly id: string }
  | { readonly kind: 'prepare-redo'; readonly redo: Redo }
  | { readonly kind: 'change'; readonly action: TaskAction; readonly edits: readonly TaskEdit[] }

export interface TasksTypes {
  readonly state: TasksState
  readonly msg: TasksMsg
  readonly effect: TasksEffect
}

const TASK_FIELDS = ['status', 'kind', 'to', 'error', 'user'] as const

/** A filter as the store has it, and what is to be looked up for it. */
export interface TaskSearch {
  readonly filter: TaskFilter
  /** Whose tasks, by username or address: exactly that user's, or with `!` all others'. */
  readonly user: { readonly value: string; readonly inverse: boolean } | null
  /** A status or kind that there is not: nothing can be found. */
  readonly impossible: boolean
  /** A field that there is not, with those that there are; null when all are known. */
  readonly doubt: string | null
}

/** What was typed behind `/`: words, `status:failed`, `kind:test`, `to:ann`, `error:sign-in-refused`, `user:ann`; `!` turns any round. */
export function parseSearch(text: string): TaskSearch {
  const { words, without, fields, doubt } = parseFilter(text, TASK_FIELDS, PHRASES)
  const status = fields.get('status')
  const statuses = status === undefined ? [] : meant(TASK_STATUSES, statusesNamed(status.value), status)
  const kind = fields.get('kind')
  const kinds = kind === undefined ? [] : meant(LETTER_KINDS, kindsNamed(kind.value), kind)
  const error = fields.get('error')
  const to = fields.get('to')
  return {
    filter: {
      ...(words === '' ? {} : { keyword: words }),
      ...(status === undefined ? {} : { status: statuses }),
      ...(without.length === 0 ? {} : { without }),
      ...(to === undefined ? {} : to.inverse ? { notRecipient: to.value } : { recipient: to.value }),
      ...(kind === undefined ? {} : { kind: kinds }),
      ...(error === undefined ? {} : error.inverse ? { notError: error.value } : { error: error.value }),
    },
    user: fields.get('user') ?? null,
    impossible: (status !== undefined && statuses.length === 0) || (kind !== undefined && kinds.length === 0),
    doubt,
  }
}

/** Those that were named, or all others. */
const meant = <Word>(all: readonly Word[], named: readonly Word[], { inverse }: { readonly inverse: boolean }) =>
  all.filter((each) => named.includes(each) !== inverse)

/** An id and the version that the operator saw. */
export const editOf = ({ id, version }: Task): { readonly id: TaskId; readonly version: number } => ({ id, version })
