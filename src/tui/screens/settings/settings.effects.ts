import { CHECK_DEADLINE, type Check, CUT_SHORT } from '../../../core/domain/check.ts'
import { isSecretSetting, parseSetting } from '../../../core/domain/setting.ts'
import { MINUTE } from '../../../core/domain/time.ts'
import { findDaemon } from '../../../core/host/heartbeat.ts'
import { withDaemon } from '../../../core/host/with-daemon.ts'
import { MasterKeyError } from '../../../core/secrets/key-file.ts'
import { type NewSetting, sealSettings } from '../../../core/secrets/seal-settings.ts'
import { NOT_TRIED } from '../../../core/text/report.ts'
import { checkIsOverlooked, followCheck, requestCheck, withdrawCheck } from '../../../core/usecases/check.ts'
import { confirmTestMail } from '../../../core/usecases/confirm-test-mail.ts'
import { followTask, latestEntry } from '../../../core/usecases/follow.ts'
import { readQueue, resumeQueue, setSettings } from '../../../core/usecases/settings.ts'
import { sendTestMail } from '../../../core/usecases/tasks.ts'
import type { Progress, World } from '../../screen.ts'
import type { SettingsEffect, SettingsMsg, TypedChange } from './settings.state.ts'

/** Does what the page of settings asked for. */
export async function performSettings(
  effect: SettingsEffect,
  world: World,
  progress: Progress<SettingsMsg>,
): Promise<SettingsMsg> {
  switch (effect.kind) {
    case 'read':
      return { kind: 'rows', rows: await world.store.settings(), queue: await readQueue(world.store) }
    case 'save':
      return save(effect.changes, world)
    case 'check':
      return check(effect.changes, world, progress)
    case 'test':
      return sendTest(effect.to, world, progress)
    case 'stop':
      return { kind: 'said', tone: 'warn', text: 'Called off.' }
    case 'confirm':
      return confirm(world)
    case 'resume':
      return resume(world)
  }
}

/** What was typed, parsed and its secrets sealed; a sentence when that cannot be. */
async function sealedOf(
  changes: readonly Omit<TypedChange, 'version'>[],
  { data }: World,
): Promise<readonly NewSetting[] | string> {
  const values: NewSetting[] = []
  for (const { name, text } of changes) {
    const parsed = parseSetting(name, text)
    if (!parsed.ok) return isSecretSetting(name) ? `${name} cannot be that.` : parsed.why
    values.push({ name, value: parsed.value })
  }
  try {
    return await sealSettings(data, values)
  } catch (error) {
    if (error instanceof MasterKeyError) return error.message
    throw error
  }
}

async function save(changes: readonly TypedChange[], world: World): Promise<SettingsMsg> {
  const sealed = await sealedOf(changes, world)
  if (typeof sealed === 'string') return { kind: 'not-saved', why: `Not saved: ${sealed}` }
  const versions = new Map(changes.map(({ name, version }) => [name, version]))
  const changed = await setSettings(
    world.context,
    sealed.map((setting) => ({ ...setting, version: versions.get(setting.name) ?? 0 })),
  )
  return { kind: 'saved', names: changes.map(({ name }) => name), changed }
}

/** Longer than a check may take, with others before it. */
const CHECK_FOLLOWED = 4 * CHECK_DEADLINE
const NOT_TAKEN_UP = 'The daemon did not take it up: see whether posternd is well.'

async function check(
  changes: readonly Omit<TypedChange, 'version'>[],
  world: World,
  { tell, signal }: Progress<SettingsMsg>,
): Promise<SettingsMsg> {
  const { store, context, data } = world
  const sealed = await sealedOf(changes, world)
  if (typeof sealed === 'string') return { kind: 'check-over', trouble: sealed }
  const requested = await requestCheck(context, { to: null, settings: sealed })
  if (requested.kind === 'refused') return { kind: 'check-over', trouble: requested.refusals.join(' ') }
  tell({ kind: 'check-asked', check: requested.check, warnings: requested.warnings })
  const { id } = requested.check
  let seen: Check = requested.check
  const follow = async (gone: AbortSignal) => {
    const until = AbortSignal.any([gone, signal, AbortSignal.timeout(CHECK_FOLLOWED)])
    for await (const each of followCheck(store, id, until)) {
      seen = each
      tell({ kind: 'checked', check: each })
    }
  }
  await withDaemon(data, follow, () => checkIsOverlooked(store, id))
  if (seen.status === 'done') return { kind: 'check-over', trouble: null }
  // One that was called off, or that nobody took up, must not be made later.
  await withdrawCheck(context, id)
  return { kind: 'check-over', trouble: findDaemon(data) === null ? CUT_SHORT : NOT_TAKEN_UP }
}

/** Longer than any attempt: a final dot may take ten minutes. */
const TEST_FOLLOWED = 12 * MINUTE

async function sendTest(
  to: string,
  { store, context, data }: World,
  { tell, signal }: Progress<SettingsMsg>,
): Promise<SettingsMsg> {
  const { id } = await sendTestMail(context, to)
  tell({ kind: 'handed' })
  const task = await withDaemon(data, (gone) =>
    followTask(store, id, AbortSignal.any([gone, signal, AbortSignal.timeout(TEST_FOLLOWED)])),
  )
  const entry = task === null ? null : await latestEntry(store, task)
  return entry === null ? { kind: 'test-over', trouble: NOT_TRIED } : { kind: 'tested', entry }
}

async function confirm({ context }: World): Promise<SettingsMsg> {
  const confirmed = await confirmTestMail(context)
  switch (confirmed.kind) {
    case 'confirmed':
      return { kind: 'confirmed' }
    case 'none':
      return { kind: 'said', tone: 'warn', text: 'There is no test mail to confirm: t sends one.' }
    case 'changed-since':
      return { kind: 'said', tone: 'warn', text: 'The mail settings were changed after it: send another one with t.' }
  }
}

async function resume({ context, data }: World): Promise<SettingsMsg> {
  const before = await resumeQueue(context)
  const daemon = findDaemon(data) === null ? ' No daemon is running that would do so.' : ''
  const text =
    before.state === 'open' ? 'Letters leave now.' : 'The mail server is tried now; success lets letters leave.'
  return { kind: 'said', tone: daemon === '' ? 'good' : 'warn', text: `${text}${daemon}` }
}
