import { reviewForgotPassword } from '../domain/forgot-password.ts'
import { NEW_QUEUE, probeNow, type Queue } from '../domain/queue.ts'
import {
  DEFAULTS,
  mailFingerprint,
  type SettingName,
  type Settings,
  type SettingValue,
  type StoredSetting,
  settingsInForce,
} from '../domain/setting.ts'
import { reviewSettings } from '../domain/setting-review.ts'
import type { Reads, Transaction } from '../store/port.ts'
import type { Context } from './context.ts'

/** A setting's new value, parsed (a secret: sealed), and the version the operator saw; null takes it as it is. */
export interface SettingChange {
  readonly name: SettingName
  readonly value: SettingValue
  readonly version: number | null
}

export type SettingsChanged =
  | { readonly kind: 'done'; readonly settings: Settings; readonly warnings: readonly string[] }
  /** Whole sentences; nothing was saved. */
  | { readonly kind: 'refused'; readonly refusals: readonly string[] }
  | { readonly kind: 'changed-meanwhile'; readonly setting: StoredSetting }

/** The queue as it stands. */
export async function readQueue(store: Pick<Reads, 'get'>): Promise<Queue> {
  return (await store.get('queue', 'mail')) ?? NEW_QUEUE
}

/** One setting in force, for whoever needs no other. */
export async function readSetting<Name extends SettingName>(
  store: Pick<Reads, 'get'>,
  name: Name,
): Promise<Settings[Name]> {
  const row = await store.get('setting', name)
  return row === undefined ? DEFAULTS[name] : settingsInForce([row])[name]
}

/** Saves settings, all or none. Changed mail settings ask for one probe, whose success opens a closed queue. */
export async function setSettings(
  { store, actor }: Context,
  changes: readonly SettingChange[],
): Promise<SettingsChanged> {
  return store.transact(actor, 'settings.set', async (tx): Promise<SettingsChanged> => {
    const rows = new Map((await tx.settings()).map((row) => [row.name, row]))
    const before = settingsInForce([...rows.values()])
    for (const { name, value, version } of changes) {
      const row = rows.get(name)
      if (version !== null && row !== undefined && row.version !== version)
        return { kind: 'changed-meanwhile', setting: row }
      // What is said once more was not changed: links out, for one, live as long as what lets them stays as it is.
      if (row?.value === value) continue
      rows.set(name, { name, value, changedAt: tx.now, changedBy: actor.name, version: (row?.version ?? 0) + 1 })
    }
    const settings = settingsInForce([...rows.values()])
    const changed = changes.map(({ name }) => name)
    const reviews = [
      reviewSettings(settings, changed),
      reviewForgotPassword(before, settings, changed, await readQueue(tx)),
    ]
    const refusals = reviews.flatMap((review) => review.refusals)
    const warnings = reviews.flatMap((review) => review.warnings)
    if (refusals.length > 0) return { kind: 'refused', refusals }
    for (const { name } of changes) {
      const row = rows.get(name)
      if (row !== undefined) tx.put('setting', row)
    }
    if (mailFingerprint(before) !== mailFingerprint(settings)) await tryNow(tx)
    return { kind: 'done', settings, warnings }
  })
}

/** Asks for a probe now, or ends a rest. The queue as it was: an open one that does not rest needs neither. */
export async function resumeQueue({ store, actor }: Context): Promise<Queue> {
  return store.transact(actor, 'mail.resume', tryNow)
}

async function tryNow(tx: Transaction): Promise<Queue> {
  const queue = await readQueue(tx)
  const tried = probeNow(queue, tx.now)
  if (tried !== queue) tx.put('queue', tried)
  return queue
}
