import { TABLES } from '../port.ts'
import type { Layout } from './layout.ts'
import { loadReplica } from './load.ts'
import type { Kinds, Replica } from './replica.ts'
import { aSlice, pause, type Slices } from './slices.ts'
import type { State } from './state.ts'

/** Told what the replica has read, possibly nothing. */
export type OnChange = (kinds: Kinds, replica: Replica) => void

/**
 * The replica that this process goes by, and who may look at it when: readers see only what is committed, so they wait
 * while somebody changes it.
 */
export class Live {
  readonly #layout: Layout
  readonly #onChange: OnChange
  #replica: Replica
  #busy: Promise<void> | null = null
  #closed = false

  constructor(layout: Layout, replica: Replica, onChange: OnChange) {
    this.#layout = layout
    this.#replica = replica
    this.#onChange = onChange
  }

  get replica(): Replica {
    return this.#replica
  }

  /** What `look` makes of the last committed state. */
  async read<Result>(look: (replica: Replica) => Result): Promise<Result> {
    for (;;) {
      if (this.#closed) throw new Error('The store is closed.')
      if (this.#busy !== null) await this.#busy
      else if (this.#follow()) return look(this.#replica)
      else await this.#reload()
    }
  }

  /** What longer work makes of the last committed state; what is committed meanwhile it may see or not. */
  async readInSlices<Result>(begin: (state: State) => Slices<Result>): Promise<Result> {
    const work = await this.read(({ state }) => begin(state))
    for (;;) {
      const slice = await this.read(() => aSlice(work))
      if (slice.done === true) return slice.value
      await pause()
    }
  }

  /** Another process may have written: reads it, for the feed. What goes wrong, the next reader meets as well. */
  async look(): Promise<void> {
    try {
      if (this.#busy === null && !this.#closed && !this.#follow()) await this.#reload()
    } catch {
      // Nobody is there to hear of it.
    }
  }

  /** Runs `work`, which may change the replica, while readers wait. The caller holds the writers' lock. */
  async hold<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = Promise.withResolvers<void>()
    this.#busy = turn.promise
    try {
      return await work()
    } finally {
      this.#busy = null
      turn.resolve()
    }
  }

  /** Within `hold`: reads all that others have written. */
  async catchUp(): Promise<void> {
    while (!this.#follow()) this.#adopt((await loadReplica(this.#layout)).replica)
  }

  close(): void {
    this.#closed = true
    this.#replica.close()
  }

  /** Reads what others appended; false when this copy must be loaded anew. */
  #follow(): boolean {
    const { kinds, reload } = this.#replica.catchUp()
    this.#onChange(kinds, this.#replica)
    return !reload
  }

  async #reload(): Promise<void> {
    const before = this.#replica
    const { replica } = await loadReplica(this.#layout)
    // Whoever holds the lock now works with the one that was there, and nothing may come between.
    if (this.#replica === before && this.#busy === null && !this.#closed) this.#adopt(replica)
    else replica.close()
  }

  #adopt(replica: Replica): void {
    this.#replica.close()
    this.#replica = replica
    this.#onChange(new Set([...TABLES, 'mail-log']), replica)
  }
}
