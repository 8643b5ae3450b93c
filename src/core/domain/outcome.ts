/** What one attempt came to. */
export const OUTCOMES = ['delivered', 'deferred', 'refused', 'misconfigured', 'unreachable', 'unknown'] as const
export type Outcome = (typeof OUTCOMES)[number]

/**
 * The stages of a delivery in their order; `dot` is everything after the final dot has left. A check goes from `rcpt`
 * to `reset`, which takes sender and recipient back.
 */
export const STAGES = [
  'letter',
  'dns',
  'tcp',
  'greeting',
  'tls',
  'ehlo',
  'auth',
  'mail',
  'rcpt',
  'data',
  'dot',
  'reset',
] as const
export type Stage = (typeof STAGES)[number]

/** What ended an attempt, as the courier saw it: the raw material of a diagnosis. */
export interface Happening {
  readonly stage: Stage
  /** nodemailer's code (`EAUTH`, `ESOCKET`, …) or one of ours (`ESETTING`, `ECRASH`, …). */
  readonly code: string | null
  /** What lies below it: `ECONNREFUSED`, `CERT_HAS_EXPIRED`, `GREETING_TIMEOUT`, … */
  readonly originalCode: string | null
  /** The server's three digits. */
  readonly replyCode: number | null
  /** The enhanced status code of RFC 3463 (`5.7.8`). */
  readonly enhancedCode: string | null
  /** The reply's or the error's words, at most 4 KB, not yet inert. */
  readonly reply: string | null
}

/** How long one stage took and what it showed. */
export interface StageReport {
  readonly stage: Stage
  readonly durationMs: number
  /** A short fact: the address, the TLS version, the reply. Not yet inert. */
  readonly detail: string
}
