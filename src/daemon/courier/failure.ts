import type { SMTPError } from 'nodemailer/lib/smtp-connection'
import type { Happening, Stage } from '../../core/domain/outcome.ts'
import { cut, REPLY } from './transcript.ts'

/** What went wrong, before it is known at which stage: nodemailer's errors, node's, and ours. */
export interface Failure {
  readonly code: string | null
  readonly originalCode: string | null
  /** The server's reply, where it was a reply that ended the attempt. */
  readonly response: string | null
  readonly message: string
}

/** A failure of our own finding. */
export function failure(code: string, originalCode: string | null, message: string): Failure {
  return { code, originalCode, response: null, message }
}

/** A reply that refuses. */
export function refusal(code: string, response: string): Failure {
  return { code, originalCode: null, response, message: response }
}

/** OpenSSL's errors are for its authors: `40F7…:error:0A00010B:SSL routines:function:wrong version number:file.c:77:`. */
const OPENSSL = /^[0-9A-F]+:error:[0-9A-F]+:([^:]*):[^:]*:([^:]+):[^\n]*$/m

/** An error's message without what only its authors can read: `SSL routines: wrong version number`. */
const readable = (message: string): string => message.replace(OPENSSL, '$1: $2').trimEnd()

/** An error of node's sockets: its own code is the cause. */
export function socketFailure(error: NodeJS.ErrnoException, code: 'EDNS' | 'ESOCKET'): Failure {
  // One error for each address that was tried, and no message of its own.
  const message =
    error instanceof AggregateError ? error.errors.map(({ message }) => message).join('; ') : readable(error.message)
  return failure(code, error.code ?? null, message)
}

/** An error of nodemailer's SMTPConnection. */
export function smtpFailure(error: SMTPError): Failure {
  return {
    code: error.code ?? null,
    originalCode: error.originalCode ?? error.timeoutType ?? null,
    response: error.response ?? null,
    message: readable(error.message),
  }
}

/** The three digits of a reply, or null. */
export function replyCodeOf(reply: string | null): number | null {
  const digits = reply === null ? null : /^[2-5][0-9]{2}(?![0-9])/.exec(reply)
  return digits === null ? null : Number(digits[0])
}

/** Whether the server refused one command and goes on with the session; after 421 it hangs up (RFC 5321, section 3.8). */
export const refuses = (reply: string | null): boolean => reply !== null && /^(?!421)[45][0-9]{2}(?![0-9])/.test(reply)

/** The enhanced status code (RFC 3463) of a reply's first line, or null. */
export function enhancedCodeOf(reply: string | null): string | null {
  return reply === null ? null : (/^[245][0-9]{2}[ -]([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9])/.exec(reply)?.[1] ?? null)
}

/** What ended the attempt at `stage`. */
export function happeningOf(cause: Failure, stage: Stage): Happening {
  const { code, originalCode, response } = cause
  return {
    stage,
    code,
    originalCode,
    replyCode: replyCodeOf(response),
    enhancedCode: enhancedCodeOf(response),
    reply: cut(response ?? cause.message, REPLY),
  }
}
