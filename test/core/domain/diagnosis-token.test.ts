import { describe, expect, it } from 'vitest'
import { diagnose, outcomeOf } from '../../../src/core/domain/diagnosis.ts'
import { TOKEN_ROWS } from '../../../src/core/domain/diagnosis-token.ts'
import type { Happening, Outcome } from '../../../src/core/domain/outcome.ts'

const at = (code: string, originalCode: string | null, reply: string, replyCode: number | null = null): Happening => ({
  stage: 'auth',
  code,
  originalCode,
  replyCode,
  enhancedCode: /^[0-9]{3} ([0-9.]+)/.exec(reply)?.[1] ?? null,
  reply,
})
/** What a provider says in the words of RFC 6749, section 5.2. */
const denied = (error: string, words = '') =>
  at(
    'EOAUTH2',
    /AADSTS[0-9]+/.exec(words)?.[0] ?? error,
    `login.example gave no token: ${error}${words && `: ${words}`}`,
  )
const silent = (cause: string) => at('ETOKEN', cause, `oauth2.example gave no token: ${cause}.`)

interface Expected {
  readonly kind: string
  readonly outcome: Outcome
  readonly first?: string
  readonly throttled?: true
}

const CASES: readonly (readonly [what: string, happening: Happening, expected: Expected])[] = [
  [
    'Google: the refresh token was revoked',
    denied('invalid_grant', 'Token has been expired or revoked.'),
    { kind: 'token-revoked', outcome: 'misconfigured', first: 'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN' },
  ],
  [
    'Microsoft: the refresh token expired unused',
    denied('invalid_grant', 'AADSTS700082: The refresh token has expired due to inactivity.'),
    { kind: 'token-revoked', outcome: 'misconfigured' },
  ],
  [
    'Microsoft: the password was changed',
    denied('invalid_grant', 'AADSTS50173: The provided grant has expired due to it being revoked.'),
    { kind: 'token-revoked', outcome: 'misconfigured' },
  ],
  [
    'Google: no such client',
    denied('invalid_client', 'The OAuth client was not found.'),
    { kind: 'token-client', outcome: 'misconfigured', first: 'SERVICE_MAIL_OAUTH2_CLIENT_ID' },
  ],
  [
    'Microsoft: the id of the secret in place of its value',
    denied('invalid_client', 'AADSTS7000215: Invalid client secret provided.'),
    { kind: 'token-client', outcome: 'misconfigured' },
  ],
  [
    'Microsoft: the secret has expired',
    denied('invalid_client', 'AADSTS7000222: The provided client secret keys are expired.'),
    { kind: 'token-secret-expired', outcome: 'misconfigured', first: 'SERVICE_MAIL_OAUTH2_CLIENT_SECRET' },
  ],
  [
    'Microsoft: the client is in another directory',
    denied('unauthorized_client', "AADSTS700016: Application with identifier 'x' was not found in the directory 'y'."),
    { kind: 'token-client-unknown', outcome: 'misconfigured', first: 'SERVICE_MAIL_OAUTH2_CLIENT_ID' },
  ],
  [
    'Google: another kind of client',
    denied('unauthorized_client', 'Unauthorized'),
    { kind: 'token-client', outcome: 'misconfigured' },
  ],
  [
    'Microsoft: no such tenant',
    denied('invalid_request', "AADSTS90002: Tenant 'contoso' not found."),
    { kind: 'token-tenant', outcome: 'misconfigured', first: 'SERVICE_MAIL_OAUTH2_TENANT' },
  ],
  [
    'Microsoft: nobody consented',
    denied('invalid_grant', 'AADSTS65001: The user or administrator has not consented to use the application.'),
    { kind: 'token-consent', outcome: 'misconfigured' },
  ],
  ['a scope that was not granted', denied('invalid_scope'), { kind: 'token-consent', outcome: 'misconfigured' }],
  [
    'Microsoft: a second factor',
    denied('invalid_grant', 'AADSTS50076: you must use multi-factor authentication to access'),
    { kind: 'token-policy', outcome: 'misconfigured' },
  ],
  [
    'Google: forbidden by the administrator',
    denied('admin_policy_enforced'),
    { kind: 'token-denied', outcome: 'misconfigured' },
  ],
  ['a word nobody knows', denied('odd_error', 'AADSTS999999: ?'), { kind: 'token-denied', outcome: 'misconfigured' }],
  ['too many questions', silent('HTTP_429'), { kind: 'token-throttled', outcome: 'unreachable', throttled: true }],
  ['an endpoint in trouble', silent('HTTP_503'), { kind: 'token-endpoint-down', outcome: 'unreachable' }],
  [
    'trouble in the words of RFC 6749',
    denied('temporarily_unavailable'),
    { kind: 'token-endpoint-down', outcome: 'unreachable' },
  ],
  ['garbage', silent('TOKEN_ANSWER'), { kind: 'token-endpoint-answer', outcome: 'unreachable' }],
  [
    'a proxy that opens TLS',
    silent('SELF_SIGNED_CERT_IN_CHAIN'),
    { kind: 'token-endpoint-certificate', outcome: 'misconfigured', first: 'SERVICE_MAIL_CA_FILE' },
  ],
  [
    'an endpoint that says nothing',
    silent('TOKEN_TIMEOUT'),
    { kind: 'token-endpoint-unreachable', outcome: 'unreachable' },
  ],
  ['a name nobody knows', silent('ENOTFOUND'), { kind: 'token-endpoint-unreachable', outcome: 'unreachable' }],
  [
    'a server that takes no tokens',
    at('EAUTH', 'NO_XOAUTH2', 'The server offers only PLAIN, LOGIN to sign in.'),
    { kind: 'no-token-sign-in', outcome: 'misconfigured', first: 'SERVICE_MAIL_AUTH_METHOD' },
  ],
  [
    'Exchange: no right to the mailbox',
    at('EOAUTH2', null, '535 5.7.3 Authentication unsuccessful [AM0PR01CA0123]', 535),
    { kind: 'token-not-accepted', outcome: 'misconfigured', first: 'SERVICE_MAIL_USERNAME' },
  ],
  [
    'Exchange: SMTP is off for the mailbox, token or not',
    at(
      'EOAUTH2',
      null,
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.',
      535,
    ),
    { kind: 'smtp-auth-disabled', outcome: 'misconfigured' },
  ],
  [
    'Gmail: a token of another mailbox',
    at('EOAUTH2', null, '535 5.7.8 Username and Password not accepted.\n334 {"status":"400","schemes":"Bearer"}', 535),
    { kind: 'token-not-accepted', outcome: 'misconfigured' },
  ],
  [
    'too many sign-ins, token or not',
    at('EOAUTH2', null, '454 4.7.0 Too many login attempts', 454),
    { kind: 'throttled-sign-in', outcome: 'unreachable', throttled: true },
  ],
]

describe('diagnoses of signing in by OAuth 2.0', () => {
  it.each(CASES)('%s', (_what, happening, { kind, outcome, first, throttled }) => {
    const diagnosis = diagnose(happening)
    expect({ kind: diagnosis.kind, ...outcomeOf(happening) }).toEqual({ kind, outcome, throttled: throttled ?? false })
    if (first !== undefined) expect(diagnosis.settings[0]).toBe(first)
  })

  it('every row is told by one of these', () => {
    const told = new Set(CASES.map(([, happening]) => diagnose(happening)))
    for (const { kind, title } of TOKEN_ROWS)
      expect([...told].map((row) => `${row.kind}: ${row.title}`)).toContain(`${kind}: ${title}`)
  })

  it('advice names settings that are there, and each setting it points to', () => {
    for (const row of TOKEN_ROWS) {
      for (const name of row.advice.match(/SERVICE_[A-Z0-9_]*[A-Z0-9]/g) ?? []) {
        if (!row.advice.includes(`${name}_`)) expect(row.settings, row.kind).toContain(name)
      }
    }
  })
})
