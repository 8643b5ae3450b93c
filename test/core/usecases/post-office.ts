import { type Actor, visitor } from '../../../src/core/domain/actor.ts'
import { type Credential, secretOf, secretWorks } from '../../../src/core/domain/credential.ts'
import type { TaskId, UserId } from '../../../src/core/domain/ids.ts'
import type { LetterKind } from '../../../src/core/domain/letter.ts'
import type { MailLogEntry } from '../../../src/core/domain/mail-log.ts'
import type { Happening, Outcome } from '../../../src/core/domain/outcome.ts'
import {
  DEFAULTS,
  mailFingerprint,
  type SettingName,
  type Settings,
  type SettingValue,
  settingsInForce,
} from '../../../src/core/domain/setting.ts'
import type { Executing, Task } from '../../../src/core/domain/task.ts'
import type { User, UserFields } from '../../../src/core/domain/user.ts'
import { composeLetter } from '../../../src/core/letters/compose.ts'
import type { Templates } from '../../../src/core/letters/overrides.ts'
import { renderLetter } from '../../../src/core/letters/render.ts'
import { builtinTemplate } from '../../../src/core/letters/templates.ts'
import { linkToken } from '../../../src/core/secrets/link.ts'
import { matchesTemporaryPassword, temporaryPassword } from '../../../src/core/secrets/temporary-password.ts'
import type { EmbeddedStore } from '../../../src/core/store/embedded/embedded-store.ts'
import type { AuditEntry } from '../../../src/core/store/port.ts'
import type { Context } from '../../../src/core/usecases/context.ts'
import {
  type AttemptReport,
  type Claimed,
  type ClaimRequest,
  claimDue,
  settleAttempt,
} from '../../../src/core/usecases/delivery.ts'
import { requestLink } from '../../../src/core/usecases/portal/request-link.ts'
import { requestResets } from '../../../src/core/usecases/reset.ts'
import { setSettings } from '../../../src/core/usecases/settings.ts'
import { sendTestMail } from '../../../src/core/usecases/tasks.ts'
import { addUser, deleteUser, editUser, setUserStatus } from '../../../src/core/usecases/users.ts'
import { anActor, ids } from '../../support/builders.ts'
import type { ManualClock } from '../../support/clock.ts'
import { allPages, StoreHouse } from '../../support/store.ts'
import { masterKeys } from '../secrets/a-master-key.ts'

export const posternd: Actor = { name: 'posternd', uid: 990, door: 'daemon', address: null }
export const keys = masterKeys(1, 2)

const MAIL: Partial<Settings> = {
  SERVICE_MAIL_ENABLE: true,
  SERVICE_MAIL_USERNAME: 'accounts@example.org',
  SERVICE_MAIL_FROM_NAME: 'Accounts',
  SERVICE_SIGN_IN_URL: 'https://example.org/login',
}

export const trouble = (outcome: Outcome): Happening | null =>
  outcome === 'delivered'
    ? null
    : {
        stage: outcome === 'misconfigured' ? 'auth' : outcome === 'unreachable' ? 'tcp' : 'rcpt',
        code: 'ESOCKET',
        originalCode: null,
        replyCode: 450,
        enhancedCode: null,
        reply: `450 ${outcome}`,
      }

/** What a courier reports of one attempt. */
export function aReport({ task }: { readonly task: Executing }, outcome: Outcome, given: Partial<AttemptReport> = {}) {
  const report: AttemptReport = {
    task: task.id,
    attempt: task.running.id,
    outcome,
    throttled: false,
    happening: trouble(outcome),
    reply: outcome === 'delivered' ? '250 2.0.0 Ok' : `450 ${outcome}`,
    replyCode: outcome === 'delivered' ? 250 : 450,
    enhancedCode: null,
    stages: [{ stage: 'tcp', durationMs: 3, detail: '192.0.2.1' }],
    conversation: 'C: EHLO\nS: 250 Ok',
    durationMs: 40,
    subject: 'Your new password',
    fallback: null,
    crashed: false,
    fingerprint: mailFingerprint({ ...DEFAULTS, ...MAIL }),
    jitter: 0,
    ...given,
  }
  return report
}

/** The report on an attempt whose daemon died. */
export const aCrash = (claimed: { readonly task: Executing }) =>
  aReport(claimed, 'unknown', { crashed: true, fingerprint: '' })

/** A store with mail settings, users and letters, and a daemon's hand that sends them: it says what came of each. */
export class PostOffice implements AsyncDisposable {
  readonly house: StoreHouse
  store: EmbeddedStore
  /** The master key that new letters are made with. */
  key = 1
  /** What each template is found to be: the built-in one. */
  find: Templates['find'] = (kind, locale) => ({ template: builtinTemplate(kind, locale), fallback: null })

  private constructor(house: StoreHouse, store: EmbeddedStore) {
    this.house = house
    this.store = store
  }

  static async open(): Promise<PostOffice> {
    const house = await StoreHouse.make()
    const office = new PostOffice(house, await house.open())
    await office.set(MAIL)
    return office
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.house[Symbol.asyncDispose]()
  }

  get clock(): ManualClock {
    return this.house.clock
  }

  get operator(): Context {
    return { store: this.store, actor: anActor, ids }
  }

  /** Somebody at the portal. */
  get portal(): Context {
    return { store: this.store, actor: visitor(posternd, '192.0.2.99'), ids }
  }

  /** Lets people ask for links: the portal has its address, and a test letter was delivered. */
  async openPortal(): Promise<void> {
    await this.set({ SERVICE_PORTAL_ENABLE: true, SERVICE_PORTAL_URL: 'https://portal.example.org' })
    await this.settle(await this.claimTest(), 'delivered')
    await this.set({ SERVICE_FORGOT_PASSWORD_ENABLE: true })
  }

  /** A letter with a link that was asked for and claimed. */
  async askForLink({ email }: Pick<User, 'email'>): Promise<Claimed> {
    const asked = await requestLink(this.portal, email)
    if (asked.kind !== 'made') throw new Error(`no letter: ${asked.why}`)
    return this.claim()
  }

  get daemon(): Context {
    return { store: this.store, actor: posternd, ids }
  }

  async set(settings: Partial<Settings>): Promise<void> {
    const changes = Object.entries(settings).map(([name, value]) => ({
      name: name as SettingName,
      value: value as SettingValue,
      version: null,
    }))
    const saved = await setSettings(this.operator, changes)
    if (saved.kind !== 'done') throw new Error(`not saved: ${JSON.stringify(saved)}`)
  }

  async fingerprint(): Promise<string> {
    return mailFingerprint(settingsInForce(await this.store.settings()))
  }

  async addUser(given: Partial<UserFields> = {}): Promise<User> {
    const username = given.username ?? `person${ids.user().slice(-6)}`
    const fields = { username, email: `${username}@example.org`, name: `The ${username}`, locale: 'en', ...given }
    const added = await addUser(this.operator, fields)
    if (added.kind !== 'done') throw new Error(`not added: ${JSON.stringify(added)}`)
    return added.user
  }

  async user(id: UserId): Promise<User> {
    const user = await this.store.get('user', id)
    if (user === undefined) throw new Error('there is no such user')
    return user
  }

  async edit(id: UserId, changes: Partial<UserFields>): Promise<void> {
    const changed = await editUser(this.operator, await this.user(id), changes)
    if (changed.kind !== 'done') throw new Error(`not changed: ${JSON.stringify(changed)}`)
  }

  async setStatus(id: UserId, status: User['status']): Promise<void> {
    await setUserStatus(this.operator, await this.user(id), status)
  }

  async delete(id: UserId): Promise<void> {
    await deleteUser(this.operator, await this.user(id))
  }

  /** A reset that is due now. */
  async reset({ id }: { readonly id: UserId }): Promise<Task> {
    const [requested] = await requestResets(this.operator, [id], { kind: 'now' })
    if (requested?.kind !== 'made') throw new Error(`not made: ${JSON.stringify(requested)}`)
    return requested.task
  }

  async task(id: TaskId): Promise<Task> {
    const task = await this.store.get('task', id)
    if (task === undefined) throw new Error('there is no such task')
    return task
  }

  claimAll(given: Partial<ClaimRequest> = {}): Promise<readonly Claimed[]> {
    const templates = { refresh: () => {}, find: this.find }
    return claimDue(this.daemon, { limit: 100, tests: false, by: '4711@1', key: this.key, templates, ...given })
  }

  /** Claims the one task that is due. */
  async claim(given: Partial<ClaimRequest> = {}): Promise<Claimed> {
    const [claimed, ...more] = await this.claimAll(given)
    if (claimed === undefined || more.length > 0) throw new Error(`${more.length} more than one, or none, is due`)
    return claimed
  }

  /** Makes a test letter and claims it. */
  async claimTest(): Promise<Claimed> {
    await sendTestMail(this.operator, 'olga@example.org')
    return this.claim({ tests: true })
  }

  async settle(claimed: { readonly task: Executing }, outcome: Outcome, given: Partial<AttemptReport> = {}) {
    const settled = await settleAttempt(
      this.daemon,
      aReport(claimed, outcome, { fingerprint: await this.fingerprint(), ...given }),
    )
    if (settled === null) throw new Error('it had been settled')
    return settled
  }

  /** The one task that is due is tried, with this outcome. */
  async send(outcome: Outcome, given: Partial<AttemptReport> = {}): Promise<Task> {
    return this.settle(await this.claim(), outcome, given)
  }

  /** A user, and the temporary password of a letter that was delivered. */
  async delivered(): Promise<{ readonly user: User; readonly task: Task; readonly password: string }> {
    const user = await this.addUser()
    await this.reset(user)
    const claimed = await this.claim()
    return { user, task: await this.settle(claimed, 'delivered'), password: passwordIn(claimed) }
  }

  credential(id: UserId): Promise<Credential | undefined> {
    return this.store.get('credential', id)
  }

  /** Whether a temporary password works now. */
  async works(id: UserId, password: string): Promise<boolean> {
    const secret = (await this.credential(id))?.temporary ?? null
    return secret !== null && secretWorks(secret, this.store.now()) && matchesTemporaryPassword(keys, secret, password)
  }

  /** A user's letters of a kind, the newest first. */
  async tasksOf(id: UserId, kind: LetterKind = 'reset-password'): Promise<readonly Task[]> {
    return (await this.store.tasksOf(id)).filter((task) => task.kind === kind)
  }

  /** The newest first. */
  log(): Promise<MailLogEntry[]> {
    return allPages((paging) => this.store.mailLog(paging))
  }

  /** The newest first. */
  audit(): Promise<AuditEntry[]> {
    return allPages((paging) => this.store.audit(paging))
  }

  /** As after a restart of everything. */
  async reopen(): Promise<void> {
    await this.house.closeAll()
    this.store = await this.house.open()
  }
}

/** The temporary password that a claimed letter brings. */
export function passwordIn({ task }: Claimed): string {
  const { key, nonce } = task.round
  if (key === null) throw new Error('the round is not begun')
  return temporaryPassword(keys, { key, task: task.id, nonce })
}

/** The token of the link that a claimed letter brings. */
export function tokenIn({ task }: Claimed): string {
  const { key, nonce } = task.round
  if (key === null) throw new Error('the round is not begun')
  return linkToken(keys, { key, task: task.id, nonce })
}

/** The bytes that a claimed letter is. */
export function bytesOf(claimed: Claimed): string {
  const { letter } = claimed.task.round
  if (letter === null) throw new Error('there is no letter')
  const secret = secretOf(claimed.task.kind) === 'link' ? tokenIn(claimed) : passwordIn(claimed)
  return composeLetter(letter, renderLetter(claimed.template, letter.variables, secret)).toString()
}
