import type { Actor } from './actor.ts'
import type { CheckId } from './ids.ts'
import type { Happening, Stage, StageReport } from './outcome.ts'
import { isSecretSetting, type SettingName, type SettingValue } from './setting.ts'
import { type Instant, MINUTE, SECOND } from './time.ts'

/** A value that stands over the one in force, for one check; a secret's is its sealed form. */
export interface UnsavedSetting {
  readonly name: SettingName
  readonly value: SettingValue
}

/** How far a check of the mail server has come: what a follower shows. */
export interface CheckProgress {
  /** The sender that MAIL FROM names; null before it has begun, and where the settings name none. */
  readonly from: string | null
  /** Whom RCPT TO names; null: the sender. No letter is sent to either. */
  readonly to: string | null
  readonly status: 'wait' | 'executing' | 'done'
  /** The stages that were passed; at the end also the one that was not. */
  readonly stages: readonly StageReport[]
  /** The stage that is under way. */
  readonly stage: Stage | null
  /** What ended it before its end; null while it runs, and when every stage was passed. */
  readonly happening: Happening | null
}

/**
 * A check of the mail server, stage by stage, that a door asks of the daemon: the door makes the record, the daemon
 * fills it in as it goes, and the door follows it.
 */
export interface Check extends CheckProgress {
  readonly id: CheckId
  readonly by: Actor
  readonly at: Instant
  readonly settings: readonly UnsavedSetting[]
  readonly endedAt: Instant | null
}

export interface NewCheck {
  readonly id: CheckId
  readonly by: Actor
  readonly at: Instant
  readonly to: string | null
  readonly settings: readonly UnsavedSetting[]
}

export function newCheck(given: NewCheck): Check {
  return { ...given, from: null, status: 'wait', stages: [], stage: null, happening: null, endedAt: null }
}

/** Everything that a check takes; people wait for it. */
export const CHECK_DEADLINE = 3 * MINUTE

/** The check with its end. The sealed values have done what they were given for, and go. */
export function endCheck(
  check: Check,
  { stages, happening }: Pick<Check, 'stages' | 'happening'>,
  endedAt: Instant,
): Check {
  const settings = check.settings.map(({ name, value }) => ({ name, value: isSecretSetting(name) ? '' : value }))
  return { ...check, settings, status: 'done', stage: null, stages, happening, endedAt }
}

export const CUT_SHORT = 'The daemon ended before the check had.'

/** What a check comes to whose daemon died. */
export function cutShort({ stage }: Pick<Check, 'stage'>): Happening {
  const code = 'ECHECK'
  return { stage: stage ?? 'letter', code, originalCode: null, replyCode: null, enhancedCode: null, reply: CUT_SHORT }
}

/** A daemon takes up a check within milliseconds. */
const TAKEN_UP_WITHIN = 5 * SECOND

/**
 * Whether `id` has waited so long that no daemon can be there to take it up; while another check is under way it only
 * waits its turn.
 */
export function isOverlooked(id: CheckId, checks: readonly Check[], now: Instant): boolean {
  const check = checks.find((one) => one.id === id)
  if (check?.status !== 'wait' || checks.some(({ status }) => status === 'executing')) return false
  const last = Math.max(check.at, ...checks.map(({ endedAt }) => endedAt ?? 0))
  return now - last >= TAKEN_UP_WITHIN
}

/** Whether a stage of a check or an attempt was passed: the last one was not, where it ended at it. */
export function isPassed(
  { stages, happening }: Pick<CheckProgress, 'stages' | 'happening'>,
  report: StageReport,
): boolean {
  return happening === null || report !== stages.at(-1) || report.stage !== happening.stage
}
