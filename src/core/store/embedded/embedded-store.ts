import { statSync } from 'node:fs'
import type { Actor } from '../../domain/actor.ts'
import type { MailLogEntry } from '../../domain/mail-log.ts'
import type { Clock, Instant } from '../../domain/time.ts'
import { StoreError } from '../error.ts'
import type {
  AuditEntry,
  AuditQuery,
  Change,
  Finding,
  MailLogQuery,
  MailLogRow,
  Page,
  Resolved,
  Store,
  Transaction,
  Upkeep,
} from '../port.ts'
import { ahead } from './ahead.ts'
import { CommitQueue } from './commit-queue.ts'
import { type Disk, realDisk } from './disk.ts'
import { Feed } from './feed.ts'
import { fold } from './fold.ts'
import { Layout } from './layout.ts'
import { countTasks, countUsers, listTasks, listUsers } from './lists.ts'
import { Live, type OnChange } from './live.ts'
import { loadReplica } from './load.ts'
import { auditFilter, mailLogFilter } from './log-filter.ts'
import { readLog, searchLog } from './log-reader.ts'
import { type LogContext, rowOf } from './log-source.ts'
import { type Damage, describeDamage, type Replica } from './replica.ts'
import { retireSegments } from './segments.ts'
import { StoreTime } from './store-time.ts'
import { storeError } from './system-error.ts'
import { Writer } from './writer.ts'
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
  readonly #warn: (sentence: string) => void
  readonly #lock: WritersLock
  readonly #feed: Feed
  readonly #live: Live
  readonly #writer: Writer
  readonly #time: StoreTime
  readonly #commits: CommitQueue
  /** One at a time folds or retires. */
  #upkeep: Promise<unknown> = Promise.resolve()

  private constructor(
    layout: Layout,
    lock: WritersLock,
    replica: Replica,
    { clock, disk, warn }: Required<EmbeddedOptions>,
  ) {
    this.#layout = layout
    this.#warn = warn
    this.#lock = lock
    this.#feed = new Feed(layout.store, replica.state.sequence, () => void this.#live.look())
    const onChange: OnChange = (kinds, { state }) => {
      this.#time.note(state.time)
      this.#feed.publish(kinds, state.sequence)
    }
    this.#live = new Live(layout, replica, onChange)
    this.#writer = new Writer({ layout, live: this.#live, lock: this.#lock, disk, clock, warn })
    this.#time = new StoreTime(clock, replica.state.time)
    this.#commits = new CommitQueue({ live: this.#live, writer: this.#writer, time: this.#time, onCommit: onChange })
  }

  /**
   * Opens the store of a data directory. One that is damaged opens for reading: `damage` says where.
   * @throws StoreError `missing` or `refused`.
   */
  static async open(data: string, given: EmbeddedOptions): Promise<EmbeddedStore> {
    const options = { disk: realDisk, warn: () => {}, ...given }
    const layout = new Layout(data)
    const lock = new WritersLock(layout.lock)
    const { replica, warnings } = await loadReplica(layout)
    for (const warning of warnings) options.warn(warning)
    return new EmbeddedStore(layout, lock, replica, options)
  }

  /** Where the store is damaged, or null. While it is, every transaction is refused. */
  get damage(): Damage | null {
    return this.#live.replica.damage
  }

  /** Why what is read here may be old, in a sentence: the store is damaged or gone. Null while all is well. */
  get trouble(): string | null {
    return this.damage === null ? this.#lock.moved : describeDamage(this.damage)
  }

  /** Whether replaying the journal has come to cost as much as writing a snapshot, or a fold was cut short. */
  get wantsFold(): boolean {
    const { base, generation, journalBytes } = this.#live.replica
    if (generation > base.generation + 1) return true
    return journalBytes > FOLD_BYTES && journalBytes > statSync(this.#layout.snapshot(base.generation)).size
  }

  now(): Instant {
    return this.#time.now()
  }

  get: Store['get'] = (table, key) => this.#live.read(({ state }) => state.rows[table].get(key))
  settings: Store['settings'] = () => this.#live.read(({ state }) => [...state.rows.setting.values()])
  userByUsername: Store['userByUsername'] = (key) => this.#live.read(({ state }) => state.userByUsername(key))
  userByAddress: Store['userByAddress'] = (key) => this.#live.read(({ state }) => state.userByAddress(key))
  userBySkeleton: Store['userBySkeleton'] = (key) => this.#live.read(({ state }) => state.userBySkeleton(key))
  tasksOf: Store['tasksOf'] = (user) => this.#live.read(({ state }) => state.tasksOf(user))
  openTasks: Store['openTasks'] = (kind) => this.#live.read(({ state }) => state.openTasks(kind))
  sessionsOf: Store['sessionsOf'] = (user) => this.#live.read(({ state }) => state.sessionsOf(user))
  checks: Store['checks'] = () => this.#live.read(({ state }) => state.checks())
  lettersBegun: Store['lettersBegun'] = (limit) => this.#live.read(({ state }) => state.begun.newest(limit))
  ahead: Store['ahead'] = (tasks) => this.#live.read(({ state }) => ahead(state.rows.task.values(), tasks))
  taskCounts: Store['taskCounts'] = () => this.#live.read(({ state }) => state.counts())
  nextDue: Store['nextDue'] = (tests) => this.#live.read(({ state }) => state.nextDue(tests))
  backlog: Store['backlog'] = (now) => this.#live.read(({ state }) => state.backlog(now))
  users: Store['users'] = (query) => this.#live.readInSlices((state) => listUsers(state, query))
  userCount: Store['userCount'] = (filter) => this.#live.readInSlices((state) => countUsers(state, filter))
  tasks: Store['tasks'] = (query) => this.#live.readInSlices((state) => listTasks(state, query))
  taskCount: Store['taskCount'] = (filter) => this.#live.readInSlices((state) => countTasks(state, filter))

  resolveTask: Store['resolveTask'] = (prefix) =>
    this.#live.read(({ state }) => resolved(state.rows.task.values(), prefix))

  resolveUser: Store['resolveUser'] = (prefix) =>
    this.#live.read(({ state }) => resolved(state.rows.user.values(), prefix))

  async mailLog(query: MailLogQuery): Promise<Page<MailLogEntry>> {
    const wanted = { paging: query, range: query, filter: mailLogFilter(query) }
    return readLog(await this.#logContext(), 'mail-log', wanted)
  }

  async *searchMailLog(query: MailLogQuery, signal: AbortSignal): AsyncGenerator<Finding<MailLogRow>, void> {
    const wanted = { paging: query, range: query, filter: mailLogFilter(query) }
    for await (const finding of searchLog(await this.#logContext(), 'mail-log', wanted, signal)) {
      yield { ...finding, items: finding.items.map(rowOf) }
    }
  }

  async audit(query: AuditQuery): Promise<Page<AuditEntry>> {
    const wanted = { paging: query, range: query, filter: auditFilter(query) }
    return readLog(await this.#logContext(), 'audit', wanted)
  }

  async *searchAudit(query: AuditQuery, signal: AbortSignal): AsyncGenerator<Finding<AuditEntry>, void> {
    const wanted = { paging: query, range: query, filter: auditFilter(query) }
    yield* searchLog(await this.#logContext(), 'audit', wanted, signal)
  }

  changes(signal: AbortSignal): AsyncIterable<Change> {
    return this.#feed.changes(signal)
  }

  transact<Result>(actor: Actor, action: string, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      // The result is the work's own: what comes back through the queue is what it gave.
      this.#commits.add({ actor, action, work, resolve: (result) => resolve(result as Result), reject })
    })
  }

  /**
   * Folds the journals into a new snapshot and the log segments. Only the holder of the daemon's lock may call it.
   * @throws StoreError
   */
  fold(): Promise<void> {
    return this.#keepHouse(() => this.#fold((work) => this.#writer.exclusively(work)))
  }

  /**
   * What a starting daemon does after a sync had failed: everything goes to new blocks, then the flag is cleared.
   * Without the flag it does nothing.
   * @throws StoreError
   */
  async recover(): Promise<void> {
    const { damage } = this
    if (damage !== null) throw new StoreError('damaged', describeDamage(damage))
    if (!this.#lock.failed) return
    this.#warn('A sync of the disk had failed; the store is written anew.')
    await this.#keepHouse(async () => {
      await this.#writer.renew()
      await this.#fold((work) => this.#writer.recovering(work))
      await this.#writer.recovering(async () => this.#lock.clearFailed())
    })
  }

  /** Removes the log segments of the months that ended before `before`; their names. */
  retireLogs(before: Instant): string[] {
    return retireSegments(this.#layout, before)
  }

  /**
   * Runs `work` while nothing is written and everything that was written is synced: for a backup. A fold may be under
   * way. `work` may not read from the store, whose readers wait for it.
   */
  still<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#writer.exclusively(work)
  }

  /** Ends the change feed, finishes the transactions that were asked for, and gives everything back. */
  async close(): Promise<void> {
    this.#feed.close()
    await this.#commits.close()
    await this.#upkeep
    await this.#lock.close()
    this.#live.close()
  }

  /** How far the log is committed now. */
  async #logContext(): Promise<LogContext> {
    const replica = await this.#live.read(({ base, generation, offset, state: { sequence } }) => {
      return { base, generation, offset, sequence }
    })
    return { layout: this.#layout, replica }
  }

  #fold(exclusively: <Result>(work: () => Promise<Result>) => Promise<Result>): Promise<void> {
    const { disk } = this.#writer
    const current = () => this.#live.replica
    return fold({ layout: this.#layout, disk, warn: this.#warn, current, exclusively })
  }

  #keepHouse(work: () => Promise<void>): Promise<void> {
    const turn = this.#upkeep.then(work).catch((cause: unknown) => {
      throw storeError(cause, 'the journal was not folded')
    })
    this.#upkeep = turn.catch(() => undefined)
    return turn
  }
}

/** The id that is `prefix`, or else the only one that begins so. */
function resolved<Id extends string>(rows: Iterable<{ readonly id: Id }>, prefix: string): Resolved<Id> {
  const found: Id[] = []
  for (const { id } of rows) {
    if (id === prefix) return { kind: 'one', id }
    if (id.startsWith(prefix)) found.push(id)
  }
  const [id] = found
  if (id === undefined) return { kind: 'none' }
  return found.length === 1 ? { kind: 'one', id } : { kind: 'several' }
}
