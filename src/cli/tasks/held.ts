import type { Held } from '../../core/domain/held.ts'
import { type Settings, settingsInForce } from '../../core/domain/setting.ts'
import type { Task } from '../../core/domain/task.ts'
import { findDaemon } from '../../core/host/heartbeat.ts'
import { taskJson } from '../../core/text/json.ts'
import { forecast } from '../../core/usecases/forecast.ts'
import type { Door } from '../door.ts'

/** What holds the tasks of a page, and the settings that say by how much. */
export interface Holding {
  readonly of: (task: Task) => Held | undefined
  /** Whether something holds one of them. */
  readonly any: boolean
  readonly settings: Settings
}

/** Why those of `tasks` that are due do not leave, and when they will. */
export async function holdingOf(
  { store, data }: Pick<Door, 'store' | 'data'>,
  tasks: readonly Task[],
): Promise<Holding> {
  const held = await forecast(store, tasks, { daemon: findDaemon(data) !== null })
  return { of: ({ id }) => held.get(id), any: held.size > 0, settings: settingsInForce(await store.settings()) }
}

/** The tasks as programs get them. */
export async function tasksJson(
  door: Pick<Door, 'store' | 'data'>,
  tasks: readonly Task[],
): Promise<readonly ReturnType<typeof taskJson>[]> {
  const holding = await holdingOf(door, tasks)
  return tasks.map((task) => taskJson(task, holding.of(task)))
}
