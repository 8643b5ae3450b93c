import { isIdPrefix } from '../../../core/domain/ids.ts'
import type { Task } from '../../../core/domain/task.ts'
import type { Paging, TaskFilter } from '../../../core/store/port.ts'
import { refusalWords } from '../../../core/text/task-words.ts'
import type { Context } from '../../../core/usecases/context.ts'
import {
  cancelTask,
  failedTasks,
  redoRefusal,
  redoTasks,
  sendNow,
  type TaskChanged,
  type TaskEdit,
} from '../../../core/usecases/tasks.ts'
import { findUser } from '../../../core/usecases/users.ts'
import { firstRows } from '../../list/mark-all.ts'
import { pagingOf, type Slice } from '../../list/window.ts'
import type { World } from '../../screen.ts'
import { readHeld } from './held.ts'
import { parseSearch, type Redo, type TaskAction, type TasksEffect, type TasksMsg } from './tasks.state.ts'

/** Does what the page of tasks asked for. */
export async function performTasks(effect: TasksEffect, world: World): Promise<TasksMsg> {
  const { store, context } = world
  switch (effect.kind) {
    case 'read':
      return readRows(effect, world)
    case 'read-to-mark': {
      const first = await firstRows((paging) => readSlice(paging, effect, store))
      return { kind: 'to-mark', filter: effect.filter, first }
    }
    case 'read-task':
      return readTask(effect.id, world)
    case 'prepare-redo':
      return prepareRedo(effect.redo, store)
    case 'change':
      return changeTasks(effect.action, effect.edits, context)
  }
}

async function readRows(effect: Extract<TasksEffect, { kind: 'read' }>, world: World): Promise<TasksMsg> {
  const slice = await readSlice(pagingOf(effect.ask), effect, world.store)
  const { failed } = await world.store.taskCounts()
  return { kind: 'rows', ticket: effect.ask.ticket, slice, held: await readHeld(world, slice.items), failed }
}

async function readTask(id: string, world: World): Promise<TasksMsg> {
  const task = await findTask(id, world.store)
  return { kind: 'task', id, task, held: await readHeld(world, task === null ? [] : [task]) }
}

const NOTHING: Slice<Task> = { items: [], next: null, previous: null, total: 0 }

async function readSlice(
  from: Paging,
  { filter, order }: Pick<Extract<TasksEffect, { kind: 'read' }>, 'filter' | 'order'>,
  store: World['store'],
): Promise<Slice<Task>> {
  const search = parseSearch(filter)
  const whose = search.user === null ? undefined : await findUser(store, search.user.value)
  const isOthers = search.user?.inverse === true
  if (search.impossible || (search.user !== null && !isOthers && whose === undefined)) return NOTHING
  const { sort, direction } = order
  const theirs: TaskFilter = whose === undefined ? {} : isOthers ? { notUser: whose.id } : { user: whose.id }
  const wanted: TaskFilter = { ...search.filter, ...theirs }
  const page = await store.tasks({ ...from, ...wanted, sort, direction })
  return { ...page, total: await store.taskCount(wanted) }
}

async function findTask(typed: string, store: World['store']): Promise<Task | null> {
  const prefix = typed.toLowerCase()
  const found = isIdPrefix(prefix) ? await store.resolveTask(prefix) : { kind: 'none' as const }
  return found.kind === 'one' ? ((await store.get('task', found.id)) ?? null) : null
}

async function prepareRedo(redo: Redo, store: World['store']): Promise<TasksMsg> {
  const tasks = await wantedBy(redo, store)
  const ready: Task[] = []
  const leftOut: string[] = []
  for (const task of tasks) {
    const refusal = await redoRefusal(store, task)
    if (refusal === null) ready.push(task)
    else leftOut.push(refusalWords(refusal, task))
  }
  return { kind: 'redo-ready', what: redo, ready, leftOut }
}

function wantedBy(redo: Redo, store: World['store']): Promise<readonly Task[]> | readonly Task[] {
  switch (redo.kind) {
    case 'chosen':
      return redo.tasks
    case 'all-failed':
      return failedTasks(store, null)
    case 'same-error':
      return failedTasks(store, redo.diagnosis)
  }
}

async function changeTasks(action: TaskAction, edits: readonly TaskEdit[], context: Context): Promise<TasksMsg> {
  const changed = await CHANGES[action](context, edits)
  const refused = changed.flatMap((change) => (change.kind === 'done' ? [] : [wordsFor(change)]))
  return { kind: 'done', action, changed, refused }
}

function wordsFor(change: Exclude<TaskChanged, { kind: 'done' }>): string {
  return change.kind === 'not-found' ? 'A task is not there any more.' : refusalWords(change, change.task)
}

type Change = (context: Context, edits: readonly TaskEdit[]) => Promise<readonly TaskChanged[]>

const CHANGES: Readonly<Record<TaskAction, Change>> = {
  redo: redoTasks,
  cancel: (context, edits) => Promise.all(edits.map((edit) => cancelTask(context, edit))),
  'send-now': (context, edits) => Promise.all(edits.map((edit) => sendNow(context, edit))),
}
