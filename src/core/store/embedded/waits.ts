import type { Instant } from '../../domain/time.ts'

interface Waiting {
  readonly due: number
  readonly later: number
  readonly next: Instant | null
}

/** How many tasks wait for each moment: numbers alone, so that a look at a hundred thousand takes a millisecond. */
export class Waits {
  readonly #tasks = new Map<Instant, number>()

  add(at: Instant): void {
    this.#tasks.set(at, (this.#tasks.get(at) ?? 0) + 1)
  }

  remove(at: Instant): void {
    const left = (this.#tasks.get(at) ?? 0) - 1
    if (left > 0) this.#tasks.set(at, left)
    else this.#tasks.delete(at)
  }

  /** How many are due at `now`, how many later, and when the next of those is. */
  look(now: Instant): Waiting {
    const found = { due: 0, later: 0, next: null as Instant | null }
    for (const [at, tasks] of this.#tasks) {
      if (at <= now) found.due += tasks
      else {
        found.later += tasks
        if (found.next === null || at < found.next) found.next = at
      }
    }
    return found
  }
}
