import * as v from 'valibot'
import { type Failure, failure } from '../courier/failure.ts'
import type { Secrecy } from '../courier/secrecy.ts'
import type { TokenReply } from './endpoint.ts'

/** An access token and what came with it. */
export interface Tokens {
  readonly token: string
  /** How long it lives from now, in seconds. */
  readonly expiresIn: number
  /** The refresh token to use from now on; null when the one that was used goes on. */
  readonly refreshToken: string | null
}

export type Answer = { readonly ok: true; readonly tokens: Tokens } | { readonly ok: false; readonly failure: Failure }

/** RFC 6749, appendix A: printable ASCII; a line of AUTH takes no more than 12,288 octets (RFC 4954, section 4). */
const TOKEN = v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,8192}$/))
const SECONDS = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^[0-9]{1,9}$/), v.transform(Number))]),
  v.finite(),
)

const GRANTED = v.object({
  access_token: TOKEN,
  token_type: v.pipe(v.string(), v.regex(/^bearer$/i)),
  // RFC 6749, section 5.1, recommends it: where it is missing, ten minutes are never too long, for who is refused asks anew.
  expires_in: v.optional(SECONDS, 600),
  refresh_token: v.optional(TOKEN),
})
const REFUSED = v.object({ error: v.string(), error_description: v.optional(v.string(), '') })

const BUSY = 429
/** Microsoft's own codes say more than RFC 6749's: `AADSTS7000215`. */
const AADSTS = /\bAADSTS[0-9]{4,8}\b/

/** What an endpoint's reply comes to. `host` is for the words; they never hold what `secrecy` conceals. */
export function readReply(reply: TokenReply, host: string, secrecy: Secrecy): Answer {
  if (reply.kind === 'none') return silent(reply.cause, `${host} gave no token: ${secrecy.mask(reply.why)}.`)
  const { status } = reply
  const said = parseJson(reply.body)
  const no = v.safeParse(REFUSED, said)
  if (status === BUSY || status >= 500) {
    const words = no.success ? `: ${secrecy.mask(describe(no.output))}` : ''
    return silent(`HTTP_${status}`, `${host} gave no token: HTTP status ${status}${words}.`)
  }
  if (no.success) {
    const cause = AADSTS.exec(no.output.error_description)?.[0] ?? no.output.error
    return refused(secrecy.mask(cause), `${host} gave no token: ${secrecy.mask(describe(no.output))}`)
  }
  const yes = v.safeParse(GRANTED, said)
  if (status !== 200 || !yes.success) {
    const what = status >= 300 && status < 400 ? 'a redirect, which is not followed' : 'no answer as RFC 6749 has it'
    return silent('TOKEN_ANSWER', `${host} gave no token: HTTP status ${status}, ${what}.`)
  }
  const { access_token: token, expires_in: expiresIn, refresh_token: refreshToken } = yes.output
  return { ok: true, tokens: { token, expiresIn, refreshToken: refreshToken ?? null } }
}

/** The provider said no. */
const refused = (cause: string, words: string): Answer => ({ ok: false, failure: failure('EOAUTH2', cause, words) })
/** Nobody said anything that is an answer. */
const silent = (cause: string, words: string): Answer => ({ ok: false, failure: failure('ETOKEN', cause, words) })

const describe = (refusal: v.InferOutput<typeof REFUSED>): string =>
  [refusal.error, refusal.error_description.replace(/\s+/g, ' ').trim()].filter((words) => words !== '').join(': ')

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
