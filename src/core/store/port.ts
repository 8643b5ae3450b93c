import type { Actor } from '../domain/actor.ts'
import type { Check } from '../domain/check.ts'
import type { Credential } from '../domain/credential.ts'
import type { CheckId, TaskId, UserId } from '../domain/ids.ts'
import type { LetterKind, Template } from '../domain/letter.ts'
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

/**
 * A window on a list. A cursor stands between two rows, so it holds whoever comes and goes: what `after` gives and what
 * `before` gives of one cursor have no row in common, and miss none.
 */
export interface Page<Row> {
  /** In the list's order, whichever way was read. */
  readonly items: readonly Row[]
  /** The cursor behind the last item, null at the list's end. Behind a filter there may turn out to be nothing. */
  readonly next: string | null
  /** The cursor in front of the first item, null at the list's start. */
  readonly previous: string | null
}

/** Which window: at most one of `after`, `before` and `from`; the first page without any. `limit` is at least 1. */
export interface Paging {
  readonly limit: number
  /** The rows that follow a cursor. */
  readonly after?: string | undefined
  /** The rows that lead up to a cursor. */
  readonly before?: string | undefined
  /** The first page or the last. */
  readonly from?: 'start' | 'end' | undefined
}

export type Direction = 'ascending' | 'descending'

export interface UserFilter {
  /** Found in username, e-mail address (its domain in letters or in A-labels) or name, whatever its case. */
  readonly keyword?: string | undefined
  /** None of these is found where a keyword would be; none of them is empty. */
  readonly without?: readonly string[] | undefined
  readonly status?: UserStatus | undefined
}

export const USER_SORTS = ['username', 'email', 'name', 'created'] as const
export type UserSort = (typeof USER_SORTS)[number]

export interface UserQuery extends Paging, UserFilter {
  /** By username, unless said otherwise. */
  readonly sort?: UserSort | undefined
  /** Ascending, unless said otherwise. */
  readonly direction?: Direction | undefined
}

export interface TaskFilter {
  /** One, or any of several. */
  readonly status?: TaskStatus | readonly TaskStatus[] | undefined
  readonly user?: UserId | undefined
  /** All but this user's. */
  readonly notUser?: UserId | undefined
  /** One, or any of several. */
  readonly kind?: LetterKind | readonly LetterKind[] | undefined
  /** Found in address (its domain in letters or in A-labels) or username, whatever its case; or the beginning of the id. */
  readonly keyword?: string | undefined
  /** None of these is found where a keyword would be; none of them is empty. */
  readonly without?: readonly string[] | undefined
  /** Found in address or username, whatever its case. */
  readonly recipient?: string | undefined
  /** Not found in address or username. */
  readonly notRecipient?: string | undefined
  /** The kind of diagnosis of what a failed task failed for (`diagnosisOf`). */
  readonly diagnosis?: string | undefined
  /** What went wrong last: a kind of diagnosis, or a code as it is shown (`5.7.8`, `535`, `535 5.7.8`, `ECONNREFUSED`). */
  readonly error?: string | undefined
  /** What did not go wrong last. */
  readonly notError?: string | undefined
}

export const TASK_SORTS = ['created', 'scheduled'] as const
export type TaskSort = (typeof TASK_SORTS)[number]

export interface TaskQuery extends Paging, TaskFilter {
  /** By when they were made, unless said otherwise. */
  readonly sort?: TaskSort | undefined
  /** Descending, unless said otherwise: the newest first. */
  readonly direction?: Direction | undefined
}

/** A stretch of a log, by the store time at which its entries were appended. An attempt began a little earlier. */
export interface TimeRange {
  /** From this moment on. */
  readonly since?: Instant | undefined
  /** Before this moment. */
  readonly until?: Instant | undefined
}

export interface MailLogFilter extends TimeRange {
  readonly result?: Result | undefined
  /** The address in the envelope, as typed or folded. */
  readonly to?: string | undefined
  /** Found in the address in the envelope or in the username, whatever its case. */
  readonly recipient?: string | undefined
  /** What went wrong: a kind of diagnosis, or a code as it is shown (`5.7.8`, `535`, `535 5.7.8`, `ECONNREFUSED`). */
  readonly error?: string | undefined
  /** Found in address, username, subject or reply, whatever its case; or the beginning of an id or a task's id. */
  readonly keyword?: string | undefined
  readonly idPrefix?: string | undefined
}

export interface MailLogQuery extends Paging, MailLogFilter {}

/** What a list of the mail log shows of an entry: nothing of the letter, nor of how it went stage by stage. */
export type MailLogRow = Omit<MailLogEntry, 'stages' | 'conversation' | 'durationMs' | 'letter'>

/** How far a search of a log has come, and what it has found since it last said so. */
export interface Finding<Row> {
  /** In the list's order; may be empty. A search that goes back finds the last of the list first. */
  readonly items: readonly Row[]
  /** How much of what there is to look through it has behind it: 1 when it is through. */
  readonly share: number
  /**
   * Where it has come to: a search `after` it goes on. One that goes back goes on `before` it, also with what is
   * appended later.
   */
  readonly cursor: string
}

export interface AuditFilter extends TimeRange {
  /** The name of who did it. */
  readonly actor?: string | undefined
  /** The action, or its beginning: `users.` */
  readonly action?: string | undefined
  /** Found in actor, address, door, action or what was touched, whatever its case. */
  readonly keyword?: string | undefined
}

export interface AuditQuery extends Paging, AuditFilter {}

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
  /** Empty when something was only noted. The audit log changes with every item. */
  readonly kinds: ReadonlySet<Table | 'mail-log'>
  readonly sequence: number
}

/** What an id's beginning stands for. */
export type Resolved<Found> = { readonly kind: 'one'; readonly id: Found } | { readonly kind: 'none' | 'several' }

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
  /** How many tasks of a kind have not ended. */
  openTasks(kind: LetterKind): Promise<number>
  /** A user's sessions, in no order. */
  sessionsOf(user: UserId): Promise<readonly Session[]>
  /** The checks that are kept, the oldest first; there are few. */
  checks(): Promise<readonly Check[]>
  /**
   * When the newest `limit` letters of the last day began, the newest last: attempts whose outcome `counts`, and those
   * under way.
   */
  lettersBegun(limit: number): Promise<readonly Instant[]>
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
   * Waiting tasks whose next attempt is due at `now`, the longest due first, of one moment by id; they are this transaction's alone.
   * Test letters, which pass a closed queue, are asked for apart from all others.
   */
  due(query: { readonly now: Instant; readonly limit: number; readonly tests: boolean }): Promise<readonly Task[]>
  /** Waiting tasks whose round was due before `before`, oldest first. */
  dueBefore(query: { readonly before: Instant; readonly limit: number }): Promise<readonly Task[]>
  /** Tasks that are executing. */
  executing(): Promise<readonly Task[]>
  /** Sessions that are over at `now`. */
  sessionsOver(query: { readonly now: Instant; readonly limit: number }): Promise<readonly Session[]>
  /** Ended tasks that ended before `before`, in no order. */
  endedBefore(query: { readonly before: Instant; readonly limit: number }): Promise<readonly Task[]>
}

export type TaskCounts = Readonly<Record<TaskStatus, number>>

/** What waits, at a moment. */
export interface Backlog {
  /** How many tasks are due: they leave as soon as they can. */
  readonly due: number
  /** Since when the one that has been due longest could have been tried; null when none is due. */
  readonly dueSince: Instant | null
  /** How many were tried and wait for their next attempt, and when the next of those is. */
  readonly tried: number
  readonly nextTry: Instant | null
  /** Since when the oldest of all that should have left, due, tried or executing, was to leave; null when none should have. */
  readonly lateSince: Instant | null
  /** How many only wait for their time, and when the next of those leaves. */
  readonly later: number
  readonly next: Instant | null
}

/**
 * Where all of it is kept. Every method is asynchronous and every list is paged, so that a database may stand behind it.
 * Reads give the last committed state. Errors: `StoreError` (see store/error.ts) for broken infrastructure only.
 */
export interface Store extends Reads {
  /** Store time: the later of the wall clock and the last transaction's time plus the monotonic time since. */
  now(): Instant
  users(query: UserQuery): Promise<Page<User>>
  userCount(filter: UserFilter): Promise<number>
  tasks(query: TaskQuery): Promise<Page<Task>>
  taskCount(filter: TaskFilter): Promise<number>
  taskCounts(): Promise<TaskCounts>
  /** When the next waiting task is due, of the test letters or of all others; null when none waits. */
  nextDue(tests: boolean): Promise<Instant | null>
  backlog(now: Instant): Promise<Backlog>
  /** For each of these tasks, how many waiting tasks other than test letters `due` gives before it, in one look. */
  ahead(tasks: readonly Task[]): Promise<readonly number[]>
  /** The newest first; letters are frozen, not rendered. A filter may have to look through the whole log. */
  mailLog(query: MailLogQuery): Promise<Page<MailLogEntry>>
  /**
   * The same list, as it is found: an item several times a second, until `limit` rows were found, all is looked through
   * or `signal` aborts. Nothing else of this process waits for it.
   */
  searchMailLog(query: MailLogQuery, signal: AbortSignal): AsyncIterable<Finding<MailLogRow>>
  /** The newest first. A filter may have to look through the whole log. */
  audit(query: AuditQuery): Promise<Page<AuditEntry>>
  /** The same list, as it is found: see `searchMailLog`. */
  searchAudit(query: AuditQuery, signal: AbortSignal): AsyncIterable<Finding<AuditEntry>>
  /** The one task whose id is `prefix`, or begins so. */
  resolveTask(prefix: string): Promise<Resolved<TaskId>>
  resolveUser(prefix: string): Promise<Resolved<UserId>>
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
