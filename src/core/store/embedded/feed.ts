import { type FSWatcher, watch } from 'node:fs'
import type { Change } from '../port.ts'
import type { Kinds } from './replica.ts'

/** How often to look whether something was appended, where inotify says nothing. */
const POLL_MS = 1000

/**
 * The change feed: tells its readers what this process committed, and looks for what others did when the directory
 * changes. What a reader has not asked for yet is merged into one item.
 */
export class Feed {
  readonly #directory: string
  readonly #look: () => void
  readonly #readers = new Set<(kinds: Kinds, sequence: number) => void>()
  #watcher: FSWatcher | null = null
  #poll: NodeJS.Timeout | null = null

  /** `look` is called when another process may have written. */
  constructor(directory: string, look: () => void) {
    this.#directory = directory
    this.#look = look
  }

  publish(kinds: Kinds, sequence: number): void {
    if (kinds.size > 0) for (const reader of this.#readers) reader(kinds, sequence)
  }

  async *changes(signal: AbortSignal): AsyncGenerator<Change> {
    let pending: { kinds: Kinds; sequence: number } | null = null
    let wake: () => void = () => {}
    const reader = (kinds: Kinds, sequence: number) => {
      pending = { kinds: new Set([...(pending?.kinds ?? []), ...kinds]), sequence }
      wake()
    }
    const stop = () => wake()
    this.#add(reader)
    signal.addEventListener('abort', stop)
    try {
      while (!signal.aborted) {
        const item: Change | null = pending
        pending = null
        if (item !== null) yield item
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      signal.removeEventListener('abort', stop)
      this.#remove(reader)
    }
  }

  close(): void {
    this.#watcher?.close()
    this.#watcher = null
    if (this.#poll !== null) clearInterval(this.#poll)
    this.#poll = null
  }

  #add(reader: (kinds: Kinds, sequence: number) => void): void {
    this.#readers.add(reader)
    if (this.#poll !== null) return
    this.#poll = setInterval(this.#look, POLL_MS)
    try {
      // Without inotify (no watches left, an odd file system) the poll does it alone.
      this.#watcher = watch(this.#directory, { persistent: false }, this.#look).on('error', () =>
        this.#watcher?.close(),
      )
    } catch {
      this.#watcher = null
    }
  }

  #remove(reader: (kinds: Kinds, sequence: number) => void): void {
    this.#readers.delete(reader)
    if (this.#readers.size === 0) this.close()
  }
}
