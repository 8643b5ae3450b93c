import { readSync, writeSync } from 'node:fs'
import { FileLock } from '../../host/lock.ts'
import { StoreError } from '../error.ts'
import { errorCode, storeError } from './system-error.ts'

/** The lock file is made with this much room, so that the flag needs no space on a full disk. */
export const LOCK_FILE = Buffer.from(`${' '.repeat(255)}\n`)
const FAILED = 'F'

/** Whether the bytes of a lock file say that a sync failed. */
export const isFlagged = (lockFile: Buffer): boolean => lockFile.toString('latin1', 0, 1) === FAILED

/**
 * The writers' lock: an OS lock on a file that is never unlinked, with a mutex of this process before it. The file's
 * first byte is the flag of a failed sync, which every writer sees before it writes.
 */
export class WritersLock {
  readonly #path: string
  /** Opened by the first who writes: one who may only read needs none. */
  #lock: FileLock | null = null
  #last: Promise<unknown> = Promise.resolve()
  /** Set when not even the flag could be written. */
  #failedHere = false
  #closed = false

  constructor(path: string) {
    this.#path = path
  }

  /** Runs `work` while no other process and nobody else in this one holds the lock. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(async () => {
      const lock = this.#open()
      if (!lock.tryExclusive()) await lock.waitExclusive()
      try {
        return await work()
      } finally {
        lock.release()
      }
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Whether a sync failed since the daemon last started. */
  get failed(): boolean {
    const flag = Buffer.alloc(1)
    readSync(this.#open().descriptor, flag, 0, 1, 0)
    return this.#failedHere || isFlagged(flag)
  }

  /** @throws StoreError `failed` when a sync failed since the daemon last started. */
  refuseIfFailed(): void {
    if (this.failed) throw this.#failed()
  }

  /** Says to every writer that a sync failed: what was written last is not known to be saved. */
  flagFailed(cause: unknown): StoreError {
    try {
      writeSync(this.#open().descriptor, FAILED, 0)
    } catch {
      this.#failedHere = true
    }
    return this.#failed(cause)
  }

  clearFailed(): void {
    this.#failedHere = false
    writeSync(this.#open().descriptor, ' ', 0)
  }

  /** Waits for whoever holds it in this process, then gives the descriptor back. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#last
    this.#lock?.close()
  }

  #open(): FileLock {
    if (this.#closed && this.#lock === null) throw new Error('The store is closed.')
    try {
      this.#lock ??= FileLock.open(this.#path)
    } catch (error) {
      throw storeError(error, `the lock ${this.#path} could not be opened`)
    }
    return this.#lock
  }

  #failed(cause?: unknown): StoreError {
    const why = errorCode(cause) === null ? '' : ` (${errorCode(cause)})`
    const what = `A sync of the disk failed${why}: it is not known whether the last change was saved.`
    const advice = `see to the disk of ${this.#path}, then restart the daemon, which checks the store.`
    return new StoreError('failed', `${what} Nothing more is written; ${advice}`, { cause })
  }
}
