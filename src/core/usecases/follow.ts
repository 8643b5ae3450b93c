import type { TaskId } from '../domain/ids.ts'
import type { MailLogEntry } from '../domain/mail-log.ts'
import { isEnded, type Task } from '../domain/task.ts'
import type { Store } from '../store/port.ts'
import { findEntry } from './mail-log.ts'

/** Waits until a task ends, or has been tried and waits again; the task then, or null when it is gone or `signal` aborts. */
export async function followTask(store: Store, id: TaskId, signal: AbortSignal): Promise<Task | null> {
  const settled = (task: Task | undefined) =>
    task === undefined || isEnded(task) || (task.status === 'wait' && task.attempts.length > 0)
  const stop = new AbortController()
  const changes = store.changes(AbortSignal.any([signal, stop.signal]))[Symbol.asyncIterator]()
  try {
    // Subscribed before the first look, so that nothing falls between.
    let change = changes.next()
    for (;;) {
      const task = await store.get('task', id)
      if (settled(task)) return task ?? null
      if ((await change).done === true) return null
      change = changes.next()
    }
  } finally {
    stop.abort()
  }
}

/** The mail log entry of a task's latest attempt; null when there was none. */
export async function latestEntry(store: Pick<Store, 'mailLog'>, task: Task): Promise<MailLogEntry | null> {
  const attempt = task.attempts.at(-1)
  if (attempt === undefined) return null
  const found = await findEntry(store, attempt.id, attempt.at)
  return found.kind === 'one' ? found.entry : null
}
