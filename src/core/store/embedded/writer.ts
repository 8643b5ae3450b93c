import { closeSync, openSync, readSync } from 'node:fs'
import type { Clock } from '../../domain/time.ts'
import { StoreError } from '../error.ts'
import { type Disk, replaceFile, syncDirectory, watchSyncs } from './disk.ts'
import type { Layout } from './layout.ts'
import type { Live } from './live.ts'
import { describeDamage, type TornTail } from './replica.ts'
import type { WritersLock } from './writers-lock.ts'

export interface WriterOptions {
  readonly layout: Layout
  readonly live: Live
  readonly lock: WritersLock
  readonly disk: Disk
  readonly clock: Pick<Clock, 'wall'>
  readonly warn: (sentence: string) => void
}

/**
 * What must hold before anything is written: the lock is ours, no sync has failed, all that others wrote is read and
 * durable, and the journal ends in a whole line.
 */
export class Writer {
  readonly #layout: Layout
  readonly #live: Live
  readonly #lock: WritersLock
  readonly #clock: Pick<Clock, 'wall'>
  readonly #warn: (sentence: string) => void
  /** Flags the store as failed when a sync fails. It is never tried again: the next would call lost pages good. */
  readonly disk: Disk

  constructor({ layout, live, lock, disk, clock, warn }: WriterOptions) {
    this.#layout = layout
    this.#live = live
    this.#lock = lock
    this.#clock = clock
    this.#warn = warn
    this.disk = watchSyncs(disk, (cause) => lock.flagFailed(cause))
  }

  /**
   * Runs `work` under the lock, on the latest state.
   * @throws StoreError `failed`, `damaged`, `refused`, `full` or `io`; then `work` was not run.
   */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#locked(async () => {
      this.#lock.refuseIfFailed()
      await this.#prepare()
      return work()
    })
  }

  /**
   * Puts what is in the journal on new blocks, although a sync failed: what of it stands on the old ones is not known.
   * Nobody writes until `clear` is called, when all that follows is done.
   */
  async renew(): Promise<void> {
    await this.#locked(async () => {
      await this.#live.catchUp()
      const { torn, damage, generation, offset } = this.#live.replica
      if (damage !== null) throw new StoreError('damaged', describeDamage(damage))
      if (torn !== null) await this.#keepTorn(torn)
      const path = this.#layout.journal(generation)
      await replaceFile(this.disk, path, pieces(path, 0, offset))
      await this.#prepare()
    })
  }

  /** Under the lock whatever the flag says, for `renew` and what belongs to it. */
  recovering<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#locked(async () => {
      await this.#prepare()
      return work()
    })
  }

  /** Makes the journal durable. */
  async sync(): Promise<void> {
    const { replica } = this.#live
    await this.disk.fdatasync(replica.fd)
    replica.unsynced = false
  }

  #locked<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#lock.exclusively(() => this.#live.hold(work))
  }

  async #prepare(): Promise<void> {
    await this.#live.catchUp()
    const { replica } = this.#live
    if (replica.damage !== null) throw new StoreError('damaged', describeDamage(replica.damage))
    if (!replica.writable) {
      const path = this.#layout.journal(replica.generation)
      throw new StoreError('refused', `${path} may not be written by this account; join the group that owns it.`)
    }
    if (replica.torn !== null) await this.#cutTorn(replica.torn)
    if (replica.unsynced) await this.sync()
    if (replica.unlisted) await syncDirectory(this.disk, this.#layout.store)
    replica.unlisted = false
  }

  /** A torn last line was never acknowledged: it is kept beside the journal and cut off. */
  async #cutTorn(torn: TornTail): Promise<void> {
    await this.#keepTorn(torn)
    const { replica } = this.#live
    this.disk.ftruncate(replica.fd, torn.offset)
    replica.torn = null
    replica.unsynced = true
  }

  async #keepTorn({ file, offset, size, why }: TornTail): Promise<void> {
    const copy = `${file}.torn-${offset}-${this.#clock.wall()}`
    await replaceFile(this.disk, copy, pieces(file, offset, size))
    const what = `${file} ended in a torn line at byte ${offset} (${why}), as a crash leaves it`
    this.#warn(`${what}; it was cut off and kept as ${copy}.`)
  }
}

const PIECE = 1024 * 1024

/** A part of a file, some at a time. */
export function* pieces(path: string, from: number, to: number): Generator<Buffer> {
  const fd = openSync(path, 'r')
  try {
    for (let at = from; at < to; ) {
      const bytes = Buffer.allocUnsafe(Math.min(PIECE, to - at))
      const read = readSync(fd, bytes, 0, bytes.length, at)
      if (read === 0) throw new StoreError('damaged', `${path} ends at byte ${at} and should go on to ${to}.`)
      at += read
      yield bytes.subarray(0, read)
    }
  } finally {
    closeSync(fd)
  }
}
