import type { Actor } from '../../domain/actor.ts'
import type { UserId } from '../../domain/ids.ts'
import type { LetterKind } from '../../domain/letter.ts'
import type { MailLogEntry } from '../../domain/mail-log.ts'
import type { Instant } from '../../domain/time.ts'
import { StoreError } from '../error.ts'
import type { Keys, Table, Tables, Transaction } from '../port.ts'
import { commitJson, type JournalTransaction, type Put } from './commit.ts'
import type { Disk } from './disk.ts'
import { encodeJson } from './line.ts'
import type { Kinds, Replica } from './replica.ts'
import type { State } from './state.ts'
import { storeError } from './system-error.ts'

/** A transaction that waits for its turn. */
export interface Job {
  readonly actor: Actor
  readonly action: string
  readonly work: (tx: Transaction) => Promise<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** How much one commit takes: more waits for the next, so that no line grows beyond what a string can hold. */
const GROUP_LIMIT = 1000
const GROUP_CHARACTERS = 16 * 1024 * 1024

/** A transaction on the replica's state, with what it put. */
class OpenTransaction implements Transaction {
  readonly #state: State
  readonly now: Instant
  readonly puts: Put[] = []
  readonly entries: MailLogEntry[] = []
  readonly notes: string[] = []
  #over = false

  constructor(state: State, now: Instant) {
    this.#state = state
    this.now = now
  }

  put<T extends Table>(table: T, row: Tables[T]): void {
    this.#refuseIfOver()
    this.#state.put(table, row)
    this.puts.push([table, row] as unknown as Put)
  }

  delete<T extends Table>(table: T, key: Keys[T]): void {
    this.#refuseIfOver()
    this.#state.delete(table, key)
    this.puts.push([table, key])
  }

  log(entry: MailLogEntry): void {
    this.#refuseIfOver()
    this.entries.push(entry)
  }

  note(about: string): void {
    this.#refuseIfOver()
    this.notes.push(about)
  }

  /** From now on it changes nothing: what is put now would be in no journal. */
  end(): void {
    this.#over = true
  }

  // Methods, and not functions of each transaction's own: thousands of them are made a second.
  async get<T extends Table>(table: T, key: Keys[T]): Promise<Tables[T] | undefined> {
    return this.#state.rows[table].get(key)
  }
  async settings() {
    return [...this.#state.rows.setting.values()]
  }
  async userByUsername(key: string) {
    return this.#state.userByUsername(key)
  }
  async userByAddress(key: string) {
    return this.#state.userByAddress(key)
  }
  async userBySkeleton(skeleton: string) {
    return this.#state.userBySkeleton(skeleton)
  }
  async tasksOf(user: UserId) {
    return this.#state.tasksOf(user)
  }
  async openTasks(kind: LetterKind) {
    return this.#state.openTasks(kind)
  }
  async sessionsOf(user: UserId) {
    return this.#state.sessionsOf(user)
  }
  async sessionsOver({ now, limit }: { readonly now: Instant; readonly limit: number }) {
    return this.#state.sessionsOver(now, limit)
  }
  async checks() {
    return this.#state.checks()
  }
  async lettersBegun(limit: number) {
    return this.#state.begun.newest(limit)
  }
  async due({ now, limit, tests }: { readonly now: Instant; readonly limit: number; readonly tests: boolean }) {
    return this.#state.due(now, limit, tests)
  }
  async dueBefore({ before, limit }: { readonly before: Instant; readonly limit: number }) {
    return this.#state.dueBefore(before, limit)
  }
  async executing() {
    return this.#state.executing()
  }
  async endedBefore({ before, limit }: { readonly before: Instant; readonly limit: number }) {
    return this.#state.endedBefore(before, limit)
  }

  #refuseIfOver(): void {
    if (this.#over) throw new Error('The transaction is over: everything it does must be awaited by its work.')
  }
}

/** A transaction as the journal will have it. */
interface Prepared {
  readonly json: string
  readonly puts: readonly Put[]
  readonly logs: boolean
}

/** A job that was run. */
interface Done {
  readonly job: Job
  readonly result: unknown
  /** Null when it changed nothing. */
  readonly prepared: Prepared | null
}

/** What a group came to: it is in the state and on the disk. */
export interface Committed {
  readonly done: readonly Pick<Done, 'job' | 'result'>[]
  readonly kinds: Kinds
}

export interface CommitContext {
  readonly replica: Replica
  /** The waiting jobs; those that are run are taken out. */
  readonly jobs: Job[]
  readonly disk: Disk
  /** Store time: not before the last transaction's. */
  readonly now: () => Instant
  /** Makes the journal durable, or flags the store as failed and throws. */
  readonly sync: () => Promise<void>
}

/**
 * Runs the waiting jobs one after the other on the latest state and makes them durable together: one line, one write,
 * one fdatasync. The caller holds the writers' lock and has caught up. A job that throws is taken back alone; when the
 * line cannot be made durable the whole group is taken back and rejected, `full` or `io` when nothing was saved,
 * `failed` when that is not known.
 * @returns the jobs to resolve, and what they changed.
 */
export async function commitGroup({ replica, jobs, disk, now, sync }: CommitContext): Promise<Committed> {
  const { state } = replica
  const before = { sequence: state.sequence, time: state.time }
  const mark = state.mark()
  const done: Done[] = []
  for (let characters = 0; done.length < GROUP_LIMIT && characters < GROUP_CHARACTERS; ) {
    const job = jobs.shift()
    if (job === undefined) break
    const ran = await run(job, state, now)
    if (ran === null) continue
    done.push(ran)
    characters += ran.prepared?.json.length ?? 0
  }
  const prepared = done.flatMap((ran) => ran.prepared ?? [])
  try {
    if (prepared.length > 0) await append(replica, encodeJson(commitJson(prepared.map(({ json }) => json))), disk, sync)
  } catch (cause) {
    state.rollback(mark)
    state.sequence = before.sequence
    state.time = before.time
    const error = storeError(cause, 'nothing of this change was saved')
    for (const { job } of done) job.reject(error)
    return { done: [], kinds: new Set() }
  }
  state.settle()
  return { done, kinds: kindsOf(prepared) }
}

/** Runs one job; null when it threw, and was rejected and taken back. */
async function run(job: Job, state: State, now: () => Instant): Promise<Done | null> {
  const mark = state.mark()
  const tx = new OpenTransaction(state, now())
  try {
    const result = await job.work(tx)
    const { puts, entries, notes } = tx
    if (puts.length === 0 && entries.length === 0 && notes.length === 0) return { job, result, prepared: null }
    const transaction: JournalTransaction = {
      n: state.sequence + 1,
      t: tx.now,
      a: job.actor,
      d: job.action,
      p: puts,
      ...(entries.length > 0 ? { l: entries } : {}),
      ...(notes.length > 0 ? { o: notes } : {}),
    }
    // Before it counts: a row that cannot be written is its own transaction's fault alone.
    const json = JSON.stringify(transaction)
    state.sequence++
    state.time = tx.now
    return { job, result, prepared: { json, puts, logs: entries.length > 0 } }
  } catch (error) {
    state.rollback(mark)
    job.reject(error)
    return null
  } finally {
    tx.end()
  }
}

function kindsOf(prepared: readonly Prepared[]): Kinds {
  const kinds: Kinds = new Set()
  for (const { puts, logs } of prepared) {
    for (const put of puts) kinds.add(put[0])
    if (logs) kinds.add('mail-log')
  }
  return kinds
}

/** Appends one line in one write and syncs it. What did not arrive whole is cut off again. */
async function append(replica: Replica, line: Buffer, disk: Disk, sync: () => Promise<void>): Promise<void> {
  let written = 0
  let cause: unknown = null
  try {
    written = disk.write(replica.fd, line)
  } catch (error) {
    cause = error
  }
  if (written < line.length) {
    // Whoever comes next would take what is left for the torn line of a crash.
    replica.unsynced = true
    disk.ftruncate(replica.fd, replica.offset)
    await sync()
    throw cause ?? notRoom()
  }
  await sync()
  replica.offset += line.length
}

/** A short write without an error is what a disk does that has room for a part. */
function notRoom(): StoreError {
  const advice = 'Make space where the data directory is, then try again.'
  return new StoreError('full', `The disk is full: nothing of this change was saved. ${advice}`)
}
