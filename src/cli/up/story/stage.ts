import type { TaskId } from '../../../core/domain/ids.ts'
import type { Task } from '../../../core/domain/task.ts'
import { SECOND } from '../../../core/domain/time.ts'
import type { Sandbox } from '../sandbox.ts'
import type { Teller } from '../tell.ts'
import { until } from '../until.ts'

/** Where the story happens, and who tells it. */
export interface Stage {
  readonly sandbox: Sandbox
  readonly teller: Teller
  /** Ends the story with its reason as the error. */
  readonly signal: AbortSignal
  /** The password that the settings are mended with. */
  readonly mended: string
}

/** Everything happens on this machine: what takes longer does not happen. */
const PATIENCE = 10 * SECOND

/** Waits until `look` finds something in the store; null when it did not in time, after `more` ms beyond the usual. */
export function awaited<Found>(
  { sandbox, signal }: Stage,
  look: () => Promise<Found | null>,
  more = 0,
): Promise<Found | null> {
  return until(sandbox.house.store, { signal, patience: PATIENCE + more }, look)
}

/** The tasks as they are now, in the order of their ids. */
export async function tasksNow({ sandbox }: Stage, ids: readonly TaskId[]): Promise<readonly Task[]> {
  const tasks = await Promise.all(ids.map((id) => sandbox.house.store.get('task', id)))
  return tasks.filter((task) => task !== undefined)
}

/** Whose task it is, for a table. */
export const personOf = ({ user, to }: Task): string => user?.username ?? to

/**
 * Goes on only when the step has come true so far.
 * @param instead a clause that says what is the case otherwise
 * @throws Stop
 */
export function insist({ teller }: Stage, holds: boolean, instead: string): asserts holds {
  if (!holds) throw teller.untrue(instead)
}
