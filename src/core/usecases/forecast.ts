import { lookBack, type Turn, turnsOf, windowsOf } from '../domain/budget.ts'
import type { Held, HeldBy } from '../domain/held.ts'
import type { TaskId } from '../domain/ids.ts'
import type { Queue } from '../domain/queue.ts'
import { type Settings, settingsInForce } from '../domain/setting.ts'
import { isTooOld, type Task, type Waiting } from '../domain/task.ts'
import { isResting } from '../domain/throttle.ts'
import type { Instant } from '../domain/time.ts'
import type { Store } from '../store/port.ts'
import { readQueue } from './settings.ts'

/** What a forecast is made from; a page of tasks costs one look at what waits. */
export type ForecastStore = Pick<Store, 'get' | 'settings' | 'now' | 'lettersBegun' | 'ahead'>

/** Whether a daemon is there, which the store does not know. */
export interface Present {
  readonly daemon: boolean
}

/** Why those of `tasks` that are due do not leave, and when they will; a task that nothing holds is not among them. */
export async function forecast(
  store: ForecastStore,
  tasks: readonly Task[],
  { daemon }: Present,
): Promise<ReadonlyMap<TaskId, Held>> {
  const now = store.now()
  const due = tasks.filter((task) => task.status === 'wait' && task.scheduledAt <= now).filter(isWaiting)
  if (due.length === 0) return new Map()
  const settings = settingsInForce(await store.settings())
  const queue = await readQueue(store)
  const closed = closedBy(settings, queue, { daemon, now })
  const others = due.filter(({ kind }) => kind !== 'test')
  const tests = due.filter(({ kind }) => kind === 'test')
  const held = new Map<TaskId, Held>()
  // A test letter passes everything but a daemon that is not there.
  if (!daemon) for (const { id } of tests) held.set(id, { why: 'no-daemon', until: null, tooOld: false })
  if (closed !== null) for (const { id } of others) held.set(id, { ...closed, tooOld: false })
  else for (const [task, turn] of await turns(store, settings, others)) note(held, task, turn, { settings, now })
  return held
}

const isWaiting = (task: Task): task is Waiting => task.status === 'wait'

/** What holds all letters but tests, whatever the limits say; null when nothing does. */
export function closedBy(
  settings: Settings,
  { state, nextProbeAt, throttle }: Queue,
  { daemon, now }: Present & { readonly now: Instant },
): { readonly why: HeldBy; readonly until: Instant | null } | null {
  if (!settings.SERVICE_MAIL_ENABLE) return { why: 'off', until: null }
  if (!daemon) return { why: 'no-daemon', until: null }
  if (state !== 'open') return { why: state, until: nextProbeAt }
  return throttle !== null && isResting(throttle, now) ? { why: 'throttled', until: throttle.until } : null
}

/** The turn of each of the tasks, which are due. */
async function turns(
  store: ForecastStore,
  settings: Settings,
  tasks: readonly Waiting[],
): Promise<readonly (readonly [Waiting, Turn])[]> {
  const windows = windowsOf(settings)
  if (windows.length === 0 || tasks.length === 0) return []
  const before = await store.ahead(tasks)
  const letters = 1 + before.reduce((most, count) => Math.max(most, count), 0)
  const all = turnsOf(windows, await store.lettersBegun(lookBack(windows)), [{ letters, from: store.now() }])
  return tasks.flatMap((task, index) => {
    const turn = all[before[index] ?? 0]
    return turn === undefined ? [] : [[task, turn] as const]
  })
}

function note(
  held: Map<TaskId, Held>,
  task: Waiting,
  { at, limit }: Turn,
  { settings, now }: { readonly settings: Settings; readonly now: Instant },
): void {
  if (limit === null || at <= now) return
  const tooOld = isTooOld(task, settings.SERVICE_MAIL_RETRY_HOURS, at)
  held.set(task.id, { why: limit, until: tooOld ? null : at, tooOld })
}
