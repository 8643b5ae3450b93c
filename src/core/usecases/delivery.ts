import { parseAddress } from '../domain/address.ts'
import { type LiveSecret, type SecretKind, secretArrived, secretOf, secretWorks } from '../domain/credential.ts'
import type { AttemptId, Ids, TaskId } from '../domain/ids.ts'
import type { FrozenLetter, LetterKind, Template } from '../domain/letter.ts'
import { codeOf, type MailLogEntry } from '../domain/mail-log.ts'
import type { Happening } from '../domain/outcome.ts'
import { type QueueNews, testDelivered } from '../domain/queue.ts'
import { type Settings, settingsInForce } from '../domain/setting.ts'
import {
  ATTEMPT_DEADLINE,
  beginAttempt,
  type Executing,
  endTask,
  isEnded,
  isTooOld,
  nextRound,
  releaseAttempt,
  settleTask,
  type Task,
  type Waiting,
} from '../domain/task.ts'
import { HOUR, type Instant, MINUTE } from '../domain/time.ts'
import type { User } from '../domain/user.ts'
import { freezeLetter } from '../letters/freeze.ts'
import type { Templates } from '../letters/overrides.ts'
import type { Transaction } from '../store/port.ts'
import { type Context, NONCE_BYTES } from './context.ts'
import { readCredential } from './credential.ts'
import { changeSecret, killSecretOf, ownCause } from './open-tasks.ts'
import { isClosed, room, settleQueue } from './queue.ts'
import { readQueue, readSetting } from './settings.ts'

/** A letter that this daemon has claimed, with all it takes to send it. */
export interface Claimed {
  readonly task: Executing
  readonly template: Template
}

export interface ClaimRequest {
  readonly limit: number
  /** Test letters pass a closed queue; all others are claimed only while it is open. */
  readonly tests: boolean
  /** Names this daemon: `pid@start`. */
  readonly by: string
  /** The master key that new secrets are derived from. */
  readonly key: number
  readonly templates: Templates
}

/**
 * Claims due tasks for this daemon alone: each becomes `executing` with its attempt, and at a round's first attempt its
 * letter is frozen and its secret goes live. What has become too old to send, has lost its user, or brings a link while those are off, ends here. No more
 * are claimed than the limits let go at once: what is claimed is to be sent without delay.
 */
export async function claimDue({ store, actor, ids }: Context, request: ClaimRequest): Promise<readonly Claimed[]> {
  return store.transact(actor, 'delivery.claim', async (tx) => {
    const settings = settingsInForce(await tx.settings())
    if (!request.tests && (await isClosed(tx, settings))) return []
    const limit = request.tests ? request.limit : Math.min(request.limit, await room(tx, settings))
    if (limit === 0) return []
    const claimed: Claimed[] = []
    for (const task of await tx.due({ now: tx.now, limit, tests: request.tests })) {
      if (task.status !== 'wait') continue
      const user = await userOf(tx, task)
      const end = endOfVoid(task, user, settings, tx.now)
      if (end === null) claimed.push(await claim(tx, { waiting: task, user, settings }, request, ids))
      else await endUnsent(tx, task, end)
    }
    return claimed
  })
}

const BOUNDARY_BYTES = 12

interface Claimable {
  readonly waiting: Waiting
  /** As it is now; null for a test letter. */
  readonly user: User | null
  readonly settings: Settings
}

async function claim(
  tx: Transaction,
  { waiting, user, settings }: Claimable,
  { by, key, templates }: ClaimRequest,
  ids: Ids,
): Promise<Claimed> {
  const running = { id: ids.attempt(), startedAt: tx.now, by, deadline: tx.now + ATTEMPT_DEADLINE }
  const { to, round } = waiting
  const again = round.letter === null ? null : await letterAgain(tx, waiting, round.letter)
  if (again !== null) {
    const executing = beginAttempt(waiting, { running, letter: again.letter, key: round.key ?? key })
    tx.put('task', executing)
    return { task: executing, template: again.template }
  }
  const begun = round.letter !== null
  // As old as the round before it, so that it waits no longer than any other letter.
  const task = begun ? nextRound(waiting, to, { nonce: ids.nonce(NONCE_BYTES), dueAt: round.dueAt }) : waiting
  const boundary = ids.nonce(BOUNDARY_BYTES)
  const { letter, chosen } = freezeLetter({ task, user, settings, templates, now: tx.now, boundary })
  const executing = beginAttempt(task, { running, letter, key })
  tx.put('task', executing)
  if ((await tx.get('template', chosen.template.hash)) === undefined) tx.put('template', chosen.template)
  const kind = secretOf(task.kind)
  if (kind !== null && user !== null) {
    const secret: LiveSecret = {
      task: task.id,
      round: task.round.number,
      nonce: task.round.nonce,
      key,
      issuedAt: tx.now,
      lifetimeMs: lifetimeOf(kind, settings),
      firstArrivedAt: null,
      lastArrivedAt: null,
    }
    await changeSecret(tx, user.id, kind, () => secret)
  }
  return { task: executing, template: chosen.template }
}

/** How long a new secret of a kind lives, in ms. */
function lifetimeOf(kind: SecretKind, settings: Settings): number {
  switch (kind) {
    case 'temporary':
      return settings.SERVICE_RESET_PASSWORD_HOURS * HOUR
    case 'link':
      return settings.SERVICE_RESET_LINK_MINUTES * MINUTE
  }
}

/**
 * The letter that a begun round sends again; null where it would bring a secret that has died since (24 h after an
 * attempt that may have arrived, or when links were turned off): a new round takes its place.
 */
async function letterAgain(
  tx: Transaction,
  { id, kind, user, round }: Waiting,
  letter: FrozenLetter,
): Promise<{ readonly letter: FrozenLetter; readonly template: Template } | null> {
  const template = await tx.get('template', letter.template)
  if (template === undefined) return null
  const carried = secretOf(kind)
  if (carried === null || user === null) return { letter, template }
  const secret = (await readCredential(tx, user.id))?.[carried] ?? null
  const alive = secret?.task === id && secret.round === round.number && secretWorks(secret, tx.now)
  return alive ? { letter, template } : null
}

/** How a task ends that is not sent, and why. */
interface End {
  readonly status: 'failed' | 'cancelled'
  readonly cause: Happening
}

/** The end of a waiting task that must not leave any more; null for one that may. */
function endOfVoid(task: Waiting, user: User | null, settings: Settings, now: Instant): End | null {
  if (isTooOld(task, settings.SERVICE_MAIL_RETRY_HOURS, now))
    return { status: 'failed', cause: ownCause('ETOOOLD', tooOld(settings)) }
  const off = task.kind === 'reset-link' && !settings.SERVICE_FORGOT_PASSWORD_ENABLE
  const why = off ? LINKS_OFF : userGone(task, user)
  return why === null ? null : { status: 'cancelled', cause: ownCause('ECANCELLED', why) }
}

const LINKS_OFF = 'Links were turned off (SERVICE_FORGOT_PASSWORD_ENABLE).'

/** A task's user as it is now; null for a deleted one, and for a test letter's, which has none. */
async function userOf(tx: Transaction, { user }: Task): Promise<User | null> {
  return user === null ? null : ((await tx.get('user', user.id)) ?? null)
}

/** Why a task's user, as it is now, gets no letter any more, else null. */
function userGone({ user }: Task, now: User | null): string | null {
  if (user === null) return null
  if (now === null) return 'The user was deleted.'
  return now.status === 'disabled' ? 'The user was disabled.' : null
}

const tooOld = ({ SERVICE_MAIL_RETRY_HOURS: hours }: Settings) =>
  `It could not leave within ${hours} h of its due time (SERVICE_MAIL_RETRY_HOURS).`

/** Ends a waiting task; its secret dies unless a letter with it may have arrived. */
async function endUnsent(tx: Transaction, task: Waiting, { status, cause }: End): Promise<void> {
  tx.put('task', endTask(task, status, cause, tx.now))
  if (status === 'cancelled' || !task.round.arrived) await killSecretOf(tx, task)
}

/** Gives claims back whose sending was not begun: no attempt, no log entry. */
export async function releaseClaims({ store, actor, ids }: Context, claims: readonly Executing[]): Promise<void> {
  if (claims.length === 0) return
  await store.transact(actor, 'delivery.release', async (tx) => {
    for (const { id, running } of claims) {
      const task = await tx.get('task', id)
      if (task?.status !== 'executing' || task.running.id !== running.id) continue
      const waiting = releaseAttempt(task)
      tx.put('task', waiting)
      if (task.round.attempts === 1) await killSecretOf(tx, task)
      await applyFlag(tx, task, waiting, ids)
    }
  })
}

/** What the mail log keeps of what happened on the wire. */
type Happened = Pick<
  MailLogEntry,
  'outcome' | 'happening' | 'reply' | 'replyCode' | 'enhancedCode' | 'stages' | 'conversation' | 'durationMs'
>

/** What an attempt came to. */
export interface AttemptReport extends Happened {
  readonly task: TaskId
  readonly attempt: AttemptId
  readonly throttled: boolean
  /** The letter's subject; empty when none could be made. */
  readonly subject: string
  /** Why the built-in letter stood in at rendering, else null. */
  readonly fallback: string | null
  /** Whether the daemon died while it was executing. */
  readonly crashed: boolean
  /** The fingerprint of the mail settings it was tried under. */
  readonly fingerprint: string
  /** From 0 to 1. */
  readonly jitter: number
}

/**
 * Settles an attempt: the outcome, its mail log entry, the task's new status, the user's live secret and the queue, in
 * one transaction. An attempt that is not the task's any more is left alone.
 * @returns the task as it is now, or null when the attempt had been settled by somebody else.
 */
export async function settleAttempt({ store, actor, ids }: Context, report: AttemptReport): Promise<Task | null> {
  return store.transact(actor, 'delivery.settle', async (tx) => {
    const task = await tx.get('task', report.task)
    if (task?.status !== 'executing' || task.running.id !== report.attempt) return null
    const retryHours = await readSetting(tx, 'SERVICE_MAIL_RETRY_HOURS')
    const settled = settleTask(task, {
      ...report,
      code: codeOf(report),
      reply: report.happening?.reply ?? report.reply,
      at: tx.now,
      retryMs: retryHours * HOUR,
    })
    tx.put('task', settled)
    // When a dead daemon's letter left is not known: its secret must not outlive the earliest it may have been.
    await settleSecret(tx, settled, report.crashed ? task.running.startedAt : tx.now)
    const flagged = await applyFlag(tx, task, settled, ids)
    tx.log(entryOf(task, report))
    await settleQueue(tx, report, task.running.startedAt)
    if (task.kind === 'test' && report.outcome === 'delivered') await noteTest(tx, report.fingerprint, task.to)
    return flagged
  })
}

/** A test letter was taken: that is what lets people ask for links. */
async function noteTest(tx: Transaction, fingerprint: string, to: string): Promise<void> {
  tx.put('queue', testDelivered(await readQueue(tx), { fingerprint, to, at: tx.now }))
}

async function settleSecret(tx: Transaction, settled: Task, at: Instant): Promise<void> {
  const kind = secretOf(settled.kind)
  if (settled.user === null || kind === null) return
  const last = settled.attempts.at(-1)
  const mayHaveArrived = last?.outcome === 'delivered' || last?.outcome === 'unknown'
  const dead = settled.status === 'failed' && !settled.round.arrived
  await changeSecret(tx, settled.user.id, kind, (secret) => {
    if (secret === null || secret.task !== settled.id || secret.round !== settled.round.number) return secret
    if (dead) return null
    return mayHaveArrived ? secretArrived(secret, at) : secret
  })
}

/** What became of a letter that had left before it could be cancelled. */
const LEFT_BEFORE: Readonly<Record<LetterKind, string>> = {
  'reset-password': 'The letter had left by then; the password in it is dead.',
  'reset-link': 'The letter had left by then; the link in it is dead.',
  'password-changed': 'The letter had left by then.',
  test: 'The letter had left by then.',
}

/** Applies what befell the task while it was executing; the task as it is then. */
async function applyFlag(tx: Transaction, before: Executing, settled: Task, ids: Ids): Promise<Task> {
  const { afterwards } = before.running
  if (afterwards === 'nothing') return settled
  const user = await userOf(tx, settled)
  const after = afterwards === 'cancel' ? cancelled(settled, user, tx.now) : redirected(settled, user, tx.now, ids)
  if (after === null) return settled
  if (after !== settled) tx.put('task', after)
  await killSecretOf(tx, settled)
  return after
}

/** A task that was to be cancelled: what has ended otherwise stays so. */
function cancelled(settled: Task, user: User | null, now: Instant): Task {
  const why = userGone(settled, user) ?? 'It was cancelled while it was executing.'
  if (!isEnded(settled)) return endTask(settled, 'cancelled', ownCause('ECANCELLED', why), now)
  if (settled.status !== 'carried-out') return settled
  // Whoever asks why a letter that arrived opens nothing is told.
  return { ...settled, cause: ownCause('ECANCELLED', `${why} ${LEFT_BEFORE[settled.kind]}`) }
}

/** A task with a new round for its user's new address; null where there is none. */
function redirected(settled: Task, user: User | null, now: Instant, ids: Ids): Waiting | null {
  const address = parseAddress(user?.email ?? '')
  return address.ok ? nextRound(settled, address.wire, { nonce: ids.nonce(NONCE_BYTES), dueAt: now }) : null
}

function entryOf(task: Executing, report: AttemptReport): MailLogEntry {
  const { letter } = task.round
  return {
    id: report.attempt,
    at: task.running.startedAt,
    task: task.id,
    kind: task.kind,
    user: task.user,
    round: task.round.number,
    attempt: task.round.attempts,
    to: task.to,
    subject: report.subject,
    outcome: report.outcome,
    happening: report.happening,
    reply: report.reply,
    replyCode: report.replyCode,
    enhancedCode: report.enhancedCode,
    stages: report.stages,
    conversation: report.conversation,
    durationMs: report.durationMs,
    letter: letter === null || report.fallback === null ? letter : { ...letter, fallback: report.fallback },
  }
}

/** Notes what a probe came to: its success opens the queue. */
export async function settleProbe({ store, actor }: Context, news: QueueNews): Promise<void> {
  await store.transact(actor, 'delivery.probe', (tx) => settleQueue(tx, news, null))
}

/**
 * What is executing when a daemon starts has lost its owner, since two daemons cannot hold one store: each becomes an
 * attempt `unknown`, tried again at once and not counted.
 * @returns the tasks it settled.
 */
export async function recoverCrashed(
  context: Context,
  reportOf: (claimed: { readonly task: Executing; readonly template: Template | undefined }) => AttemptReport,
): Promise<readonly Task[]> {
  const { store, actor } = context
  const orphans = await store.transact(actor, 'delivery.recover', (tx) => tx.executing())
  const settled = orphans.map(async (task) => {
    if (task.status !== 'executing') return null
    const template = await store.get('template', task.round.letter?.template ?? '')
    return settleAttempt(context, reportOf({ task, template }))
  })
  return (await Promise.all(settled)).filter((task) => task !== null)
}

const SWEEP = 500

/** Fails waiting tasks that have become too old to send, whatever holds them; how many. */
export async function failTooOld({ store, actor }: Context): Promise<number> {
  return store.transact(actor, 'delivery.expire', async (tx) => {
    const settings = settingsInForce(await tx.settings())
    const before = tx.now - settings.SERVICE_MAIL_RETRY_HOURS * HOUR + 1
    const old = await tx.dueBefore({ before, limit: SWEEP })
    for (const task of old) {
      if (task.status !== 'wait') continue
      const end = endOfVoid(task, await userOf(tx, task), settings, tx.now)
      if (end !== null) await endUnsent(tx, task, end)
    }
    return old.length
  })
}

/** Removes ended tasks that are older than SERVICE_MAIL_LOG_DAYS, some at a time; how many. */
export async function retireTasks({ store, actor }: Context, before: number): Promise<number> {
  return store.transact(actor, 'housekeeping.retire', async (tx) => {
    const old = await tx.endedBefore({ before, limit: SWEEP })
    for (const { id } of old) tx.delete('task', id)
    return old.length
  })
}
