import type { Actor } from '../../src/core/domain/actor.ts'
import { type Check, newCheck } from '../../src/core/domain/check.ts'
import { type Credential, emptyCredential } from '../../src/core/domain/credential.ts'
import { type Ids, makeIds, type UserId } from '../../src/core/domain/ids.ts'
import type { FrozenLetter, Template } from '../../src/core/domain/letter.ts'
import type { MailLogEntry } from '../../src/core/domain/mail-log.ts'
import { NEW_QUEUE, type Queue } from '../../src/core/domain/queue.ts'
import type { Session } from '../../src/core/domain/session.ts'
import type { StoredSetting } from '../../src/core/domain/setting.ts'
import {
  ATTEMPT_DEADLINE,
  beginAttempt,
  type Ended,
  type Executing,
  endTask,
  newTask,
  type Waiting,
} from '../../src/core/domain/task.ts'
import { type Instant, MINUTE } from '../../src/core/domain/time.ts'
import { parseUser, type User, type UserFields } from '../../src/core/domain/user.ts'
import { MONDAY } from './clock.ts'

/** Ids that count up: the same each time, and in the order they were made. */
export function countingIds(): Ids {
  let count = 0
  return makeIds((bytes) => {
    const counted = Buffer.alloc(bytes)
    counted.writeUIntBE(++count, Math.max(0, bytes - 6), Math.min(6, bytes))
    return counted
  })
}

export const ids = countingIds()
let people = 0

export const anActor: Actor = { name: 'olga', uid: 1000, door: 'console', address: '192.0.2.7' }

/** A user who could have been added by an operator; what is not given is somebody's. */
export function aUser(given: Partial<UserFields & Pick<User, 'id' | 'status' | 'createdAt' | 'version'>> = {}): User {
  const number = String(++people).padStart(4, '0')
  const fields = { username: `person${number}`, email: `person${number}@example.org`, name: `Person ${number}` }
  const parsed = parseUser({ ...fields, locale: 'en', ...given })
  if (!parsed.ok) throw new Error(`no such user can be: ${JSON.stringify(parsed.refusals)}`)
  const { id = ids.user(), status = 'active', createdAt = MONDAY, version = 1 } = given
  return { id, ...parsed.user, status, createdAt, version }
}

export interface TaskFields {
  readonly id: Waiting['id']
  readonly kind: Waiting['kind']
  readonly user: Pick<User, 'id' | 'username' | 'email'> | null
  readonly to: string
  readonly dueAt: Instant
  readonly createdAt: Instant
}

/** A task that waits for its first attempt, due ten minutes after it was made. */
export function aTask(given: Partial<TaskFields> = {}): Waiting {
  const user = given.user === undefined ? aUser() : given.user
  const createdAt = given.createdAt ?? MONDAY
  return newTask({
    id: given.id ?? ids.task(),
    kind: given.kind ?? 'reset-password',
    user: user === null ? null : { id: user.id, username: user.username },
    to: given.to ?? user?.email ?? 'somebody@example.org',
    createdBy: anActor,
    createdAt,
    seed: { nonce: ids.nonce(16), dueAt: given.dueAt ?? createdAt + 10 * MINUTE },
  })
}

export function aLetter(given: Partial<FrozenLetter> = {}): FrozenLetter {
  return {
    template: 'f'.repeat(32),
    variables: {
      username: 'person',
      name: 'A Person',
      sign_in_url: 'https://portal.example.org/login',
      hours: 24,
      sender: 'Example Organisation',
    },
    from: { name: 'Example Organisation', address: 'accounts@example.org' },
    to: { name: 'A Person', address: 'person@example.org' },
    replyTo: null,
    messageId: 'task.1@example.org',
    date: MONDAY,
    boundary: ids.nonce(12),
    fallback: null,
    ...given,
  }
}

/** A task whose letter is on its way since `at`. */
export function anExecutingTask(given: Partial<TaskFields & { readonly at: Instant }> = {}): Executing {
  const task = aTask(given)
  const at = given.at ?? task.scheduledAt
  const running = { id: ids.attempt(), startedAt: at, by: '4711@1', deadline: at + ATTEMPT_DEADLINE }
  const letter = aLetter({ to: { name: '', address: task.to }, messageId: `${task.id}.1@example.org` })
  return beginAttempt(task, { running, letter, key: 1 })
}

/** A task that ended at `endedAt`. */
export function anEndedTask(
  given: Partial<TaskFields & { readonly status: Ended['status']; readonly endedAt: Instant }> = {},
): Ended {
  const task = anExecutingTask(given)
  return endTask(task, given.status ?? 'carried-out', null, given.endedAt ?? task.scheduledAt)
}

/** The mail log entry of an attempt that was delivered. */
export function anEntry(given: Partial<MailLogEntry> = {}): MailLogEntry {
  return {
    id: ids.attempt(),
    at: MONDAY,
    task: ids.task(),
    kind: 'reset-password',
    user: null,
    round: 1,
    attempt: 1,
    to: 'person@example.org',
    subject: 'Reset your password',
    outcome: 'delivered',
    happening: null,
    reply: '250 2.0.0 Ok: queued as 4F2C',
    replyCode: 250,
    enhancedCode: '2.0.0',
    stages: [],
    conversation: 'S: 220 mx.example.org ESMTP\nC: EHLO postern.example.org\nS: 250 mx.example.org',
    durationMs: 120,
    letter: aLetter(),
    ...given,
  }
}

export function aCredential(user: UserId, given: Partial<Credential> = {}): Credential {
  return { ...emptyCredential(user), version: 1, ...given }
}

/** Somebody's session, begun and last used at `MONDAY`. */
export function aSession(given: Partial<Session> = {}): Session {
  const own = { hash: ids.nonce(32), user: ids.user(), scope: 'everything', temporary: null } as const
  return { ...own, createdAt: MONDAY, seenAt: MONDAY, ...given }
}

export function aSetting(given: Partial<StoredSetting> = {}): StoredSetting {
  return { name: 'SERVICE_MAIL_PORT', value: 2525, changedAt: MONDAY, changedBy: 'olga', version: 1, ...given }
}

/** A check that waits to be taken up. */
export function aCheck(given: Partial<Check> = {}): Check {
  return { ...newCheck({ id: ids.check(), by: anActor, at: MONDAY, to: null, settings: [] }), ...given }
}

/** A row of a setting that no catalogue knows, as a newer program or a tired hand leaves it. */
export function anUnknownSetting(name: string): StoredSetting {
  return aSetting({ name: name as StoredSetting['name'] })
}

export function aQueue(given: Partial<Queue> = {}): Queue {
  return { ...NEW_QUEUE, ...given }
}

export function aTemplate(given: Partial<Template> = {}): Template {
  return {
    hash: Buffer.from(ids.nonce(16), 'base64url').toString('hex').slice(0, 32),
    kind: 'reset-password',
    locale: 'en',
    subject: 'Reset your password',
    text: 'Hello {{ name }}, {{ secret }}',
    html: '<p>Hello {{ name }}, {{ secret }}</p>',
    ...given,
  }
}
