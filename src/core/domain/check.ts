import type { Actor } from './actor.ts'
import type { CheckId } from './ids.ts'
import type { Happening, StageReport } from './outcome.ts'
import type { SettingName, SettingValue } from './setting.ts'
import type { Instant } from './time.ts'

/**
 * A check of the mail server, stage by stage, that a door asks of the daemon: the door makes the record, the daemon
 * fills it in as it goes, and the door follows it.
 */
export interface Check {
  readonly id: CheckId
  readonly by: Actor
  readonly at: Instant
  /** Whom RCPT TO names; null: the sender. No letter is sent to either. */
  readonly to: string | null
  /** Unsaved values that stand over those in force; a secret is sealed. */
  readonly settings: readonly { readonly name: SettingName; readonly value: SettingValue }[]
  readonly status: 'wait' | 'executing' | 'done'
  /** The stages that were passed, and at the end the one that was not. */
  readonly stages: readonly StageReport[]
  /** What ended it before its end; null while it runs, and when every stage was passed. */
  readonly happening: Happening | null
  readonly endedAt: Instant | null
}
