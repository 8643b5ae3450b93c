import type { UserId } from '../../domain/ids.ts'
import { isEnded, type Task, type TaskStatus } from '../../domain/task.ts'
import type { Instant } from '../../domain/time.ts'
import type { User } from '../../domain/user.ts'
import type { Page, Table, Tables, TaskCounts, TaskQuery, UserQuery } from '../port.ts'
import { keyOf, type Put } from './commit.ts'
import { DueHeap } from './due.ts'
import { OrderedKeys } from './ordered.ts'
import { page } from './page.ts'

type Rows = { readonly [T in Table]: Map<string, Tables[T]> }
type Undo = () => void

/** A task's place among the tasks: by the time it was made, then by id. */
const taskOrder = (task: Task) => `${String(task.createdAt).padStart(15, '0')}${task.id}`
/** A user's place among the users. */
const userOrder = (user: User) => `${user.usernameKey}\u0000${user.id}`

/**
 * All rows in memory with what finds them. Rows are never changed, only replaced, so that a list of them taken at one
 * moment stays a picture of that moment. Every put can be taken back until it is settled.
 */
export class State {
  readonly rows: Rows = {
    user: new Map(),
    credential: new Map(),
    task: new Map(),
    setting: new Map(),
    queue: new Map(),
    template: new Map(),
  }
  /** The last transaction's number and time. */
  sequence = 0
  time: Instant = 0

  readonly #byUsername = new Map<string, string>()
  readonly #byAddress = new Map<string, string>()
  readonly #bySkeleton = new Map<string, string>()
  readonly #users = new OrderedKeys()
  readonly #tasks = new OrderedKeys()
  readonly #tasksOf = new Map<UserId, Set<string>>()
  readonly #executing = new Set<string>()
  readonly #counts: Record<TaskStatus, number> = { wait: 0, executing: 0, 'carried-out': 0, failed: 0, cancelled: 0 }
  readonly #due = new DueHeap((id, at) => this.#waiting(id)?.scheduledAt === at)
  readonly #testsDue = new DueHeap((id, at) => this.#waiting(id)?.scheduledAt === at)
  readonly #roundDue = new DueHeap((id, at) => this.#waiting(id)?.round.dueAt === at)
  #undo: Undo[] = []

  /** Puts a row or deletes a key's, for good: what is read from the disk is not taken back. */
  load([table, row]: Put): void {
    if (typeof row === 'string') this.#set(table, row, undefined)
    else this.#set(table, keyOf<Table>(table, row), row)
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
    return this.#user(this.#byUsername.get(key))
  }

  userByAddress(key: string): User | undefined {
    return this.#user(this.#byAddress.get(key))
  }

  userBySkeleton(skeleton: string): User | undefined {
    return this.#user(this.#bySkeleton.get(skeleton))
  }

  tasksOf(user: UserId): Task[] {
    const tasks = [...(this.#tasksOf.get(user) ?? [])].flatMap((id) => this.rows.task.get(id) ?? [])
    return tasks.sort((a, b) => (taskOrder(a) < taskOrder(b) ? 1 : -1))
  }

  users({ keyword, status, limit, after }: UserQuery): Page<User> {
    const word = keyword?.normalize('NFC').toLowerCase()
    const fits = (user: User) =>
      (status === undefined || user.status === status) &&
      (word === undefined ||
        `${user.username}\n${user.email}\n${user.name}`.normalize('NFC').toLowerCase().includes(word))
    return page(this.#users, this.rows.user, { limit, after, fits, upwards: true })
  }

  tasks({ status, user, limit, after }: TaskQuery): Page<Task> {
    const fits = (task: Task) =>
      (status === undefined || task.status === status) && (user === undefined || task.user?.id === user)
    return page(this.#tasks, this.rows.task, { limit, after, fits, upwards: false })
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
    for (const [, id] of this.#tasks.ascending(undefined)) {
      const task = this.rows.task.get(id)
      if (found.length >= limit || task === undefined || task.createdAt >= before) break
      if (isEnded(task) && task.endedAt < before) found.push(task)
    }
    return found
  }

  #user(id: string | undefined): User | undefined {
    return id === undefined ? undefined : this.rows.user.get(id)
  }

  #waiting(id: string): Task | undefined {
    const task = this.rows.task.get(id)
    return task?.status === 'wait' ? task : undefined
  }

  #replace<T extends Table>(table: T, key: string, next: Tables[T] | undefined): void {
    const before = this.#set(table, key, next)
    this.#undo.push(() => this.#set(table, key, before))
  }

  #set<T extends Table>(table: T, key: string, next: Tables[T] | undefined): Tables[T] | undefined {
    const rows: Map<string, Tables[T]> = this.rows[table]
    const before = rows.get(key)
    const user = this.rows.user.get(key)
    const task = this.rows.task.get(key)
    if (next === undefined) rows.delete(key)
    else rows.set(key, next)
    if (table === 'user') this.#indexUser(user, this.rows.user.get(key))
    if (table === 'task') this.#indexTask(task, this.rows.task.get(key))
    return before
  }

  #indexUser(gone: User | undefined, come: User | undefined): void {
    if (gone !== undefined) {
      this.#byUsername.delete(gone.usernameKey)
      this.#byAddress.delete(gone.addressKey)
      if (gone.skeleton !== null) this.#bySkeleton.delete(gone.skeleton)
      if (gone.usernameKey !== come?.usernameKey) this.#users.remove(userOrder(gone))
    }
    if (come !== undefined) {
      this.#byUsername.set(come.usernameKey, come.id)
      this.#byAddress.set(come.addressKey, come.id)
      if (come.skeleton !== null) this.#bySkeleton.set(come.skeleton, come.id)
      if (gone?.usernameKey !== come.usernameKey) this.#users.add(userOrder(come), come.id)
    }
  }

  /** A task keeps its id, its time of making and its user for life, so most of the indexes see only its coming and going. */
  #indexTask(gone: Task | undefined, come: Task | undefined): void {
    if (gone !== undefined) {
      this.#counts[gone.status]--
      if (gone.status === 'executing') this.#executing.delete(gone.id)
    }
    if (come !== undefined) {
      this.#counts[come.status]++
      if (come.status === 'executing') this.#executing.add(come.id)
      if (come.status === 'wait') {
        const due = come.kind === 'test' ? this.#testsDue : this.#due
        due.add(come.scheduledAt, come.id)
        this.#roundDue.add(come.round.dueAt, come.id)
      }
    }
    if (gone === undefined && come !== undefined) {
      this.#tasks.add(taskOrder(come), come.id)
      if (come.user !== null) this.#ownTasks(come.user.id).add(come.id)
    }
    if (gone !== undefined && come === undefined) {
      this.#tasks.remove(taskOrder(gone))
      if (gone.user !== null) this.#ownTasks(gone.user.id).delete(gone.id)
    }
  }

  #ownTasks(user: UserId): Set<string> {
    const own = this.#tasksOf.get(user) ?? new Set()
    this.#tasksOf.set(user, own)
    return own
  }
}
