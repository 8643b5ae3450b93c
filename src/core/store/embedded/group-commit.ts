import type { Actor } from '../../domain/actor.ts'
import type { MailLogEntry } from '../../domain/mail-log.ts'
import type { Instant } from '../../domain/time.ts'
import { StoreError } from '../error.ts'
import type { Table, Tables, Transaction } from '../port.ts'
import type { JournalTransaction, Put } from './commit.ts'
import { type Disk, errorCode } from './disk.ts'
import { encodeLine } from './line.ts'
import type { Kinds, Replica } from './replica.ts'
import type { State } from './state.ts'

/** A transaction that waits for its turn. */
export interface Job {
  readonly actor: Actor
  readonly action: string
  readonly work: (tx: Transaction) => Promise<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** How many transactions one commit takes: more wait for the next, so that no commit grows without bound. */
const GROUP_LIMIT = 1000

/** A transaction on the replica's state, with what it put. */
class OpenTransaction implements Transaction {
  readonly #state: State
  readonly now: Instant
  readonly puts: Put[] = []
  readonly entries: MailLogEntry[] = []

  constructor(state: State, now: Instant) {
    this.#state = state
    this.now = now
  }

  put<T extends Table>(table: T, row: Tables[T]): void {
    this.#state.put(table, row)
    this.puts.push([table, row] as unknown as Put)
  }

  delete<T extends Table>(table: T, key: string): void {
    this.#state.delete(table, key)
    this.puts.push([table, key])
  }

  log(entry: MailLogEntry): void {
    this.entries.push(entry)
  }

  get: Transaction['get'] = async (table, key) => this.#state.rows[table].get(key)
  settings: Transaction['settings'] = async () => [...this.#state.rows.setting.values()]
  userByUsername: Transaction['userByUsername'] = async (key) => this.#state.userByUsername(key)
  userByAddress: Transaction['userByAddress'] = async (key) => this.#state.userByAddress(key)
  userBySkeleton: Transaction['userBySkeleton'] = async (skeleton) => this.#state.userBySkeleton(skeleton)
  tasksOf: Transaction['tasksOf'] = async (user) => this.#state.tasksOf(user)
  due: Transaction['due'] = async ({ now, limit, tests }) => this.#state.due(now, limit, tests)
  dueBefore: Transaction['dueBefore'] = async ({ before, limit }) => this.#state.dueBefore(before, limit)
  executing: Transaction['executing'] = async () => this.#state.executing()
  endedBefore: Transaction['endedBefore'] = async ({ before, limit }) => this.#state.endedBefore(before, limit)
}

interface Done {
  readonly job: Job
  readonly result: unknown
}

/** What a group came to: the state has it, and it is on the disk. */
export interface Committed {
  readonly done: readonly Done[]
  readonly kinds: Kinds
}

export interface CommitContext {
  readonly replica: Replica
  /** The waiting jobs; those that are run are taken out. */
  readonly jobs: Job[]
  readonly disk: Disk
  readonly now: () => Instant
  /** Makes the journal durable, or flags the store as failed and throws. */
  readonly sync: () => Promise<void>
}

/**
 * Runs the waiting jobs one after the other on the latest state and makes them durable together: one line, one write,
 * one fdatasync. The caller holds the writers' lock and has caught up. A job that throws is taken back alone.
 * @throws StoreError after taking the whole group back: `full` or `io` when nothing was saved, `failed` when it is not
 * known; each job of the group was rejected with it.
 */
export async function commitGroup({ replica, jobs, disk, now, sync }: CommitContext): Promise<Committed> {
  const { state } = replica
  const before = { sequence: state.sequence, time: state.time }
  const mark = state.mark()
  const done: Done[] = []
  const transactions: JournalTransaction[] = []

  while (jobs.length > 0 && done.length < GROUP_LIMIT) {
    const job = jobs.shift()
    const transaction = job === undefined ? null : await run(job, state, now, done)
    if (transaction !== null) transactions.push(transaction)
  }
  try {
    if (transactions.length > 0) await append(replica, encodeLine({ x: transactions }), disk, sync)
  } catch (error) {
    state.rollback(mark)
    state.sequence = before.sequence
    state.time = before.time
    for (const { job } of done) job.reject(error)
    throw error
  }
  state.settle()
  return { done, kinds: kindsOf(transactions) }
}

/** Runs one job; its transaction, or null when it changed nothing or was taken back. */
async function run(job: Job, state: State, now: () => Instant, done: Done[]): Promise<JournalTransaction | null> {
  const mark = state.mark()
  const tx = new OpenTransaction(state, Math.max(now(), state.time))
  try {
    done.push({ job, result: await job.work(tx) })
  } catch (error) {
    state.rollback(mark)
    job.reject(error)
    return null
  }
  if (tx.puts.length === 0 && tx.entries.length === 0) return null
  state.sequence++
  state.time = tx.now
  const entries = tx.entries.length > 0 ? { l: tx.entries } : {}
  return { n: state.sequence, t: tx.now, a: job.actor, d: job.action, p: tx.puts, ...entries }
}

function kindsOf(transactions: readonly JournalTransaction[]): Kinds {
  const kinds: Kinds = new Set()
  for (const { p, l } of transactions) {
    for (const [table] of p) kinds.add(table)
    if (l !== undefined) kinds.add('mail-log')
  }
  return kinds
}

/** Appends one line in one write and syncs it. What did not arrive whole is cut off again. */
async function append(replica: Replica, line: Buffer, disk: Disk, sync: () => Promise<void>): Promise<void> {
  let written = 0
  let cause: unknown
  try {
    written = disk.write(replica.fd, line)
  } catch (error) {
    cause = error
  }
  if (written < line.length) {
    disk.ftruncate(replica.fd, replica.offset)
    await sync()
    throw notWritten(cause)
  }
  await sync()
  replica.offset += line.length
}

/** A short write without an error is what a disk does that has room for a part. */
function notWritten(cause: unknown): StoreError {
  const code = errorCode(cause)
  if (cause === undefined || code === 'ENOSPC' || code === 'EDQUOT') {
    const what = 'The disk is full: nothing of this change was saved.'
    return new StoreError('full', `${what} Make space where the data directory is, then try again.`, { cause })
  }
  return new StoreError('io', `The journal could not be written (${code}): nothing of this change was saved.`, {
    cause,
  })
}
