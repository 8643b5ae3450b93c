import type { TaskId } from '../../../core/domain/ids.ts'
import { settingsInForce } from '../../../core/domain/setting.ts'
import type { Task } from '../../../core/domain/task.ts'
import { findDaemon } from '../../../core/host/heartbeat.ts'
import { heldShortly, heldWords } from '../../../core/text/held.ts'
import type { InertText } from '../../../core/text/inert.ts'
import { forecast } from '../../../core/usecases/forecast.ts'
import type { World } from '../../screen.ts'

/** Why a letter that is due does not leave: in a few words for the list, and in full. */
export interface HeldWords {
  readonly short: InertText
  readonly full: InertText
}

export type HeldTasks = ReadonlyMap<TaskId, HeldWords>

/** What holds those of `tasks` that are due; the others are not among them. */
export async function readHeld({ store, data }: World, tasks: readonly Task[]): Promise<HeldTasks> {
  const held = await forecast(store, tasks, { daemon: findDaemon(data) !== null })
  if (held.size === 0) return new Map()
  const settings = settingsInForce(await store.settings())
  const now = store.now()
  return new Map(
    [...held].map(([id, why]) => [id, { short: heldShortly(why), full: heldWords(why, settings, now) }] as const),
  )
}
