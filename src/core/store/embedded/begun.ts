import { counts } from '../../domain/budget.ts'
import type { AttemptId } from '../../domain/ids.ts'
import type { Task } from '../../domain/task.ts'
import { DAY, type Instant } from '../../domain/time.ts'

/** A list of this size is never swept. */
const SMALL = 1024

/**
 * When the letters of the last day began, in order: attempts that count, and those under way, which may. A settled
 * attempt keeps the time at which it was claimed, so that most changes of a task change nothing here.
 */
export class Begun {
  #times: Instant[] = []
  /** Those that came out of their order, as they do when a store is loaded: put in their places when somebody looks. */
  #late: Instant[] = []
  #sweepAt = SMALL

  /** Takes a task's change: what it was and what it is. */
  replace(gone: Task | undefined, come: Task | undefined): void {
    if (gone !== undefined) for (const at of only(gone, come)) this.#remove(at)
    if (come !== undefined) for (const at of only(come, gone)) this.#add(at)
  }

  /** The newest `limit` of the last day before the newest, the newest last. */
  newest(limit: number): readonly Instant[] {
    this.#order()
    const oldest = (this.#times.at(-1) ?? 0) - DAY
    const from = Math.max(behind(this.#times, oldest), this.#times.length - limit)
    return this.#times.slice(from)
  }

  #add(at: Instant): void {
    const newest = this.#times.at(-1)
    if (newest === undefined || newest <= at) this.#times.push(at)
    else if (at > newest - DAY) this.#late.push(at)
    if (this.#times.length + this.#late.length > this.#sweepAt) this.#sweep()
  }

  #remove(at: Instant): void {
    this.#order()
    const index = behind(this.#times, at) - 1
    // What was swept out is a day old.
    if (this.#times[index] === at) this.#times.splice(index, 1)
  }

  #order(): void {
    if (this.#late.length === 0) return
    this.#times = [...this.#times, ...this.#late].sort((a, b) => a - b)
    this.#late = []
  }

  #sweep(): void {
    this.#order()
    this.#times.splice(0, behind(this.#times, (this.#times.at(-1) ?? 0) - DAY))
    this.#sweepAt = Math.max(SMALL, 2 * this.#times.length)
  }
}

/** The index behind the last time that is not later than `at`. */
function behind(times: readonly Instant[], at: Instant): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}

/** When those attempts of `task` began that count and that `other`, the same task before or after, has not. */
function only(task: Task, other: Task | undefined): readonly Instant[] {
  const times: Instant[] = []
  if (task.status === 'executing' && !has(other, task.running.id)) times.push(task.running.startedAt)
  if (task.attempts === other?.attempts) return times
  for (const { id, at, outcome } of task.attempts) if (counts(outcome) && !has(other, id)) times.push(at)
  return times
}

/** Whether an attempt of this id counts in `task`: settled, or under way. */
function has(task: Task | undefined, id: AttemptId): boolean {
  if (task === undefined) return false
  if (task.status === 'executing' && task.running.id === id) return true
  return task.attempts.some((attempt) => attempt.id === id && counts(attempt.outcome))
}
