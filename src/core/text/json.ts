import { describeActor } from '../domain/actor.ts'
import { type CheckProgress, isPassed } from '../domain/check.ts'
import { diagnose, outcomeOf } from '../domain/diagnosis.ts'
import { diagnoseCheck } from '../domain/diagnosis-check.ts'
import { diagnoseLetter } from '../domain/diagnosis-letter.ts'
import type { Diagnosis } from '../domain/diagnosis-row.ts'
import type { Held } from '../domain/held.ts'
import { codeOf, type MailLogEntry, resultOf } from '../domain/mail-log.ts'
import type { StageReport } from '../domain/outcome.ts'
import type { Queue, QueueState, TestedMail } from '../domain/queue.ts'
import { isSecretSetting, type SettingName, type Settings } from '../domain/setting.ts'
import { SETTINGS } from '../domain/setting-catalogue.ts'
import type { AttemptSummary, Task } from '../domain/task.ts'
import type { Throttle } from '../domain/throttle.ts'
import { type Instant, iso } from '../domain/time.ts'
import type { User } from '../domain/user.ts'
import type { AuditEntry } from '../store/port.ts'
import { heldJson } from './held.ts'
import { queueReason } from './report.ts'

/** The public JSON of both programs: field names are a contract, times are ISO 8601 in UTC. */

export function userJson({ id, username, email, name, locale, status, createdAt }: User) {
  return { id, username, email, name, locale, status, createdAt: iso(createdAt) }
}

function attemptJson({ id, at, outcome, code, reply, durationMs }: AttemptSummary) {
  return { id, at: iso(at), outcome, code, reply, durationMs: Math.round(durationMs) }
}

/** @param held why the letter does not leave, where something holds it */
export function taskJson(task: Task, held: Held | undefined) {
  const { id, kind, user, to, status, round, scheduledAt, attempts, createdBy, createdAt } = task
  return {
    id,
    kind,
    user,
    to,
    status,
    round: round.number,
    scheduledAt: iso(scheduledAt),
    held: heldJson(held),
    attempts: attempts.map(attemptJson),
    cause: 'cause' in task && task.cause !== null ? shown(diagnoseLetter(task.cause, kind)) : null,
    createdBy: describeActor(createdBy),
    createdAt: iso(createdAt),
  }
}

function shown({
  kind,
  title,
  advice,
  settings,
}: Diagnosis): Pick<Diagnosis, 'kind' | 'title' | 'advice' | 'settings'> {
  return { kind, title, advice, settings }
}

export function entryJson(entry: MailLogEntry) {
  const { id, at, task, kind, round, attempt, to, letter, subject, outcome, reply, happening } = entry
  return {
    id,
    at: iso(at),
    taskId: task,
    round,
    attempt,
    to,
    from: letter?.from.address ?? null,
    subject,
    messageId: letter === null ? null : `<${letter.messageId}>`,
    result: resultOf(outcome),
    outcome,
    code: codeOf(entry),
    reply,
    diagnosis: happening === null ? null : shown(diagnoseLetter(happening, kind)),
  }
}

export function stageJson({ stage, durationMs, detail }: StageReport) {
  return { stage, durationMs: Math.round(durationMs * 10) / 10, detail }
}

/** A check that has ended, or was left where it is. Of the unsaved settings the names alone. */
export function checkJson(
  check: CheckProgress & { readonly id: string | null; readonly settings: readonly { readonly name: string }[] },
  warnings: readonly string[],
) {
  const { id, status, from, to, settings, stages, happening } = check
  return {
    id,
    ok: status === 'done' && happening === null,
    from,
    to: to ?? from,
    settings: settings.map(({ name }) => name),
    warnings,
    stages: stages.map((report) => ({ ...stageJson(report), ok: isPassed(check, report) })),
    outcome: happening === null ? null : outcomeOf(happening).outcome,
    diagnosis: happening === null ? null : shown(diagnoseCheck(happening)),
    reply: happening?.reply ?? null,
  }
}

/** A setting in force. A secret's value never leaves: `set` says whether there is one. */
export function settingJson(name: SettingName, settings: Settings, isSet: boolean) {
  const secret = isSecretSetting(name)
  return {
    name,
    value: secret ? null : settings[name],
    default: SETTINGS[name].default,
    secret,
    set: secret ? settings[name] !== '' : isSet,
  }
}

/** A test letter that a server took. The fingerprint of its settings is nobody's business. */
export function testedJson({ to, at, confirmedAt }: TestedMail) {
  return { to, at: iso(at), confirmedAt: confirmedAt === null ? null : iso(confirmedAt) }
}

/** How it stands with links that people ask for. */
export function forgotPasswordJson({ enabled, missing, tested }: ForgotPasswordFacts) {
  return { enabled, missing, testMail: tested === null ? null : testedJson(tested) }
}

interface ForgotPasswordFacts {
  readonly enabled: boolean
  readonly missing: readonly string[]
  readonly tested: TestedMail | null
}

export function auditJson({ sequence, at, actor, action, touched }: AuditEntry) {
  return { sequence, at: iso(at), actor: describeActor(actor), action, touched }
}

/** What is known of a running daemon; an empty string where it has not said yet. */
interface DaemonFacts {
  readonly pid: number
  readonly version: string
  readonly startedAt: string
  readonly seenAt: string
}

/** The limits in force with what of them is used, and the turn of the last letter that is due. */
interface LimitFacts {
  readonly perMinute: { readonly limit: number; readonly used: number } | null
  readonly daily: { readonly limit: number; readonly used: number } | null
  readonly last: { readonly at: Instant } | null
}

function throttleJson(throttle: Throttle | null) {
  if (throttle === null) return null
  const { connections, since, until, rests } = throttle
  return { connections, since: iso(since), until: iso(until), rests }
}

/** How sending stands: `off` stands above any state of the queue. */
export function mailStatusJson(
  { state, queue, held }: { readonly state: QueueState | 'off'; readonly queue: Queue; readonly held: number },
  { perMinute, daily, last }: LimitFacts,
  daemon: DaemonFacts | null,
) {
  const closed = state === 'paused' || state === 'unreachable'
  return {
    queue: state,
    reason: queueReason(state, queue),
    held,
    limits: { perMinute, daily },
    lastLeavesAt: last === null ? null : iso(last.at),
    throttle: throttleJson(queue.throttle),
    since: closed ? iso(queue.since) : null,
    nextProbeAt: closed && queue.nextProbeAt !== null ? iso(queue.nextProbeAt) : null,
    diagnosis: closed && queue.cause !== null ? shown(diagnose(queue.cause)) : null,
    daemon:
      daemon === null
        ? null
        : {
            pid: daemon.pid,
            version: daemon.version || null,
            startedAt: daemon.startedAt || null,
            seenAt: daemon.seenAt || null,
          },
  }
}
