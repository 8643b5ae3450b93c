import { outcomeOf } from '../../core/domain/diagnosis.ts'
import type { Happening, Outcome, StageReport } from '../../core/domain/outcome.ts'
import type { Message } from '../../core/letters/message.ts'
import type { AccessTokens } from './access-token.ts'
import { enhancedCodeOf, type Failure, happeningOf, replyCodeOf } from './failure.ts'
import type { Transcript } from './transcript.ts'

/** What the courier needs of the mail settings. */
export interface CourierSettings {
  /** A host name or an IP address. */
  readonly host: string
  readonly port: number
  /** `smtps` speaks TLS from the first byte. */
  readonly protocol: 'smtp' | 'smtps'
  /** With `smtp`: nothing is sent before STARTTLS has succeeded. */
  readonly tls: boolean
  readonly signIn: SignIn | null
  /** PEM certificates of authorities to trust besides the usual ones. */
  readonly ca: string | null
  /** The name said in EHLO. */
  readonly clientName: string
}

export type SignIn =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'oauth2'; readonly username: string; readonly tokens: AccessTokens }

/** One letter for one recipient. */
export interface Parcel {
  /** Addr-specs, the domains in any form. */
  readonly from: string
  readonly to: string
  readonly message: Message
}

/** What one attempt, or one probe, came to. */
export interface Report {
  /** What ended it; null when the server took the letter (a probe: when it was signed in). */
  readonly happening: Happening | null
  /** `delivered` where `happening` is null. */
  readonly outcome: Outcome
  /** The server wants us to slow down. */
  readonly throttled: boolean
  /** The server's last words, raw, at most 4 KB; null when it said none. */
  readonly reply: string | null
  readonly replyCode: number | null
  readonly enhancedCode: string | null
  /** What this attempt went through: on a connection that stood already only from `mail` on. */
  readonly stages: readonly StageReport[]
  /** Line by line, `C: …` and `S: …`, secrets masked, the letter as one line; raw, at most 16 KB. */
  readonly conversation: string
  readonly durationMs: number
}

/** Whether what a letter came to concerns all others: they wait until it has been settled. */
export const concernsAll = ({ outcome, throttled }: Pick<Report, 'outcome' | 'throttled'>): boolean =>
  throttled || outcome === 'misconfigured' || outcome === 'unreachable'

const DELIVERED = { outcome: 'delivered', throttled: false } as const

/** The report on an attempt that has ended: with `failed` at the transcript's stage, or well where that is null. */
export function reportOf(transcript: Transcript, failed: Failure | null): Report {
  const happening = failed === null ? null : happeningOf(failed, transcript.stage)
  // What refused is not always what was heard last: with pipelining the replies to RCPT and DATA follow a refused MAIL.
  const answered = happening !== null && happening.replyCode !== null
  const reply = answered ? happening.reply : transcript.reply
  return {
    happening,
    ...(happening === null ? DELIVERED : outcomeOf(happening)),
    reply,
    replyCode: happening === null ? replyCodeOf(reply) : happening.replyCode,
    enhancedCode: happening === null ? enhancedCodeOf(reply) : happening.enhancedCode,
    stages: transcript.stages,
    conversation: transcript.conversation(),
    durationMs: transcript.durationMs,
  }
}
