import { parseAddress } from '../domain/address.ts'
import type { TaskId } from '../domain/ids.ts'
import { isEnded, newTask, nextRound, reschedule, type Task, type TaskStatus } from '../domain/task.ts'
import type { Page, Reads, Store, Transaction } from '../store/port.ts'
import { type Context, NONCE_BYTES } from './context.ts'
import { cancelOpenTask, killSecretOf } from './open-tasks.ts'

/** Which task, and the version that the operator saw; null takes it as it is. */
export interface TaskEdit {
  readonly id: TaskId
  readonly version: number | null
}

export type TaskChanged =
  | { readonly kind: 'done'; readonly task: Task }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'changed-meanwhile'; readonly task: Task }
  /** The action does not go with the task's status. */
  | { readonly kind: 'wrong-status'; readonly task: Task; readonly status: TaskStatus }
  /** A later task of the same kind for the same user stands in its place. */
  | { readonly kind: 'superseded'; readonly task: Task; readonly by: TaskId }
  | { readonly kind: 'no-user'; readonly task: Task; readonly why: 'deleted' | 'disabled' }

type Work = (tx: Transaction, task: Task) => Promise<TaskChanged>

/** Does `work` on a task, if it is there and as the operator saw it. */
function change({ store, actor }: Context, action: string, edit: TaskEdit, work: Work): Promise<TaskChanged> {
  return store.transact(actor, action, async (tx) => {
    const task = await tx.get('task', edit.id)
    if (task === undefined) return { kind: 'not-found' }
    if (edit.version !== null && task.version !== edit.version) return { kind: 'changed-meanwhile', task }
    return work(tx, task)
  })
}

const wrongStatus = (task: Task) => ({ kind: 'wrong-status' as const, task, status: task.status })

/** Cancels a task that waits; one that is executing is cancelled when it settles, if its letter has not left by then. */
export function cancelTask(context: Context, edit: TaskEdit): Promise<TaskChanged> {
  return change(context, 'tasks.cancel', edit, async (tx, task) => {
    if (isEnded(task)) return wrongStatus(task)
    await cancelOpenTask(tx, task, `Cancelled by ${context.actor.name}.`)
    return { kind: 'done', task: (await tx.get('task', task.id)) ?? task }
  })
}

/** Sends a waiting task's letter now instead of when it is due. */
export function sendNow(context: Context, edit: TaskEdit): Promise<TaskChanged> {
  return change(context, 'tasks.send-now', edit, async (tx, task) => {
    if (task.status !== 'wait') return wrongStatus(task)
    const sooner = reschedule(task, Math.min(task.scheduledAt, tx.now))
    tx.put('task', sooner)
    return { kind: 'done', task: sooner }
  })
}

/**
 * Redoes an ended task: a new round with a new secret, due now; the old secret dies. A waiting one is tried now. Refused
 * for one that is executing, that a later one has replaced, or whose user is gone or disabled.
 */
export function redoTask(context: Context, edit: TaskEdit): Promise<TaskChanged> {
  return change(context, 'tasks.redo', edit, async (tx, task) => {
    const refused = await redoRefusal(tx, task)
    if (refused !== null) return refused
    const again = task.status === 'wait' ? reschedule(task, tx.now) : await reopen(context, tx, task)
    tx.put('task', again)
    return { kind: 'done', task: again }
  })
}

async function reopen({ ids }: Context, tx: Transaction, task: Task): Promise<Task> {
  await killSecretOf(tx, task)
  const user = task.user === null ? undefined : await tx.get('user', task.user.id)
  const address = parseAddress(user?.email ?? task.to)
  const to = address.ok ? address.wire : task.to
  return nextRound(task, to, { nonce: ids.nonce(NONCE_BYTES), dueAt: tx.now })
}

/** Why a task, as it stands, may not be redone; null when it may. */
export async function redoRefusal(
  store: Pick<Reads, 'get' | 'tasksOf'>,
  task: Task,
): Promise<Exclude<TaskChanged, { kind: 'done' }> | null> {
  if (task.status === 'executing') return wrongStatus(task)
  if (task.user === null) return null
  const user = await store.get('user', task.user.id)
  if (user === undefined) return { kind: 'no-user', task, why: 'deleted' }
  if (user.status === 'disabled') return { kind: 'no-user', task, why: 'disabled' }
  const same = (await store.tasksOf(user.id)).filter(({ kind }) => kind === task.kind)
  // Two of one moment have no order that means anything: the one that is open stands in the other's place.
  const instead = same.find((other) => !isEnded(other)) ?? same[0]
  return instead === undefined || instead.id === task.id ? null : { kind: 'superseded', task, by: instead.id }
}

/** How many transactions are under way at once when many tasks are redone: they share commits. */
const AT_ONCE = 500

/** Redoes many tasks, each in a transaction of its own; what became of each, in their order. */
export async function redoTasks(context: Context, edits: readonly TaskEdit[]): Promise<readonly TaskChanged[]> {
  const changed: TaskChanged[] = []
  for (let at = 0; at < edits.length; at += AT_ONCE) {
    changed.push(...(await Promise.all(edits.slice(at, at + AT_ONCE).map((edit) => redoTask(context, edit)))))
  }
  return changed
}

/** Every failed task, the newest first; with `diagnosis` those alone that failed for a reason of that kind. */
export async function failedTasks(store: Pick<Store, 'tasks'>, diagnosis: string | null): Promise<readonly Task[]> {
  const found: Task[] = []
  let page: Page<Task> | null = null
  do {
    const after = page?.next ?? undefined
    page = await store.tasks({ status: 'failed', diagnosis: diagnosis ?? undefined, limit: AT_ONCE, after })
    found.push(...page.items)
  } while (page.next !== null)
  return found
}

/** Makes a test letter to `to` (the wire form of an address), due now. It passes a closed queue. */
export function sendTestMail({ store, actor, ids }: Context, to: string): Promise<Task> {
  return store.transact(actor, 'mail.test', async (tx) => {
    const task = newTask({
      id: ids.task(),
      kind: 'test',
      user: null,
      to,
      createdBy: actor,
      createdAt: tx.now,
      seed: { nonce: ids.nonce(NONCE_BYTES), dueAt: tx.now },
    })
    tx.put('task', task)
    return task
  })
}
