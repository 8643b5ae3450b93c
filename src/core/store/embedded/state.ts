import type { UserId } from '../../domain/ids.ts'
import { isEnded, type Task, type TaskStatus } from '../../domain/task.ts'
import type { Instant } from '../../domain/time.ts'
import type { User } from '../../domain/user.ts'
import { type Page, TABLES, type Table, type Tables, type TaskCounts, type TaskQuery, type UserQuery } from '../port.ts'
import { ByKey } from './by-key.ts'
import { DueHeap } from './due.ts'
import { holds, isTest, taskOrder, userOrder } from './order.ts'
import { OrderedKeys } from './ordered.ts'
import { fromCursor, page } from './page.ts'
import type { SnapshotRows } from './snapshot.ts'
import { keyOf, perTable } from './tables.ts'

type Rows = { readonly [T in Table]: Map<string, Tables[T]> }
type Undo = () => void

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
  readonly #users = new OrderedKeys()
  readonly #tasks = new OrderedKeys()
  readonly #executing = new Set<string>()
  readonly #counts: Record<TaskStatus, number> = { wait: 0, executing: 0, 'carried-out': 0, failed: 0, cancelled: 0 }
  readonly #due = new DueHeap((id, at) => this.#waiting(id, false)?.scheduledAt === at)
  readonly #testsDue = new DueHeap((id, at) => this.#waiting(id, true)?.scheduledAt === at)
  readonly #roundDue = new DueHeap((id, at) => this.#waiting(id)?.round.dueAt === at)
  #undo: Undo[] = []

  /** Puts a row or deletes a key's, for good: what is read from the disk is not taken back. */
  load<T extends Table>([table, row]: readonly [table: T, row: Tables[T] | string]): void {
    if (typeof row === 'string') this.#set(table, row, undefined)
    else this.#set(table, keyOf(table, row), row)
  }

  loadAll(rows: SnapshotRows): void {
    for (const table of TABLES) for (const row of rows[table]) this.load([table, row])
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
    for (const undo of this.#undo.splice(mark).reverse()) undo()
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
    return this.#tasksDescending(user).flatMap(([, id]) => this.rows.task.get(id) ?? [])
  }

  users({ keyword, status, limit, after }: UserQuery): Page<User> {
    const word = keyword?.normalize('NFC').toLowerCase() ?? ''
    const behind = after === undefined ? undefined : fromCursor('users', after)
    return page(this.#users.ascending(behind), {
      list: 'users',
      limit,
      rowOf: (id) => this.rows.user.get(id),
      fits: (user) => (status === undefined || user.status === status) && (word === '' || holds(user, word)),
    })
  }

  tasks({ status, user, limit, after }: TaskQuery): Page<Task> {
    const before = after === undefined ? undefined : fromCursor('tasks', after)
    const entries =
      user === undefined
        ? this.#tasks.descending(before)
        : this.#tasksDescending(user).filter(([key]) => before === undefined || key < before)
    return page(entries, {
      list: 'tasks',
      limit,
      rowOf: (id) => this.rows.task.get(id),
      fits: (task) => status === undefined || task.status === status,
    })
  }

  counts(): TaskCounts {
    return { ...this.#counts }
  }

  nextDue(tests: boolean): Instant | null {
    return (tests ? this.#testsDue : this.#due).earliest()
  }

  dueCount(now: Instant): number {
    let count = 0
    for (const task of this.rows.task.values()) if (task.status === 'wait' && task.scheduledAt <= now) count++
    return count
  }

  due(now: Instant, limit: number, tests: boolean): Task[] {
    return (tests ? this.#testsDue : this.#due).until(now, limit).flatMap((id) => this.#waiting(id) ?? [])
  }

  dueBefore(before: Instant, limit: number): Task[] {
    return this.#roundDue.until(before - 1, limit).flatMap((id) => this.#waiting(id) ?? [])
  }

  executing(): Task[] {
    return [...this.#executing].flatMap((id) => this.rows.task.get(id) ?? [])
  }

  endedBefore(before: Instant, limit: number): Task[] {
    const found: Task[] = []
    for (const [, id] of this.#tasks.ascending()) {
      const task = this.rows.task.get(id)
      // Nothing ends before it is made.
      if (found.length >= limit || task === undefined || task.createdAt >= before) break
      if (isEnded(task) && task.endedAt < before) found.push(task)
    }
    return found
  }

  #user(id: string | undefined): User | undefined {
    return id === undefined ? undefined : this.rows.user.get(id)
  }

  /** The task, if it waits: of the test letters, or of all others. */
  #waiting(id: string, tests?: boolean): Task | undefined {
    const task = this.rows.task.get(id)
    if (task?.status !== 'wait') return undefined
    return tests === undefined || isTest(task) === tests ? task : undefined
  }

  /** A user's tasks with their places, the newest first. */
  #tasksDescending(user: UserId): (readonly [place: string, id: string])[] {
    const tasks = this.#tasksOf.all(user).flatMap((id) => this.rows.task.get(id) ?? [])
    return tasks.map((task) => [taskOrder(task), task.id] as const).sort(([a], [b]) => (a < b ? 1 : -1))
  }

  #replace<T extends Table>(table: T, key: string, next: Tables[T] | undefined): void {
    const before = this.#set(table, key, next)
    this.#undo.push(() => this.#set(table, key, before))
  }

  #set<T extends Table>(table: T, key: string, next: Tables[T] | undefined): Tables[T] | undefined {
    const rows: Map<string, Tables[T]> = this.rows[table]
    const before = rows.get(key)
    const user = table === 'user' ? this.rows.user.get(key) : undefined
    const task = table === 'task' ? this.rows.task.get(key) : undefined
    if (next === undefined) rows.delete(key)
    else rows.set(key, next)
    if (table === 'user') this.#indexUser(user, this.rows.user.get(key))
    if (table === 'task') this.#indexTask(task, this.rows.task.get(key))
    return before
  }

  #indexUser(gone: User | undefined, come: User | undefined): void {
    if (gone !== undefined) {
      this.#byUsername.remove(gone.usernameKey, gone.id)
      this.#byAddress.remove(gone.addressKey, gone.id)
      if (gone.skeleton !== null) this.#bySkeleton.remove(gone.skeleton, gone.id)
      if (gone.usernameKey !== come?.usernameKey) this.#users.remove(userOrder(gone))
    }
    if (come !== undefined) {
      this.#byUsername.add(come.usernameKey, come.id)
      this.#byAddress.add(come.addressKey, come.id)
      if (come.skeleton !== null) this.#bySkeleton.add(come.skeleton, come.id)
      if (gone?.usernameKey !== come.usernameKey) this.#users.add(userOrder(come), come.id)
    }
  }

  #indexTask(gone: Task | undefined, come: Task | undefined): void {
    if (gone !== undefined) {
      this.#counts[gone.status]--
      if (gone.status === 'executing') this.#executing.delete(gone.id)
    }
    if (come !== undefined) {
      this.#counts[come.status]++
      if (come.status === 'executing') this.#executing.add(come.id)
      if (come.status === 'wait') this.#await(gone, come)
    }
    // A task keeps its time of making and its user for life, so these see only its coming and going.
    if (gone?.createdAt !== come?.createdAt || gone?.user?.id !== come?.user?.id) this.#placeTask(gone, come)
  }

  /** While a task waits, there is an entry for it; one that still holds is not made twice. */
  #await(gone: Task | undefined, come: Task): void {
    const waited = gone?.status === 'wait' ? gone : undefined
    if (waited?.scheduledAt !== come.scheduledAt || waited.kind !== come.kind) {
      const due = isTest(come) ? this.#testsDue : this.#due
      due.add(come.scheduledAt, come.id)
    }
    if (waited?.round.dueAt !== come.round.dueAt) this.#roundDue.add(come.round.dueAt, come.id)
  }

  #placeTask(gone: Task | undefined, come: Task | undefined): void {
    if (gone !== undefined) {
      this.#tasks.remove(taskOrder(gone))
      if (gone.user !== null) this.#tasksOf.remove(gone.user.id, gone.id)
    }
    if (come !== undefined) {
      this.#tasks.add(taskOrder(come), come.id)
      if (come.user !== null) this.#tasksOf.add(come.user.id, come.id)
    }
  }
}
