import type { Actor } from '../domain/actor.ts'
import type { Check } from '../domain/check.ts'
import type { Credential } from '../domain/credential.ts'
import type { CheckId, TaskId, UserId } from '../domain/ids.ts'
import type { Template } from '../domain/letter.ts'
import type { MailLogEntry, Result } from '../domain/mail-log.ts'
import type { Queue } from '../domain/queue.ts'
import type { Session } from '../domain/session.ts'
import type { StoredSetting } from '../domain/setting.ts'
import type { Task, TaskStatus } from '../domain/task.ts'
import type { Instant } from '../domain/time.ts'
import type { User, UserStatus } from '../domain/user.ts'

/** What is kept, by table; each row is found by its key. */
export interface Tables {
  /** By id. */
  user: User
  /** By the user's id. */
  credential: Credential
  /** By id. */
  task: Task
  /** By name. */
  setting: StoredSetting
  /** By `mail`: the one queue. */
  queue: Queue
  /** By hash. */
  template: Template
  /** By id. */
  check: Check
  /** By the hash of its secret. */
  session: Session
}
export type Table = keyof Tables
export const TABLES = [
  'user',
  'credential',
  'task',
  'setting',
  'queue',
  'template',
  'check',
  'session',
] as const satisfies readonly Table[]

/** What a row is found by. */
export interface Keys {
  user: UserId
  credential: UserId
  task: TaskId
  setting: string
  queue: 'mail'
  template: string
  check: CheckId
  session: string
}

/** A part of a list; `next` is the cursor that goes on behind it, null at the end. */
export interface Page<Row> {
  readonly items: readonly Row[]
  readonly next: string | null
}

/** Where to go on and how much to give; `limit` is at least 1. */
export interface Paging {
  readonly limit: number
  readonly after?: string | undefined
}

export interface UserQuery extends Paging {
  /** Found in username, e-mail address or name, whatever its case. */
  readonly keyword?: string | undefined
  readonly status?: UserStatus | undefined
}

export interface TaskQuery extends Paging {
  readonly status?: TaskStatus | undefined
  readonly user?: UserId | undefined
}

export interface MailLogQuery extends Paging {
  readonly result?: Result | undefined
  /** The address in the envelope, as typed or folded. */
  readonly to?: string | undefined
  readonly idPrefix?: string | undefined
}

/** One transaction as the journal has it: who did what, when, to what. */
export interface AuditEntry {
  readonly sequence: number
  readonly at: Instant
  readonly actor: Actor
  /** `users.add`, `tasks.redo`, … */
  readonly action: string
  /** `table:key` of what it changed, and what it noted, the first twenty. */
  readonly touched: readonly string[]
}

/** What changed since the last item: a door re-reads what it shows. */
export interface Change {
  readonly kinds: ReadonlySet<Table | 'mail-log'>
  readonly sequence: number
}

/** What an id's beginning stands for. */
type Resolved<Found> = { readonly kind: 'one'; readonly id: Found } | { readonly kind: 'none' | 'several' }

/** Reads that work and showing share. */
export interface Reads {
  get<T extends Table>(table: T, key: Keys[T]): Promise<Tables[T] | undefined>
  settings(): Promise<readonly StoredSetting[]>
  userByUsername(usernameKey: string): Promise<User | undefined>
  userByAddress(addressKey: string): Promise<User | undefined>
  /** A user, other than by its own ASCII name, whose username looks like `skeleton`. */
  userBySkeleton(skeleton: string): Promise<User | undefined>
  /** A user's tasks, the newest first. */
  tasksOf(user: UserId): Promise<readonly Task[]>
}

/** What `work` may use inside `transact`; it sees its own writes. */
export interface Transaction extends Reads {
  /** The transaction's store time. */
  readonly now: Instant
  put<T extends Table>(table: T, row: Tables[T]): void
  delete<T extends Table>(table: T, key: Keys[T]): void
  /** Appends to the mail log. */
  log(entry: MailLogEntry): void
  /** Puts on record what was looked at and not changed, as the audit log names it: `mail-log:ID`. */
  note(about: string): void
  /**
   * Waiting tasks whose next attempt is due at `now`, the longest due first; they are this transaction's alone.
   * Test letters, which pass a closed queue, are asked for apart from all others.
   */
  due(query: { readonly now: Instant; readonly limit: number; readonly tests: boolean }): Promise<readonly Task[]>
  /** Waiting tasks whose round was due before `before`, oldest first. */
  dueBefore(query: { readonly before: Instant; readonly limit: number }): Promise<readonly Task[]>
  /** Tasks that are executing. */
  executing(): Promise<readonly Task[]>
  /** Ended tasks that ended before `before`. */
  endedBefore(query: { readonly before: Instant; readonly limit: number }): Promise<readonly Task[]>
}

export type TaskCounts = Readonly<Record<TaskStatus, number>>

/**
 * Where all of it is kept. Every method is asynchronous and every list is paged, so that a database may stand behind it.
 * Reads give the last committed state. Errors: `StoreError` (see store/error.ts) for broken infrastructure only.
 */
export interface Store extends Reads {
  /** Store time: the later of the wall clock and the last transaction's time plus the monotonic time since. */
  now(): Instant
  /** Sorted by username. */
  users(query: UserQuery): Promise<Page<User>>
  /** The newest first. */
  tasks(query: TaskQuery): Promise<Page<Task>>
  taskCounts(): Promise<TaskCounts>
  /** When the next waiting task is due, of the test letters or of all others; null when none waits. */
  nextDue(tests: boolean): Promise<Instant | null>
  /** How many waiting tasks are due at `now`. */
  dueCount(now: Instant): Promise<number>
  /** The newest first, as they are found; letters are frozen, not rendered. */
  mailLog(query: MailLogQuery): Promise<Page<MailLogEntry>>
  audit(query: Paging): Promise<Page<AuditEntry>>
  resolveTask(prefix: string): Promise<Resolved<TaskId>>
  /**
   * All or nothing: runs `work` on the latest state, then makes what it put durable, then resolves with its result.
   * `work` may await only its transaction's methods; it runs once. When it throws, nothing of it is kept.
   */
  transact<Result>(actor: Actor, action: string, work: (tx: Transaction) => Promise<Result>): Promise<Result>
  /** Each change committed by any process, merged while nobody asks; ends when `signal` aborts. */
  changes(signal: AbortSignal): AsyncIterable<Change>
  close(): Promise<void>
}

/** What the daemon does for a store that keeps its own files. */
export interface Upkeep {
  /**
   * What a daemon does before anything else: after a failed sync everything is written to new blocks and the flag is
   * cleared. @throws StoreError `damaged` for a store that must not be written to.
   */
  recover(): Promise<void>
  /** Whether the journal has grown so long that it should be folded. */
  readonly wantsFold: boolean
  /** Folds the journal into a snapshot while others read and write. */
  fold(): Promise<void>
  /** Removes the log segments of the months that ended before `before`; their names. */
  retireLogs(before: Instant): readonly string[]
}
