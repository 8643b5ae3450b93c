import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { type Failure, failure, refusal, smtpFailure } from './failure.ts'
import type { Hearing } from './hearing.ts'
import type { SignIn } from './report.ts'
import type { Turns } from './turns.ts'

/** The ways of signing in that take a password and that nodemailer knows. */
const BY_PASSWORD: readonly string[] = ['PLAIN', 'LOGIN', 'CRAM-MD5']
/** Those that take a token, the one that both Google and Microsoft offer first. */
const BY_TOKEN = ['XOAUTH2', 'OAUTHBEARER'] as const
type ByToken = (typeof BY_TOKEN)[number]

interface Connected {
  readonly connection: SMTPConnection
  readonly hearing: Hearing
  readonly turns: Turns
}

/** Signs in, and never goes on without. Resolves to null or to what went wrong. */
export async function signIn(by: SignIn, connected: Connected): Promise<Failure | null> {
  const { hearing, turns } = connected
  const { mechanisms } = hearing.extensions
  turns.enter('auth')
  // nodemailer would try PLAIN unasked, or be content without.
  if (mechanisms === null) return failure('EAUTH', 'NO_AUTH', 'The server does not offer AUTH.')
  const failed =
    by.kind === 'oauth2'
      ? await signInByToken(by, mechanisms, connected)
      : await signInByPassword(by, mechanisms, connected)
  return failed === null ? null : hearing.masked(failed)
}

async function signInByPassword(
  { username, password }: SignIn & { readonly kind: 'password' },
  mechanisms: readonly string[],
  { connection, turns }: Connected,
): Promise<Failure | null> {
  if (!mechanisms.some((mechanism) => BY_PASSWORD.includes(mechanism))) {
    return failure('EAUTH', 'NO_MECHANISM', offersOnly(mechanisms))
  }
  return await turns.perform((settle) => {
    connection.login({ user: username, pass: password }, (error) => settle(error === null ? null : smtpFailure(error)))
  })
}

type TokenSignIn = SignIn & { readonly kind: 'oauth2' }

async function signInByToken(
  by: TokenSignIn,
  mechanisms: readonly string[],
  connected: Connected,
): Promise<Failure | null> {
  const mechanism = BY_TOKEN.find((known) => mechanisms.includes(known))
  if (mechanism === undefined) return failure('EAUTH', 'NO_XOAUTH2', offersOnly(mechanisms))
  const first = await tryToken(by, mechanism, connected)
  // A token that was kept may have been revoked, or have died early by the server's clock: once, with a new one.
  return first.again ? (await tryToken(by, mechanism, connected)).failed : first.failed
}

const offersOnly = (mechanisms: readonly string[]) => `The server offers only ${mechanisms.join(', ')} to sign in.`

interface Tried {
  readonly failed: Failure | null
  /** Another token may do. */
  readonly again: boolean
}

async function tryToken(by: TokenSignIn, mechanism: ByToken, connected: Connected): Promise<Tried> {
  const { hearing, turns } = connected
  const granted = await askForToken(by, turns)
  if (!granted.ok) return { failed: granted.failure, again: false }
  const { token, described, fresh } = granted
  turns.transcript?.note(described)
  turns.prolong('auth')
  const initial = Buffer.from(initialResponse(mechanism, by.username, token)).toString('base64')
  hearing.conceal([token, initial, Buffer.from(token).toString('base64')])
  let accepted = ''
  const failed = await turns.perform((settle) =>
    present(connected.connection, mechanism, initial, (response) => {
      accepted = response
      settle(response.startsWith('2') ? null : refusal(/^[45]/.test(response) ? 'EOAUTH2' : 'EAUTH', response))
    }),
  )
  if (failed === null) {
    turns.show(`${mechanism}: ${accepted.split('\n', 1)[0]} (${described})`)
    return { failed, again: false }
  }
  const { challenge } = hearing
  // 4xx is about the server, and says nothing of the token.
  const spurned = challenge !== null || (failed.response?.startsWith('5') ?? false)
  if (spurned) by.tokens.spurn(token)
  const told = challenge === null || failed.response === null ? failed.response : `${failed.response}\n334 ${challenge}`
  return { failed: { ...failed, response: told }, again: spurned && !fresh && turns.end === null }
}

type Asked =
  | { readonly ok: true; readonly token: string; readonly described: string; readonly fresh: boolean }
  | { readonly ok: false; readonly failure: Failure }

async function askForToken({ tokens }: TokenSignIn, turns: Turns): Promise<Asked> {
  let asked: Asked | null = null
  const over = await turns.perform((settle) => {
    void tokens.get().then((granted) => {
      // Whoever asked tells of it: a refused token fails one letter, however many wait for it, and the others come again.
      asked = granted.ok || !granted.shared ? granted : { ok: false, failure: failure('EABORTED', null, SHARED) }
      settle(null)
    })
  })
  if (over !== null || asked === null) return { ok: false, failure: over ?? failure('EABORTED', null, SHARED) }
  return told(asked, turns)
}
const SHARED = 'Another connection asked for the access token at the same time, and got none.'

function told(asked: Asked, turns: Turns): Asked {
  if (!asked.ok) {
    turns.transcript?.note(asked.failure.message)
    turns.show(asked.failure.message)
  }
  return asked
}

/**
 * https://developers.google.com/workspace/gmail/imap/xoauth2-protocol, and RFC 7628, section 3.1. Both providers take it in
 * one line with AUTH, however long it is.
 */
function initialResponse(mechanism: ByToken, username: string, token: string): string {
  const bearer = `\x01auth=Bearer ${token}\x01\x01`
  if (mechanism === 'XOAUTH2') return `user=${username}${bearer}`
  return `n,a=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},${bearer}`
}

/** What a refused client says to the 334 that tells why, so that the server goes on to its final reply. */
const TO_CHALLENGE: { readonly [Mechanism in ByToken]: string } = { XOAUTH2: '', OAUTHBEARER: 'AQ==' }
const METHOD = 'TOKEN'

/**
 * Says AUTH by nodemailer's door for ways of signing in that it does not know: its own XOAUTH2 asks for another token by
 * itself after any 334 and forgets what was in it. `ended` is given the final reply.
 */
function present(
  connection: SMTPConnection,
  mechanism: ByToken,
  initial: string,
  ended: (response: string) => void,
): void {
  connection.customAuth.set(METHOD, ({ sendCommand }) => {
    sendCommand(`AUTH ${mechanism} ${initial}`, (_error, { response }) => {
      if (!response.startsWith('334')) ended(response)
      else sendCommand(TO_CHALLENGE[mechanism], (_none, last) => ended(last.response))
    })
  })
  // Its callback would hear only of a connection that is no more, and of that the lane hears by itself.
  connection.login({ method: METHOD }, () => undefined)
}
