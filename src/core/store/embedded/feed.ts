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
  readonly #readers = new Set<Reader>()
  #watcher: FSWatcher | null = null
  #poll: NodeJS.Timeout | null = null
  #closed = false
  /** The last transaction that was told of. */
  #sequence: number

  /** `look` is called when another process may have written; `sequence` is the last transaction so far. */
  constructor(directory: string, sequence: number, look: () => void) {
    this.#directory = directory
    this.#sequence = sequence
    this.#look = look
  }

  /** What a transaction only noted changes no row: it is told of by its number alone. */
  publish(kinds: Kinds, sequence: number): void {
    if (kinds.size === 0 && sequence === this.#sequence) return
    this.#sequence = sequence
    for (const reader of this.#readers) reader.take(kinds, sequence)
  }

  /** From now on: a change between this call and the first item is not missed. */
  changes(signal: AbortSignal): AsyncIterable<Change> {
    const reader: Reader = new Reader(() => this.#remove(reader))
    if (this.#closed || signal.aborted) reader.end()
    else {
      signal.addEventListener('abort', () => reader.end(), { once: true })
      this.#readers.add(reader)
      this.#watch()
    }
    return reader
  }

  /** Ends every reader's list. */
  close(): void {
    this.#closed = true
    for (const reader of this.#readers) reader.end()
  }

  #watch(): void {
    if (this.#poll !== null) return
    this.#poll = setInterval(this.#look, POLL_MS)
    try {
      // Without inotify (no watches left, an odd file system) the poll does it alone.
      this.#watcher = watch(this.#directory, { persistent: false }, this.#look)
      this.#watcher.on('error', () => this.#watcher?.close())
    } catch {
      this.#watcher = null
    }
  }

  #remove(reader: Reader): void {
    this.#readers.delete(reader)
    if (this.#readers.size > 0 || this.#poll === null) return
    clearInterval(this.#poll)
    this.#poll = null
    this.#watcher?.close()
    this.#watcher = null
  }
}

type Item = IteratorResult<Change, undefined>
const END: Item = { done: true, value: undefined }

/** One reader's list: what it has not asked for yet is kept for it, merged. */
class Reader implements AsyncIterableIterator<Change, undefined> {
  readonly #onEnd: () => void
  readonly #waiting: ((item: Item) => void)[] = []
  #pending: { readonly kinds: Kinds; readonly sequence: number } | null = null
  #ended = false

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  take(kinds: Kinds, sequence: number): void {
    const wake = this.#waiting.shift()
    if (wake !== undefined) wake({ done: false, value: { kinds: new Set(kinds), sequence } })
    else this.#pending = { kinds: new Set([...(this.#pending?.kinds ?? []), ...kinds]), sequence }
  }

  async next(): Promise<Item> {
    if (this.#ended) return END
    const value = this.#pending
    this.#pending = null
    return value === null ? new Promise((resolve) => this.#waiting.push(resolve)) : { done: false, value }
  }

  async return(): Promise<Item> {
    this.end()
    return END
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const wake of this.#waiting.splice(0)) wake(END)
    this.#onEnd()
  }
}
