import type { Outcome, Stage } from './outcome.ts'
import type { SettingName } from './setting.ts'

/** What happened in an operator's words, and what to do about it. */
export interface Diagnosis {
  /** The row's name, for JSON and statistics. */
  readonly kind: string
  /** What operators would call it. */
  readonly title: string
  readonly meaning: string
  /** What to do now: one or two sentences. */
  readonly advice: string
  /** The settings that mend it, the likeliest first; empty when none does. */
  readonly settings: readonly SettingName[]
}

/** Every field that is given must fit. */
export interface Match {
  readonly stages?: readonly Stage[]
  readonly codes?: readonly string[]
  /** Of `originalCode`: whole, or only how it begins when it ends in "_". */
  readonly causes?: readonly string[]
  /** The reply's first digit; 0 means no reply, or one that is no refusal. */
  readonly class?: 0 | 4 | 5
  readonly replies?: readonly number[]
  /** Enhanced codes (RFC 3463): whole, or only how they begin when they end in ".". */
  readonly enhanced?: readonly string[]
  readonly says?: RegExp
}

export interface Row extends Diagnosis {
  /** One of these must fit. */
  readonly when: readonly Match[]
  /** Stands above the outcome by stage and class. */
  readonly outcome?: Outcome
  readonly throttled?: true
}

/** The stages at which a server has a word on the letter. */
export const ENVELOPE: readonly Stage[] = ['mail', 'rcpt', 'data', 'dot']
