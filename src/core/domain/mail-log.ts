import type { AttemptId, TaskId, UserId } from './ids.ts'
import type { FrozenLetter, LetterKind } from './letter.ts'
import type { Happening, Outcome, StageReport } from './outcome.ts'
import type { Instant } from './time.ts'

export const RESULTS = ['success', 'failure', 'unknown'] as const
export type Result = (typeof RESULTS)[number]

/** The append-only record of one attempt. */
export interface MailLogEntry {
  readonly id: AttemptId
  readonly at: Instant
  readonly task: TaskId
  readonly kind: LetterKind
  readonly user: { readonly id: UserId; readonly username: string } | null
  readonly round: number
  /** The attempt's number within its round, from 1. */
  readonly attempt: number
  /** The address in the envelope. */
  readonly to: string
  readonly subject: string
  readonly outcome: Outcome
  /** What ended the attempt; null when it was delivered. */
  readonly happening: Happening | null
  /** The server's last words. */
  readonly reply: string | null
  readonly replyCode: number | null
  readonly enhancedCode: string | null
  readonly stages: readonly StageReport[]
  /** What was said, secrets masked, at most 16 KB. */
  readonly conversation: string
  readonly durationMs: number
  /** Null when no letter could be made. */
  readonly letter: FrozenLetter | null
}

/** An attempt's result in the mail log. */
export function resultOf(outcome: Outcome): Result {
  switch (outcome) {
    case 'delivered':
      return 'success'
    case 'unknown':
      return 'unknown'
    case 'deferred':
    case 'refused':
    case 'misconfigured':
    case 'unreachable':
      return 'failure'
  }
}
