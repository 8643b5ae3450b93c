import type { Check } from '../../domain/check.ts'
import type { UserId } from '../../domain/ids.ts'
import type { LetterKind } from '../../domain/letter.ts'
import { type Session, sessionOver } from '../../domain/session.ts'
import { isEnded, type Task, type TaskStatus } from '../../domain/task.ts'
import type { Instant } from '../../domain/time.ts'
import type { User } from '../../domain/user.ts'
import {
  type Backlog,
  TABLES,
  type Table,
  type Tables,
  type TaskCounts,
  type TaskSort,
  type UserSort,
} from '../port.ts'
import { Begun } from './begun.ts'
import { ByKey } from './by-key.ts'
import { DueHeap } from './due.ts'
import { isTest, TASK_ORDERS, USER_ORDERS } from './order.ts'
import { RowOrder } from './row-order.ts'
import type { Slices } from './slices.ts'
import type { SnapshotRows } from './snapshot.ts'
import { keyOf, perTable, whole } from './tables.ts'
import { Waits } from './waits.ts'

type Rows = { readonly [T in Table]: Map<string, Tables[T]> }
/** What a put replaced: nothing, where there is no `before`. */
interface Undo<T extends Table = Table> {
  readonly table: T
  readonly key: string
  readonly before: Tables[T] | undefined
}
type Indexes = { readonly [T in Table]?: (gone: Tables[T] | undefined, come: Tables[T] | undefined) => void }

/** The earliest of the moments that `now` has come to; null when it has come to none. */
function earliest(now: Instant, ...moments: readonly (Instant | null)[]): Instant | null {
  const past = moments.filter((at) => at !== null).filter((at) => at <= now)
  return past.length === 0 ? null : Math.min(...past)
}

/** When a letter was to leave: its due time, or when it was sent for before that. */
const wantedAt = ({ round, scheduledAt }: Task): Instant => Math.min(round.dueAt, scheduledAt)

/** Whether a task waits as it did before: of what hangs on its turn nothing changes (a tenth of a replay's time). */
function waitsAlike(gone: Task | undefined, come: Task | undefined): boolean {
  if (gone?.status !== 'wait' || come?.status !== 'wait') return false
  const isTried = ({ round }: Task) => round.attempts > 0
  // A task keeps its kind for life.
  const sameTurn = gone.scheduledAt === come.scheduledAt && gone.round.dueAt === come.round.dueAt
  return sameTurn && isTried(gone) === isTried(come)
}

/** Rows that are loaded between two pauses. */
const SOME = 256

/**
 * All rows in memory with what finds them. Rows are never changed, only replaced, so that a list of them taken at one
 * moment stays a picture of that moment. Every put can be taken back until it is settled.
 */
export class State {
  readonly rows = perTable<Rows>(() => new Map())
  /** The last transaction's number and time. */
  sequence = 0
  time: Instant = 0

  readonly #byUsername = new ByKey()
  readonly #byAddress = new ByKey()
  readonly #bySkeleton = new ByKey()
  readonly #tasksOf = new ByKey()
  readonly #sessionsOf = new ByKey()
  /** How many tasks of a kind have not ended. */
  readonly #open = new Map<LetterKind, number>()
  /** The orders that lists are shown in. */
  readonly userOrders: { readonly [Sort in UserSort]: RowOrder<User> } = {
    username: new RowOrder(this.rows.user, USER_ORDERS.username),
    email: new RowOrder(this.rows.user, USER_ORDERS.email),
    name: new RowOrder(this.rows.user, USER_ORDERS.name),
    created: new RowOrder(this.rows.user, USER_ORDERS.created),
  }
  readonly taskOrders: { readonly [Sort in TaskSort]: RowOrder<Task> } = {
    created: new RowOrder(this.rows.task, TASK_ORDERS.created),
    scheduled: new RowOrder(this.rows.task, TASK_ORDERS.scheduled),
  }
  /** When the letters of the last day began. */
  readonly begun = new Begun()
  readonly #executing = new Set<string>()
  readonly #counts: Record<TaskStatus, number> = { wait: 0, executing: 0, 'carried-out': 0, failed: 0, cancelled: 0 }
  readonly #due = new DueHeap((id, at) => this.#waiting(id, false)?.scheduledAt === at)
  readonly #testsDue = new DueHeap((id, at) => this.#waiting(id, true)?.scheduledAt === at)
  readonly #roundDue = new DueHeap((id, at) => this.#waiting(id)?.round.dueAt === at)
  /** Those that wait for their first attempt, and those that were tried in this round. */
  readonly #untried = new Waits()
  readonly #tried = new Waits()
  /** What keeps up with the rows of a table as they change. */
  readonly #indexes: Indexes = {
    user: (gone, come) => this.#indexUser(gone, come),
    task: (gone, come) => this.#indexTask(gone, come),
    session: (gone, come) => this.#indexSession(gone, come),
  }
  #undo: Undo[] = []

  /** Puts a row or deletes a key's, for good: what is read from the disk is not taken back. */
  load<T extends Table>([table, row]: readonly [table: T, row: Tables[T] | string]): void {
    if (typeof row === 'string') this.#set(table, row, undefined)
    else this.#set(table, keyOf(table, row), whole(table, row))
  }

  *loadAll(rows: SnapshotRows): Slices<void> {
    for (const table of TABLES) {
      for (const [index, row] of rows[table].entries()) {
        this.load([table, row])
        if (index % SOME === 0) yield
      }
    }
  }

  /** The rows as they are now, in lists. */
  picture(): SnapshotRows {
    const { user, credential, task, setting, queue, template, check, session } = this.rows
    return {
      user: [...user.values()],
      credential: [...credential.values()],
      task: [...task.values()],
      setting: [...setting.values()],
      queue: [...queue.values()],
      template: [...template.values()],
      check: [...check.values()],
      session: [...session.values()],
    }
  }

  put<T extends Table>(table: T, row: Tables[T]): void {
    this.#replace(table, keyOf(table, row), row)
  }

  delete<T extends Table>(table: T, key: string): void {
    this.#replace(table, key, undefined)
  }

  /** How many puts could be taken back: a mark for `rollback`. */
  mark(): number {
    return this.#undo.length
  }

  /** Takes back every put since `mark`, the last first. */
  rollback(mark: number): void {
    for (const { table, key, before } of this.#undo.splice(mark).reverse()) this.#set(table, key, before)
  }

  /** The puts so far stay. */
  settle(): void {
    this.#undo = []
  }

  userByUsername(key: string): User | undefined {
    return this.#user(this.#byUsername.first(key))
  }

  userByAddress(key: string): User | undefined {
    return this.#user(this.#byAddress.first(key))
  }

  userBySkeleton(skeleton: string): User | undefined {
    return this.#user(this.#bySkeleton.first(skeleton))
  }

  tasksOf(user: UserId): Task[] {
    const tasks = this.#tasks(this.#tasksOf.all(user))
    const places = new Map(tasks.map((task) => [task, TASK_ORDERS.created(task)]))
    return tasks.sort((a, b) => ((places.get(a) ?? '') < (places.get(b) ?? '') ? 1 : -1))
  }

  openTasks(kind: LetterKind): number {
    return this.#open.get(kind) ?? 0
  }

  sessionsOf(user: UserId): Session[] {
    return this.#sessionsOf.all(user).flatMap((hash) => this.rows.session.get(hash) ?? [])
  }

  sessionsOver(now: Instant, limit: number): Session[] {
    const found: Session[] = []
    for (const session of this.rows.session.values()) {
      if (found.length >= limit) break
      if (sessionOver(session, now)) found.push(session)
    }
    return found
  }

  /** The oldest first; of one moment, as they were put. */
  checks(): Check[] {
    return [...this.rows.check.values()].sort((a, b) => a.at - b.at)
  }

  counts(): TaskCounts {
    return { ...this.#counts }
  }

  nextDue(tests: boolean): Instant | null {
    return (tests ? this.#testsDue : this.#due).earliest()
  }

  backlog(now: Instant): Backlog {
    const untried = this.#untried.look(now)
    const tried = this.#tried.look(now)
    const dueSince = earliest(now, this.#due.earliest(), this.#testsDue.earliest())
    return {
      due: untried.due + tried.due,
      dueSince,
      tried: tried.later,
      nextTry: tried.next,
      // One that was sent for sooner was to leave when it was sent for.
      lateSince: earliest(now, dueSince, this.#roundDue.earliest(), ...this.executing().map(wantedAt)),
      later: untried.later,
      next: untried.next,
    }
  }

  due(now: Instant, limit: number, tests: boolean): Task[] {
    return this.#tasks((tests ? this.#testsDue : this.#due).until(now, limit))
  }

  dueBefore(before: Instant, limit: number): Task[] {
    return this.#tasks(this.#roundDue.until(before - 1, limit))
  }

  executing(): Task[] {
    return this.#tasks([...this.#executing])
  }

  endedBefore(before: Instant, limit: number): Task[] {
    const found: Task[] = []
    for (const task of this.rows.task.values()) {
      if (found.length >= limit) break
      if (isEnded(task) && task.endedAt < before) found.push(task)
    }
    return found
  }

  #user(id: string | undefined): User | undefined {
    return id === undefined ? undefined : this.rows.user.get(id)
  }

  #tasks(ids: readonly string[]): Task[] {
    return ids.flatMap((id) => this.rows.task.get(id) ?? [])
  }

  /** The task, if it waits: of the test letters, or of all others. */
  #waiting(id: string, tests?: boolean): Task | undefined {
    const task = this.rows.task.get(id)
    if (task?.status !== 'wait') return undefined
    return tests === undefined || isTest(task) === tests ? task : undefined
  }

  #replace<T extends Table>(table: T, key: string, next: Tables[T] | undefined): void {
    const undo: Undo<T> = { table, key, before: this.#set(table, key, next) }
    this.#undo.push(undo)
  }

  #set<T extends Table>(table: T, key: string, next: Tables[T] | undefined): Tables[T] | undefined {
    const rows: Map<string, Tables[T]> = this.rows[table]
    const before = rows.get(key)
    if (next === undefined) rows.delete(key)
    else rows.set(key, next)
    this.#indexes[table]?.(before, next)
    return before
  }

  #indexUser(gone: User | undefined, come: User | undefined): void {
    if (gone !== undefined) {
      this.#byUsername.remove(gone.usernameKey, gone.id)
      this.#byAddress.remove(gone.addressKey, gone.id)
      if (gone.skeleton !== null) this.#bySkeleton.remove(gone.skeleton, gone.id)
    }
    if (come !== undefined) {
      this.#byUsername.add(come.usernameKey, come.id)
      this.#byAddress.add(come.addressKey, come.id)
      if (come.skeleton !== null) this.#bySkeleton.add(come.skeleton, come.id)
    }
    const { username, email, name, created } = this.userOrders
    username.replace(gone, come)
    email.replace(gone, come)
    name.replace(gone, come)
    created.replace(gone, come)
  }

  #indexSession(gone: Session | undefined, come: Session | undefined): void {
    if (gone !== undefined) this.#sessionsOf.remove(gone.user, gone.hash)
    if (come !== undefined) this.#sessionsOf.add(come.user, come.hash)
  }

  #indexTask(gone: Task | undefined, come: Task | undefined): void {
    if (!waitsAlike(gone, come)) this.#indexTurn(gone, come)
    this.begun.replace(gone, come)
    // A task keeps its user for life, so this sees only its coming and going.
    if (gone?.user?.id !== come?.user?.id) {
      if (gone?.user) this.#tasksOf.remove(gone.user.id, gone.id)
      if (come?.user) this.#tasksOf.add(come.user.id, come.id)
    }
    this.taskOrders.created.replace(gone, come)
    this.taskOrders.scheduled.replace(gone, come)
  }

  /** What hangs on a task's status and on when it is its turn. */
  #indexTurn(gone: Task | undefined, come: Task | undefined): void {
    if (gone !== undefined) {
      this.#counts[gone.status]--
      if (gone.status === 'executing') this.#executing.delete(gone.id)
      if (gone.status === 'wait') this.#waitsOf(gone).remove(gone.scheduledAt)
    }
    if (come !== undefined) {
      this.#counts[come.status]++
      if (come.status === 'executing') this.#executing.add(come.id)
      if (come.status === 'wait') this.#await(gone, come)
    }
    this.#countOpen(gone, -1)
    this.#countOpen(come, 1)
  }

  #countOpen(task: Task | undefined, by: 1 | -1): void {
    if (task !== undefined && !isEnded(task)) this.#open.set(task.kind, this.openTasks(task.kind) + by)
  }

  #waitsOf({ round }: Task): Waits {
    return round.attempts > 0 ? this.#tried : this.#untried
  }

  /** While a task waits, there is an entry for it; one that still holds is not made twice. */
  #await(gone: Task | undefined, come: Task): void {
    const waited = gone?.status === 'wait' ? gone : undefined
    this.#waitsOf(come).add(come.scheduledAt)
    if (waited?.scheduledAt !== come.scheduledAt || waited.kind !== come.kind) {
      const due = isTest(come) ? this.#testsDue : this.#due
      due.add(come.scheduledAt, come.id)
    }
    if (waited?.round.dueAt !== come.round.dueAt) this.#roundDue.add(come.round.dueAt, come.id)
  }
}
