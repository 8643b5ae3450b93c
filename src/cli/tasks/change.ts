import type { Task } from '../../core/domain/task.ts'
import type { Instant } from '../../core/domain/time.ts'
import { EXIT, type ExitStatus } from '../../core/exit.ts'
import { refusalWords } from '../../core/text/task-words.ts'
import type { Context } from '../../core/usecases/context.ts'
import type { TaskChanged, TaskEdit } from '../../core/usecases/tasks.ts'
import type { Call } from '../definition.ts'
import { atStore, type Door } from '../door.ts'
import { wrongUse } from '../input.ts'
import { tellWhetherSent } from '../mail/sending.ts'
import { printItems } from '../output/json.ts'
import { expectTasks } from './addressed.ts'
import { tasksJson } from './held.ts'
import { tellLastTurn } from './last-turn.ts'

/** A change to tasks that are named by id: refused as a whole when it does not go with one of them. */
export interface TaskChange {
  /** The statuses that it goes with. */
  readonly from: readonly Task['status'][]
  readonly work: (context: Context, edit: TaskEdit) => Promise<TaskChanged>
  readonly says: (task: Task, now: Instant) => string
  /** Whether letters are to leave by it: then it matters whether a daemon sends them. */
  readonly sends: boolean
}

/** Changes the tasks whose ids were typed, and prints them as they are then. */
export async function changeTasks(call: Call, { from, work, says, sends }: TaskChange): Promise<ExitStatus> {
  return atStore(call, async (door) => {
    const { store, context } = door
    const tasks = await expectTasks(store, call.input.arguments)
    const wrong = tasks.filter(({ status }) => !from.includes(status))
    if (wrong.length > 0) {
      const words = wrong.map((task) => refusalWords({ kind: 'wrong-status', status: task.status }, task))
      throw wrongUse(`${words.join(' ')} Nothing was changed.`)
    }
    const changed: (readonly [Task, TaskChanged])[] = []
    for (const task of tasks) changed.push([task, await work(context, { id: task.id, version: task.version })])
    const status = await tellChanges(call, door, changed, (task) => says(task, store.now()))
    if (sends) await tellWhetherSent(call, door)
    if (sends) await tellLastTurn(call, door, doneOf(changed))
    return status
  })
}

/** More changes than these are only counted, where there is a sentence for it. */
const MOST_SAID = 20

/** The tasks that were changed, as they are now. */
export const doneOf = (changed: readonly (readonly [before: Task, TaskChanged])[]): readonly Task[] =>
  changed.flatMap(([, change]) => (change.kind === 'done' ? [change.task] : []))

/** Prints what became of tasks; 1 when one of them was not changed. */
export async function tellChanges(
  { io, json }: Call,
  door: Door,
  changed: readonly (readonly [before: Task, TaskChanged])[],
  says: (task: Task) => string,
  many?: (count: number) => string,
): Promise<ExitStatus> {
  const done = doneOf(changed)
  if (json) await printItems(io, await tasksJson(door, done))
  else if (many !== undefined && done.length > MOST_SAID) io.print(many(done.length))
  else for (const task of done) io.print(says(task))
  for (const [before, change] of changed) if (change.kind !== 'done') io.complain(refusalWords(change, before))
  return done.length === changed.length ? EXIT.done : EXIT.failed
}
