import { readSync, writeSync } from 'node:fs'
import { FileLock } from '../../host/lock.ts'
import { StoreError } from '../error.ts'
import { errorCode } from './disk.ts'

/** The lock file is made with this much room, so that the flag needs no space on a full disk. */
export const LOCK_FILE = Buffer.from(`${' '.repeat(255)}\n`)
const FAILED = 'F'

/**
 * The writers' lock: an OS lock on a file that is never unlinked, with a mutex of this process before it. The file's
 * first byte is the flag of a failed sync, which every writer sees before it writes.
 */
export class WritersLock {
  readonly #path: string
  readonly #lock: FileLock
  #last: Promise<unknown> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
    this.#lock = FileLock.open(path)
  }

  /** Runs `work` while no other process and nobody else in this one holds the lock. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(async () => {
      if (!this.#lock.tryExclusive()) await this.#lock.waitExclusive()
      try {
        return await work()
      } finally {
        this.#lock.release()
      }
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /** Whether a sync failed since the daemon last started. */
  get failed(): boolean {
    const flag = Buffer.alloc(1)
    readSync(this.#lock.descriptor, flag, 0, 1, 0)
    return flag.toString() === FAILED
  }

  /** @throws StoreError `failed` when a sync failed since the daemon last started. */
  refuseIfFailed(): void {
    if (this.failed) throw this.#failed()
  }

  /** Says to every writer that a sync failed: what was written last is not known to be saved. */
  flagFailed(cause: unknown): StoreError {
    writeSync(this.#lock.descriptor, FAILED, 0)
    return this.#failed(cause)
  }

  clearFailed(): void {
    writeSync(this.#lock.descriptor, ' ', 0)
  }

  /** Waits for whoever holds it in this process, then gives the descriptor back. */
  async close(): Promise<void> {
    await this.#last
    this.#lock.close()
  }

  #failed(cause?: unknown): StoreError {
    const why = errorCode(cause) === null ? '' : ` (${errorCode(cause)})`
    const message = `A sync of the disk failed${why}: it is not known whether the last change was saved. Nothing more is written; see to the disk of ${this.#path}, then restart the daemon, which checks the store.`
    return new StoreError('failed', message, { cause })
  }
}
