import { type Check, cutShort, endCheck, isOverlooked, newCheck, type UnsavedSetting } from '../domain/check.ts'
import type { CheckId } from '../domain/ids.ts'
import type { Stage, StageReport } from '../domain/outcome.ts'
import { SETTING_NAMES, type Settings, senderOf, settingsInForce } from '../domain/setting.ts'
import { reviewSettings, type SettingsReview } from '../domain/setting-review.ts'
import type { Reads, Store, Transaction } from '../store/port.ts'
import type { Context } from './context.ts'

/** What a door wants checked: `to` is the wire form of an address, secrets among `settings` are sealed. */
export interface CheckRequest {
  readonly to: string | null
  readonly settings: readonly UnsavedSetting[]
}

export type CheckRequested =
  | { readonly kind: 'made'; readonly check: Check; readonly warnings: readonly string[] }
  /** Whole sentences; nothing is tried. */
  | { readonly kind: 'refused'; readonly refusals: readonly string[] }

/** The settings in force with the unsaved ones over them. */
export async function settingsForCheck(
  store: Pick<Reads, 'settings'>,
  unsaved: readonly UnsavedSetting[],
): Promise<Settings> {
  const values = Object.fromEntries(unsaved.map(({ name, value }) => [name, value]))
  return { ...settingsInForce(await store.settings()), ...values }
}

const OF_MAIL = SETTING_NAMES.filter((name) => name.startsWith('SERVICE_MAIL_'))

/**
 * What stands against a check under `settings`: only what contradicts the unsaved ones refuses it, but whatever is
 * doubtful of the mail settings is said.
 */
export function reviewForCheck(settings: Settings, unsaved: readonly UnsavedSetting[]): SettingsReview {
  const names = unsaved.map(({ name }) => name)
  const { refusals } = reviewSettings(settings, names)
  const { warnings } = reviewSettings(settings, [...new Set([...OF_MAIL, ...names])])
  return { refusals, warnings: settings.SERVICE_MAIL_ENABLE ? warnings : [...warnings, NOT_ENABLED] }
}

const NOT_ENABLED = 'SERVICE_MAIL_ENABLE is false: no letter leaves until it is true.'

/** As many are kept, ended ones, for those who want to see what was checked. */
const KEPT = 20

/**
 * Asks the daemon for a check of the mail server, past a closed queue, whose state it leaves alone. Nothing is saved of
 * the settings it is given. What is old of the checks goes.
 */
export function requestCheck({ store, actor, ids }: Context, request: CheckRequest): Promise<CheckRequested> {
  return store.transact(actor, 'mail.check', async (tx): Promise<CheckRequested> => {
    const settings = await settingsForCheck(tx, request.settings)
    const { refusals, warnings } = reviewForCheck(settings, request.settings)
    if (refusals.length > 0) return { kind: 'refused', refusals }
    const check = newCheck({ id: ids.check(), by: actor, at: tx.now, ...request })
    tx.put('check', check)
    const ended = (await tx.checks()).filter(({ status }) => status === 'done')
    for (const { id } of ended.slice(0, Math.max(0, ended.length - KEPT))) tx.delete('check', id)
    return { kind: 'made', check, warnings }
  })
}

/** A check that the daemon has begun, and the settings to go by. */
export interface BegunCheck {
  readonly check: Check
  readonly settings: Settings
}

/** Begins the oldest check that waits, for the daemon; null when none does, or while one is under way. */
export async function beginCheck({ store, actor }: Context): Promise<BegunCheck | null> {
  // A look is free, and most changes of the store are no check's.
  if (next(await store.checks()) === undefined) return null
  return store.transact(actor, 'check.begin', async (tx): Promise<BegunCheck | null> => {
    const waiting = next(await tx.checks())
    if (waiting === undefined) return null
    const settings = await settingsForCheck(tx, waiting.settings)
    const check: Check = { ...waiting, status: 'executing', from: senderOf(settings) }
    tx.put('check', check)
    return { check, settings }
  })
}

function next(checks: readonly Check[]): Check | undefined {
  if (checks.some(({ status }) => status === 'executing')) return undefined
  return checks.find(({ status }) => status === 'wait')
}

/** Puts down how far a check has come: the stages that were passed and the one that is under way. */
export function fillCheck(
  context: Context,
  id: CheckId,
  progress: { readonly stages: readonly StageReport[]; readonly stage: Stage },
): Promise<void> {
  return change(context, 'check.stage', id, (tx, check) => tx.put('check', { ...check, ...progress }))
}

/** Puts down how a check ended. */
export function finishCheck(context: Context, id: CheckId, end: Pick<Check, 'stages' | 'happening'>): Promise<void> {
  return change(context, 'check.end', id, (tx, check) => tx.put('check', endCheck(check, end, tx.now)))
}

/** Changes a check that is under way; one that is gone or has ended stays as it is. */
function change(
  { store, actor }: Context,
  action: string,
  id: CheckId,
  put: (tx: Transaction, check: Check) => void,
): Promise<void> {
  return store.transact(actor, action, async (tx) => {
    const check = await tx.get('check', id)
    if (check?.status === 'executing') put(tx, check)
  })
}

/**
 * Ends what a dead daemon left: the check that was under way, and those that waited for it, whose doors have given up.
 * To be called at a start, by the holder of the daemon's lock.
 * @returns how many it ended.
 */
export async function endAbandonedChecks({ store, actor }: Context): Promise<number> {
  const abandoned = (checks: readonly Check[], now: number) =>
    checks.filter(({ id, status }) => status === 'executing' || isOverlooked(id, withoutRunning(checks), now))
  if (abandoned(await store.checks(), store.now()).length === 0) return 0
  return store.transact(actor, 'check.end', async (tx) => {
    const ended = abandoned(await tx.checks(), tx.now)
    for (const check of ended) {
      const { stages } = check
      tx.put('check', endCheck(check, { stages, happening: cutShort(check) }, tx.now))
    }
    return ended.length
  })
}

const withoutRunning = (checks: readonly Check[]) => checks.filter(({ status }) => status !== 'executing')

/** Takes back a check that no daemon took up; one that has begun goes on. Whether it was taken back. */
export function withdrawCheck({ store, actor }: Context, id: CheckId): Promise<boolean> {
  return store.transact(actor, 'check.withdraw', async (tx) => {
    const waits = (await tx.get('check', id))?.status === 'wait'
    if (waits) tx.delete('check', id)
    return waits
  })
}

/** Whether a check waits in vain: see `isOverlooked`. */
export async function checkIsOverlooked(store: Store, id: CheckId): Promise<boolean> {
  return isOverlooked(id, await store.checks(), store.now())
}

/** A check as it is and after each change, up to its end; it stops earlier when the check is gone or `signal` aborts. */
export async function* followCheck(store: Store, id: CheckId, signal: AbortSignal): AsyncGenerator<Check, void> {
  const stop = new AbortController()
  const changes = store.changes(AbortSignal.any([signal, stop.signal]))[Symbol.asyncIterator]()
  try {
    // Subscribed before the first look, so that nothing falls between.
    let change = changes.next()
    for (let seen: Check | undefined; ; ) {
      const check = await store.get('check', id)
      if (check === undefined) return
      if (check !== seen) yield check
      if (check.status === 'done') return
      seen = check
      if ((await change).done === true) return
      change = changes.next()
    }
  } finally {
    stop.abort()
  }
}
