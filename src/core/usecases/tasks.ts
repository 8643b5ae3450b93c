import { parseAddress } from '../domain/address.ts'
import type { TaskId } from '../domain/ids.ts'
import { isEnded, newTask, nextRound, reschedule, type Task, type TaskStatus } from '../domain/task.ts'
import type { Transaction } from '../store/port.ts'
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

const wrongStatus = (task: Task): TaskChanged => ({ kind: 'wrong-status', task, status: task.status })

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
    if (task.status === 'executing') return wrongStatus(task)
    const refused = await refuseRedo(tx, task)
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

async function refuseRedo(tx: Transaction, task: Task): Promise<TaskChanged | null> {
  if (task.user === null) return null
  const user = await tx.get('user', task.user.id)
  if (user === undefined) return { kind: 'no-user', task, why: 'deleted' }
  if (user.status === 'disabled') return { kind: 'no-user', task, why: 'disabled' }
  const newest = (await tx.tasksOf(user.id)).find(({ kind }) => kind === task.kind)
  return newest === undefined || newest.id === task.id ? null : { kind: 'superseded', task, by: newest.id }
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
