import { promises as files, ftruncateSync, statSync } from 'node:fs'
import type { Actor } from '../../domain/actor.ts'
import { parseAddress } from '../../domain/address.ts'
import type { TaskId } from '../../domain/ids.ts'
import { resultOf } from '../../domain/mail-log.ts'
import type { Clock, Instant } from '../../domain/time.ts'
import { StoreError } from '../error.ts'
import type { Change, MailLogQuery, Paging, Store, TaskQuery, Transaction, Upkeep, UserQuery } from '../port.ts'
import { type Disk, realDisk } from './disk.ts'
import { Feed } from './feed.ts'
import { fold } from './fold.ts'
import { commitGroup, type Job } from './group-commit.ts'
import { Layout } from './layout.ts'
import { readLog } from './log-reader.ts'
import { type Damage, describeDamage, type Kinds, Replica } from './replica.ts'
import { retireSegments } from './segments.ts'
import { WritersLock } from './writers-lock.ts'

export interface EmbeddedOptions {
  readonly clock: Pick<Clock, 'wall' | 'monotonic'>
  readonly disk?: Disk
  /** Sentences that an operator should read: a torn tail that was cut off, a snapshot that was passed over. */
  readonly warn?: (sentence: string) => void
}

/** A shorter journal is never folded: replaying it takes some 100 ms. */
const FOLD_BYTES = 32 * 1024 * 1024

/** The store in a directory: a lowdb snapshot and an append-only journal, shared by any number of processes. */
export class EmbeddedStore implements Store, Upkeep {
  readonly #layout: Layout
  readonly #clock: EmbeddedOptions['clock']
  readonly #disk: Disk
  readonly #warn: (sentence: string) => void
  readonly #lock: WritersLock
  readonly #feed: Feed
  readonly #jobs: Job[] = []
  #replica: Replica
  /** Store time is counted on from here: the last transaction seen, and when it was seen. */
  #seen: { sequence: number; time: Instant; at: number }
  #committing = false
  /** While somebody changes the state; readers wait for it, since they see only what is committed. */
  #busy: Promise<unknown> | null = null

  private constructor(layout: Layout, replica: Replica, options: Required<EmbeddedOptions>) {
    this.#layout = layout
    this.#replica = replica
    this.#clock = options.clock
    this.#disk = options.disk
    this.#warn = options.warn
    this.#lock = new WritersLock(layout.lock)
    this.#feed = new Feed(layout.store, () => void this.#look())
    this.#seen = { sequence: replica.state.sequence, time: replica.state.time, at: options.clock.monotonic() }
    for (const warning of replica.warnings) options.warn(warning)
  }

  /**
   * Opens the store of a data directory. One that is damaged opens for reading: `damage` says where.
   * @throws StoreError `missing` or `refused`.
   */
  static async open(data: string, given: EmbeddedOptions): Promise<EmbeddedStore> {
    const options = { disk: realDisk, warn: () => {}, ...given }
    const layout = new Layout(data)
    return new EmbeddedStore(layout, await Replica.load(layout, options.disk), options)
  }

  /** Where the store is damaged, or null. While it is, every transaction is refused. */
  get damage(): Damage | null {
    return this.#replica.damage
  }

  /** Whether replaying the journal has come to cost as much as writing a snapshot, or a fold was cut short. */
  get wantsFold(): boolean {
    const { base, generation, offset } = this.#replica
    if (generation > base + 1) return true
    return offset > FOLD_BYTES && offset > statSync(this.#layout.snapshot(base)).size
  }

  /** The error that says where the store is damaged. */
  damaged(): StoreError {
    const { damage } = this.#replica
    return new StoreError('damaged', damage === null ? 'The store is not damaged.' : describeDamage(damage))
  }

  /**
   * What a starting daemon does after a sync had failed: everything goes to new blocks, then the flag is cleared.
   * Without the flag it does nothing.
   */
  async recover(): Promise<void> {
    if (!this.#lock.failed) return
    this.#warn('A sync of the disk had failed; the store is written anew.')
    await this.fold({ recover: true })
  }

  now(): Instant {
    const { state } = this.#replica
    const monotonic = this.#clock.monotonic()
    if (state.sequence !== this.#seen.sequence)
      this.#seen = { sequence: state.sequence, time: state.time, at: monotonic }
    return Math.max(this.#clock.wall(), Math.floor(this.#seen.time + (monotonic - this.#seen.at)))
  }

  get: Store['get'] = (table, key) => this.#read(({ state }) => state.rows[table].get(key))
  settings: Store['settings'] = () => this.#read(({ state }) => [...state.rows.setting.values()])
  userByUsername: Store['userByUsername'] = (key) => this.#read(({ state }) => state.userByUsername(key))
  userByAddress: Store['userByAddress'] = (key) => this.#read(({ state }) => state.userByAddress(key))
  userBySkeleton: Store['userBySkeleton'] = (key) => this.#read(({ state }) => state.userBySkeleton(key))
  tasksOf: Store['tasksOf'] = (user) => this.#read(({ state }) => state.tasksOf(user))
  taskCounts: Store['taskCounts'] = () => this.#read(({ state }) => state.counts())
  nextDue: Store['nextDue'] = (tests) => this.#read(({ state }) => state.nextDue(tests))
  dueCount: Store['dueCount'] = (now) => this.#read(({ state }) => state.dueCount(now))
  users = (query: UserQuery) => this.#read(({ state }) => state.users(query))
  tasks = (query: TaskQuery) => this.#read(({ state }) => state.tasks(query))

  resolveTask: Store['resolveTask'] = (prefix) =>
    this.#read(({ state }) => {
      const found: TaskId[] = []
      for (const task of state.rows.task.values()) {
        if (task.id === prefix) return { kind: 'one', id: task.id }
        if (task.id.startsWith(prefix)) found.push(task.id)
      }
      const [id] = found
      if (id === undefined) return { kind: 'none' }
      return found.length === 1 ? { kind: 'one', id } : { kind: 'several' }
    })

  mailLog = ({ result, to, idPrefix, limit, after }: MailLogQuery) =>
    this.#read(({ base }) => {
      const address = to === undefined ? null : parseAddress(to)
      const key = address?.ok ? address.key : to?.toLowerCase()
      return readLog(this.#layout, 'mail-log', base, {
        limit,
        after,
        needle: idPrefix === undefined ? undefined : `"id":"${idPrefix}`,
        fits: (entry) =>
          (result === undefined || resultOf(entry.outcome) === result) &&
          (key === undefined || entry.to.toLowerCase() === key) &&
          (idPrefix === undefined || entry.id.startsWith(idPrefix)),
      })
    })

  audit = ({ limit, after }: Paging) =>
    this.#read(({ base }) => readLog(this.#layout, 'audit', base, { limit, after, fits: () => true }))

  changes(signal: AbortSignal): AsyncIterable<Change> {
    return this.#feed.changes(signal)
  }

  transact<Result>(actor: Actor, action: string, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      // The result is the work's own: what comes back through the queue is what it gave.
      this.#jobs.push({ actor, action, work, resolve: (result) => resolve(result as Result), reject })
      if (!this.#committing) void this.#commitAll()
    })
  }

  /**
   * Folds the journals into a new snapshot and the log segments. Only the holder of the daemon's lock may call it.
   * `recover` also clears the flag of a failed sync, once everything stands on new blocks.
   * @throws StoreError
   */
  async fold({ recover = false } = {}): Promise<void> {
    await fold({
      layout: this.#layout,
      disk: this.#disk,
      current: () => this.#replica,
      exclusively: (work) =>
        this.#exclusively(async () => {
          if (recover) this.#replica.unsynced = false
          else this.#lock.refuseIfFailed()
          await this.#catchUpLocked()
          await work()
        }),
    })
    if (recover) this.#lock.clearFailed()
  }

  /** Removes the log segments of the months that ended before `before`; their names. */
  retireLogs(before: Instant): string[] {
    return retireSegments(this.#layout, before)
  }

  /** Runs `work` while nothing is written, everything that was written is synced, and nobody folds: for a backup. */
  async still<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#exclusively(async () => {
      await this.#catchUpLocked()
      return work()
    })
  }

  async close(): Promise<void> {
    this.#feed.close()
    await this.#lock.close()
    this.#replica.close()
  }

  async #read<Result>(look: (replica: Replica) => Result): Promise<Result> {
    for (;;) {
      if (this.#busy !== null) await this.#busy
      else if (this.#follow()) return look(this.#replica)
      else await this.#reload()
    }
  }

  /** Another process may have written: tell the readers of the feed. */
  async #look(): Promise<void> {
    if (this.#busy === null && !this.#follow()) await this.#reload()
  }

  /** Reads what others appended; false when this copy must be loaded anew. */
  #follow(): boolean {
    const { kinds, reload } = this.#replica.catchUp()
    this.#feed.publish(kinds, this.#replica.state.sequence)
    return !reload
  }

  async #reload(): Promise<void> {
    const before = this.#replica
    const fresh = await Replica.load(this.#layout, this.#disk)
    if (this.#replica !== before) return fresh.close()
    this.#replica = fresh
    before.close()
    const all: Kinds = new Set(['user', 'credential', 'task', 'setting', 'queue', 'template', 'mail-log'])
    this.#feed.publish(all, fresh.state.sequence)
  }

  async #commitAll(): Promise<void> {
    this.#committing = true
    while (this.#jobs.length > 0) {
      await this.#exclusively(() => this.#commitOnce())
      // Readers that waited for the commit look before the next one begins.
      await new Promise(setImmediate)
    }
    this.#committing = false
  }

  async #commitOnce(): Promise<void> {
    try {
      this.#lock.refuseIfFailed()
      await this.#catchUpLocked()
      this.#refuseIfUnwritable()
      const { done, kinds } = await commitGroup({
        replica: this.#replica,
        jobs: this.#jobs,
        disk: this.#disk,
        now: () => this.now(),
        sync: () => this.#sync(),
      })
      for (const { job, result } of done) job.resolve(result)
      this.#feed.publish(kinds, this.#replica.state.sequence)
    } catch (error) {
      for (const job of this.#jobs.splice(0)) job.reject(error)
    }
  }

  /** Makes the journal durable. A failure is flagged and never tried again: the next sync would call lost pages good. */
  async #sync(): Promise<void> {
    try {
      await this.#disk.fdatasync(this.#replica.fd)
    } catch (cause) {
      throw this.#lock.flagFailed(cause)
    }
    this.#replica.unsynced = false
  }

  #refuseIfUnwritable(): void {
    const { damage, writable, generation } = this.#replica
    if (damage !== null) throw new StoreError('damaged', describeDamage(damage))
    if (!writable) {
      throw new StoreError(
        'refused',
        `${this.#layout.journal(generation)} may not be written by this account; join the group that owns it.`,
      )
    }
  }

  /** Under the lock: reads what others appended, cuts a torn tail, and syncs what others may have left unsynced. */
  async #catchUpLocked(): Promise<void> {
    if (!this.#follow()) await this.#reload()
    if (!this.#replica.writable) return
    await this.#cutTornTail()
    if (this.#replica.unsynced) await this.#sync()
  }

  /** A torn last line was never acknowledged: it is kept beside the journal and cut off. */
  async #cutTornTail(): Promise<void> {
    const { torn, fd } = this.#replica
    if (torn === null) return
    const copy = `${torn.file}.torn-${torn.offset}-${this.#clock.wall()}`
    const bytes = Buffer.alloc(torn.size - torn.offset)
    const file = await files.open(torn.file, 'r')
    try {
      await file.read(bytes, 0, bytes.length, torn.offset)
    } finally {
      await file.close()
    }
    await files.writeFile(copy, bytes, { mode: 0o660, flush: true })
    ftruncateSync(fd, torn.offset)
    this.#replica.torn = null
    this.#replica.unsynced = true
    this.#warn(
      `${torn.file} ended in a torn line at byte ${torn.offset} (${torn.why}), as a crash leaves it; it was cut off and kept as ${copy}.`,
    )
  }

  #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#lock.exclusively(async () => {
      const turn = Promise.withResolvers<void>()
      this.#busy = turn.promise
      try {
        return await work()
      } finally {
        this.#busy = null
        turn.resolve()
      }
    })
  }
}
