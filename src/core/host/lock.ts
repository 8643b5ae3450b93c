import * as fs from 'node:fs'
import { tryLock, unlock, waitForLock } from 'fs-native-extensions'

/**
 * An OS lock on a whole file, held by one descriptor: an open file description lock (fcntl F_OFD_SETLK), which the
 * kernel frees when its holder dies, however it dies. It stands between two `FileLock`s of one process as between
 * two processes. Only local file systems keep it faithfully.
 *
 * The file is never unlinked: a process that waits would go on to lock a file that nobody else finds any more.
 */
export class FileLock {
  /** The locked file, open for reading and writing: what its holder has to say can be written here. */
  readonly descriptor: number
  #waiting = false
  #closed = false

  private constructor(descriptor: number) {
    this.descriptor = descriptor
  }

  /**
   * Opens `path`, and makes it when it is missing; takes no lock yet.
   * @param mode permission bits of a new file, under the umask
   * @throws the system's error (EACCES, ENOENT, ELOOP for a symbolic link, …).
   */
  static open(path: string, mode = 0o660): FileLock {
    return new FileLock(fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW, mode))
  }

  /**
   * Opens `path`, which is there, for a look whether it is locked: a shared lock is all that may be asked of it.
   * @throws the system's error.
   */
  static openToLook(path: string): FileLock {
    return new FileLock(fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW))
  }

  /** Takes the lock for ourselves alone, or says false at once when another has it, shared or not. */
  tryExclusive(): boolean {
    this.#expectIdle()
    return tryLock(this.descriptor)
  }

  /**
   * Takes the lock together with others who share it, or says false at once when one has it alone.
   * Holding it alone, we go on sharing it.
   */
  tryShared(): boolean {
    this.#expectIdle()
    return tryLock(this.descriptor, { shared: true })
  }

  /**
   * Waits until the lock is ours alone. The wait takes a thread of the pool (there are four) and cannot be called off,
   * though it does not hold up the end of the process: of one process only one at a time should wait, behind a mutex.
   * @throws Error when the lock was closed meanwhile.
   */
  async waitExclusive(): Promise<void> {
    if (this.tryExclusive()) return
    this.#waiting = true
    try {
      await waitForLock(this.descriptor)
    } finally {
      this.#waiting = false
      if (this.#closed) fs.closeSync(this.descriptor)
    }
    if (this.#closed) throw new Error('The lock was closed while it was being waited for.')
  }

  /** Gives the lock back; the file stays open. Without a lock it does nothing. */
  release(): void {
    this.#expectIdle()
    unlock(this.descriptor)
  }

  /** Closes the file, and with it gives the lock back. Called again, it does nothing. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    // Closed under a waiting thread, the number could be another file's by the time the lock is granted.
    if (!this.#waiting) fs.closeSync(this.descriptor)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #expectIdle(): void {
    if (this.#closed) throw new Error('The lock is closed.')
    if (this.#waiting) throw new Error('The lock is being waited for already.')
  }
}
