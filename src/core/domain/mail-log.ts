import { diagnose } from './diagnosis.ts'
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

/** The enhanced code, else the reply code, else the error's own; null when it was delivered. */
export function codeOf({ outcome, enhancedCode, replyCode, happening }: Wrong): string | null {
  if (outcome === 'delivered') return null
  return enhancedCode ?? (replyCode === null ? (happening?.code ?? null) : String(replyCode))
}

/** What says how an attempt went wrong. */
type Wrong = Pick<MailLogEntry, 'outcome' | 'happening' | 'replyCode' | 'enhancedCode'>

/**
 * Whether an attempt failed by `error`: a kind of diagnosis, or a code in any of the ways that it is shown in (`5.7.8`,
 * `535`, `535 5.7.8`, `EAUTH`, `ECONNREFUSED`), in lower case.
 */
export function failedBy({ outcome, happening, replyCode, enhancedCode }: Wrong, error: string): boolean {
  if (outcome === 'delivered') return false
  const reply = replyCode === null ? '' : String(replyCode)
  if ([reply, enhancedCode, `${reply} ${enhancedCode}`].includes(error)) return true
  if (happening === null) return false
  const own = [happening.code, happening.originalCode].map((code) => code?.toLowerCase())
  return own.includes(error) || diagnose(happening).kind === error
}
