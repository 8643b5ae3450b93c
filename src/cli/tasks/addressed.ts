import { isIdPrefix } from '../../core/domain/ids.ts'
import type { Task } from '../../core/domain/task.ts'
import type { Store } from '../../core/store/port.ts'
import { quoted, wrongUse } from '../input.ts'

/**
 * The task whose id is, or begins with, what was typed.
 * @throws Stop with exit status 2 when there is none, or more than one.
 */
export async function expectTask(store: Store, typed: string): Promise<Task> {
  const prefix = typed.toLowerCase()
  const resolved = isIdPrefix(prefix) ? await store.resolveTask(prefix) : { kind: 'none' as const }
  if (resolved.kind === 'several')
    throw wrongUse(`More than one task's id begins with ${quoted(typed)}: say more of it.`)
  const task = resolved.kind === 'one' ? await store.get('task', resolved.id) : undefined
  if (task === undefined) throw wrongUse(`There is no task ${quoted(typed)}.`)
  return task
}

/** The tasks that were typed, each once, in that order. */
export async function expectTasks(store: Store, typed: readonly string[]): Promise<readonly Task[]> {
  const tasks = new Map<string, Task>()
  for (const each of typed) {
    const task = await expectTask(store, each)
    tasks.set(task.id, task)
  }
  return [...tasks.values()]
}
