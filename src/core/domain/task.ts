import type { Actor } from './actor.ts'
import type { AttemptId, TaskId, UserId } from './ids.ts'
import type { FrozenLetter, LetterKind } from './letter.ts'
import type { Happening, Outcome } from './outcome.ts'
import { HOUR, type Instant, MINUTE } from './time.ts'

export const TASK_STATUSES = ['wait', 'executing', 'carried-out', 'failed', 'cancelled'] as const
export type TaskStatus = (typeof TASK_STATUSES)[number]

/** The words on screens; both spellings are accepted as input. */
export const STATUS_WORDS: Readonly<Record<TaskStatus, string>> = {
  wait: 'wait',
  executing: 'Executing',
  'carried-out': 'carry out',
  failed: 'failed',
  cancelled: 'cancelled',
}

/** A status from its code or from its word on screens, whatever its case; null for anything else. */
export function parseTaskStatus(text: string): TaskStatus | null {
  const typed = text.toLowerCase()
  return TASK_STATUSES.find((status) => status === typed || STATUS_WORDS[status].toLowerCase() === typed) ?? null
}

/** One intent within a task. */
export interface Round {
  readonly number: number
  readonly nonce: string
  /** The number of the master key that the round's secret is derived from; null until the first attempt. */
  readonly key: number | null
  /** When the letter was to leave: "too old to send" is counted from here. */
  readonly dueAt: Instant
  /** Frozen at the first attempt; dropped when the task ends (the mail log keeps it). */
  readonly letter: FrozenLetter | null
  readonly attempts: number
  readonly deferrals: number
  /** Attempts without a reply after the final dot; those of a crash are not counted. */
  readonly unknowns: number
  /** Whether any attempt of the round may have arrived. */
  readonly arrived: boolean
}

/** What a task keeps of each attempt; the mail log entry of the same id has the rest. */
export interface AttemptSummary {
  readonly id: AttemptId
  readonly round: number
  readonly at: Instant
  readonly outcome: Outcome
  /** The enhanced code, else the reply code, else the error's code; null when it was delivered. */
  readonly code: string | null
  /** The beginning of what ended it: the server's words, or where it said none, the error's. */
  readonly reply: string | null
  readonly durationMs: number
}

/** An attempt that is under way. */
interface RunningAttempt {
  readonly id: AttemptId
  readonly startedAt: Instant
  /** The daemon that holds it, `pid@start`. */
  readonly by: string
  /** After this nobody believes in it any more. */
  readonly deadline: Instant
  /** What to do when it settles, whatever its outcome: nothing, cancel it, or begin a new round. */
  readonly afterwards: 'nothing' | 'cancel' | 'new-round'
}

interface TaskCommon {
  readonly id: TaskId
  readonly kind: LetterKind
  readonly user: { readonly id: UserId; readonly username: string } | null
  /** The address; for a user's task the user's at the time of the latest attempt or change. */
  readonly to: string
  readonly round: Round
  /** When the next attempt is, or was, due. */
  readonly scheduledAt: Instant
  /** Oldest first, the latest fifty. */
  readonly attempts: readonly AttemptSummary[]
  readonly createdBy: Actor
  readonly createdAt: Instant
  readonly version: number
}

export type Waiting = TaskCommon & { readonly status: 'wait' }
export type Executing = TaskCommon & { readonly status: 'executing'; readonly running: RunningAttempt }
export type Ended = TaskCommon & {
  readonly status: 'carried-out' | 'failed' | 'cancelled'
  readonly endedAt: Instant
  /** Why it failed or was cancelled; null when it was carried out, unless it was to be cancelled when its letter had left. */
  readonly cause: Happening | null
}
/** The intent to get one letter to one address. */
export type Task = Waiting | Executing | Ended

export const isEnded = (task: Task): task is Ended => task.status !== 'wait' && task.status !== 'executing'

const SUMMARIES_KEPT = 50
const REPLY_KEPT = 300
const UNKNOWNS_ALLOWED = 3
const UNKNOWN_PAUSE = MINUTE
/** Minutes between the attempts of a deferred letter; the last one repeats. */
const BACK_OFF_MINUTES = [1, 5, 15, 60, 120, 240]
const THROTTLED_PAUSE = 15 * MINUTE

/** An attempt's claim outlives any stage of a delivery: the final dot alone may take 10 min (RFC 5321, 4.5.3.2.6). */
export const ATTEMPT_DEADLINE = 12 * MINUTE

export interface RoundSeed {
  readonly nonce: string
  readonly dueAt: Instant
}

export function openRound(number: number, seed: RoundSeed): Round {
  return { number, ...seed, key: null, letter: null, attempts: 0, deferrals: 0, unknowns: 0, arrived: false }
}

export interface NewTask {
  readonly id: TaskId
  readonly kind: LetterKind
  readonly user: { readonly id: UserId; readonly username: string } | null
  readonly to: string
  readonly createdBy: Actor
  readonly createdAt: Instant
  readonly seed: RoundSeed
}

export function newTask({ seed, ...given }: NewTask): Waiting {
  return { ...given, status: 'wait', round: openRound(1, seed), scheduledAt: seed.dueAt, attempts: [], version: 1 }
}

/** What an attempt begins with: the claim, the letter that this round sends, the master key of its secret. */
export interface Beginning {
  readonly running: Omit<RunningAttempt, 'afterwards'>
  readonly letter: FrozenLetter
  readonly key: number
}

/** The task as `executing`. */
export function beginAttempt(task: Waiting, { running, letter, key }: Beginning): Executing {
  return {
    ...common(task),
    status: 'executing',
    running: { ...running, afterwards: 'nothing' },
    to: letter.to.address,
    round: { ...task.round, key, letter, attempts: task.round.attempts + 1 },
  }
}

/** Takes a claim back before anything was begun: no attempt, no log entry. */
export function releaseAttempt(task: Executing): Waiting {
  const { round } = task
  const first = round.attempts === 1
  return {
    ...common(task),
    status: 'wait',
    // What was frozen for a first attempt that did not come about is made anew.
    round: {
      ...round,
      attempts: round.attempts - 1,
      key: first ? null : round.key,
      letter: first ? null : round.letter,
    },
  }
}

/** What one attempt came to, as far as the task minds. */
export interface Settlement {
  readonly outcome: Outcome
  readonly throttled: boolean
  readonly happening: Happening | null
  readonly code: string | null
  readonly reply: string | null
  readonly durationMs: number
  readonly at: Instant
  /** The daemon died while it was executing: tried again at once and not counted. */
  readonly crashed: boolean
  /** From 0 to 1: spreads the back-off. */
  readonly jitter: number
  /** SERVICE_MAIL_RETRY_HOURS in ms. */
  readonly retryMs: number
}

/** The one function that says what becomes of a task (DESIGN's table of outcomes). */
export function settleTask(task: Executing, settlement: Settlement): Waiting | Ended {
  const { outcome, at, happening } = settlement
  const settled = withAttempt(task, settlement)
  const wait = (after: number): Waiting => ({
    ...settled,
    status: 'wait',
    // Never later than the moment at which it becomes too old: then it fails at once instead of hours later.
    scheduledAt: Math.min(at + after, Math.max(at, task.round.dueAt + settlement.retryMs)),
  })
  const end = (status: Ended['status']): Ended => endTask(settled, status, happening, at)

  switch (outcome) {
    case 'delivered':
      return end('carried-out')
    case 'refused':
    case 'misconfigured':
      return end('failed')
    case 'unreachable':
      // The closed queue holds all letters but tests, which pass it: they would try again without a pause.
      return wait(task.kind === 'test' ? backOff(task.round.attempts - 1, settlement) : 0)
    case 'deferred':
      return wait(backOff(task.round.deferrals, settlement))
    case 'unknown':
      if (settlement.crashed) return wait(0)
      return task.round.unknowns + 1 < UNKNOWNS_ALLOWED ? wait(UNKNOWN_PAUSE) : end('failed')
  }
}

/** Milliseconds until the next try after `tries` before it: the back-off's step, up to a quarter more by jitter. */
function backOff(tries: number, { jitter, throttled }: Settlement): number {
  const minutes = BACK_OFF_MINUTES[Math.min(tries, BACK_OFF_MINUTES.length - 1)] ?? 0
  const step = Math.max(minutes * MINUTE, throttled ? THROTTLED_PAUSE : 0)
  return Math.round(step * (1 + jitter / 4))
}

function withAttempt(task: Executing, settlement: Settlement): TaskCommon {
  const { outcome, crashed } = settlement
  const summary: AttemptSummary = {
    id: task.running.id,
    round: task.round.number,
    at: task.running.startedAt,
    outcome,
    code: settlement.code,
    reply: settlement.reply?.slice(0, REPLY_KEPT) ?? null,
    durationMs: settlement.durationMs,
  }
  return {
    ...common(task),
    attempts: [...task.attempts, summary].slice(-SUMMARIES_KEPT),
    round: {
      ...task.round,
      deferrals: task.round.deferrals + (outcome === 'deferred' ? 1 : 0),
      unknowns: task.round.unknowns + (outcome === 'unknown' && !crashed ? 1 : 0),
      arrived: task.round.arrived || outcome === 'delivered' || outcome === 'unknown',
    },
  }
}

/** The task ended: its letter leaves it, since the mail log has it. */
export function endTask(task: TaskCommon, status: Ended['status'], cause: Happening | null, at: Instant): Ended {
  return { ...common(task), status, endedAt: at, cause, round: { ...task.round, letter: null } }
}

/** The task with its next round open and due at the seed's time; its history stays. */
export function nextRound(task: Task, to: string, seed: RoundSeed): Waiting {
  return {
    ...common(task),
    status: 'wait',
    to,
    round: openRound(task.round.number + 1, seed),
    scheduledAt: seed.dueAt,
  }
}

/** The task to be tried at `at`: send now, or try again now. */
export function reschedule(task: Waiting, at: Instant): Waiting {
  return { ...common(task), status: 'wait', scheduledAt: at }
}

/** The running task with a word on what to do when it settles; one that is to be cancelled stays so. */
export function flagRunning(task: Executing, flag: 'cancel' | 'new-round'): Executing {
  const afterwards = task.running.afterwards === 'cancel' ? 'cancel' : flag
  return { ...common(task), status: 'executing', running: { ...task.running, afterwards } }
}

/** Whether a waiting task's letter has become too old to send at `now`. */
export function isTooOld(task: Waiting, retryHours: number, now: Instant): boolean {
  return now >= task.round.dueAt + retryHours * HOUR
}

/** What is common to every status, at the next version. */
function common(task: TaskCommon): TaskCommon {
  const { id, kind, user, to, round, scheduledAt, attempts, createdBy, createdAt, version } = task
  return { id, kind, user, to, round, scheduledAt, attempts, createdBy, createdAt, version: version + 1 }
}
