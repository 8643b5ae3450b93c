import { readSync, type Stats, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { FileLock } from '../../host/lock.ts'
import { StoreError } from '../error.ts'
import { errorCode, storeError } from './system-error.ts'

/** The lock file is made with this much room, so that the flag needs no space on a full disk. */
export const LOCK_FILE = Buffer.from(`${' '.repeat(255)}\n`)
const FAILED = 'F'

type Identity = Pick<Stats, 'dev' | 'ino'>

/** Which file a path names just now; null for none. */
function identityOf(path: string): Identity | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null
  } catch {
    // Not a directory any more, or one that we may not enter.
    return null
  }
}

/** Whether the bytes of a lock file say that a sync failed. */
export const isFlagged = (lockFile: Buffer): boolean => lockFile.toString('latin1', 0, 1) === FAILED

/**
 * The writers' lock: an OS lock on a file that is never unlinked, with a mutex of this process before it. The file's
 * first byte is the flag of a failed sync, which every writer sees before it writes.
 */
export class WritersLock {
  readonly #path: string
  /** Which file the path named when the store was opened; null where there was none. */
  readonly #file: Identity | null
  /** Opened by the first who writes: one who may only read needs none. */
  #lock: FileLock | null = null
  #last: Promise<unknown> = Promise.resolve()
  /** Set when not even the flag could be written. */
  #failedHere = false
  #closed = false

  /** To be made before anything of the store is read: it knows the store again by the file that is there now. */
  constructor(path: string) {
    this.#path = path
    this.#file = identityOf(path)
  }

  /**
   * Runs `work` while no other process and nobody else in this one holds the lock.
   * @throws StoreError `moved` when the store is no longer where it was opened; then `work` was not run.
   */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(async () => {
      const lock = this.#open()
      if (!lock.tryExclusive()) await lock.waitExclusive()
      try {
        this.#refuseIfMoved()
        return await work()
      } finally {
        lock.release()
      }
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }

  /**
   * What has become of the store since it was opened, in a sentence, or null while it is where it was: descriptors go on
   * leading to a directory that was moved away, and what is written there nobody would find.
   */
  get moved(): string | null {
    const file = identityOf(this.#path)
    if (this.#file === null || (file?.dev === this.#file.dev && file.ino === this.#file.ino)) return null
    const store = dirname(this.#path)
    return file === null ? `${store} was moved away.` : `${store} is now another store.`
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

  #refuseIfMoved(): void {
    const { moved } = this
    if (moved === null) return
    const advice = 'Put it back, or start this program again to go on with what is there now.'
    throw new StoreError('moved', `${moved} Nothing of this change was saved. ${advice}`)
  }

  #open(): FileLock {
    if (this.#closed && this.#lock === null) throw new Error('The store is closed.')
    if (this.#lock !== null) return this.#lock
    // Opening makes a file where there is none: not in a store of somebody else's.
    this.#refuseIfMoved()
    try {
      this.#lock = FileLock.open(this.#path)
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
