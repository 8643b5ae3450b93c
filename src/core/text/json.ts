import { describeActor } from '../domain/actor.ts'
import { type Diagnosis, diagnose } from '../domain/diagnosis.ts'
import { type MailLogEntry, resultOf } from '../domain/mail-log.ts'
import type { Happening, StageReport } from '../domain/outcome.ts'
import type { Queue, QueueState } from '../domain/queue.ts'
import { isSecretSetting, type SettingName, type Settings } from '../domain/setting.ts'
import { SETTINGS } from '../domain/setting-catalogue.ts'
import type { AttemptSummary, Task } from '../domain/task.ts'
import { iso } from '../domain/time.ts'
import type { User } from '../domain/user.ts'
import type { AuditEntry } from '../store/port.ts'
import { queueReason } from './report.ts'

/** The public JSON of both programs: field names are a contract, times are ISO 8601 in UTC. */

export function userJson({ id, username, email, name, locale, status, createdAt }: User) {
  return { id, username, email, name, locale, status, createdAt: iso(createdAt) }
}

function attemptJson({ id, at, outcome, code, reply, durationMs }: AttemptSummary) {
  return { id, at: iso(at), outcome, code, reply, durationMs: Math.round(durationMs) }
}

export function taskJson(task: Task) {
  const { id, kind, user, to, status, round, scheduledAt, attempts, createdBy, createdAt } = task
  return {
    id,
    kind,
    user,
    to,
    status,
    round: round.number,
    scheduledAt: iso(scheduledAt),
    attempts: attempts.map(attemptJson),
    cause: 'cause' in task && task.cause !== null ? diagnosisJson(task.cause) : null,
    createdBy: describeActor(createdBy),
    createdAt: iso(createdAt),
  }
}

export function diagnosisJson(happening: Happening): Pick<Diagnosis, 'kind' | 'title' | 'advice' | 'settings'> {
  const { kind, title, advice, settings } = diagnose(happening)
  return { kind, title, advice, settings }
}

/** The enhanced code, else the reply code, else the error's own; null when it was delivered. */
export function codeOf({ outcome, enhancedCode, replyCode, happening }: MailLogEntry): string | null {
  if (outcome === 'delivered') return null
  return enhancedCode ?? (replyCode === null ? (happening?.code ?? null) : String(replyCode))
}

export function entryJson(entry: MailLogEntry) {
  const { id, at, task, round, attempt, to, letter, subject, outcome, reply, happening } = entry
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
    diagnosis: happening === null ? null : diagnosisJson(happening),
  }
}

export function stageJson({ stage, durationMs, detail }: StageReport) {
  return { stage, durationMs: Math.round(durationMs * 10) / 10, detail }
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

/** How sending stands: `off` stands above any state of the queue. */
export function mailStatusJson(
  { state, queue, held }: { readonly state: QueueState | 'off'; readonly queue: Queue; readonly held: number },
  daemon: DaemonFacts | null,
) {
  const closed = state === 'paused' || state === 'unreachable'
  return {
    queue: state,
    reason: queueReason(state, queue),
    held,
    since: closed ? iso(queue.since) : null,
    nextProbeAt: closed && queue.nextProbeAt !== null ? iso(queue.nextProbeAt) : null,
    diagnosis: closed && queue.cause !== null ? diagnosisJson(queue.cause) : null,
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
