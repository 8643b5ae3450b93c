import { beforeAll, describe, expect, it } from 'vitest'
import { diagnose } from '../../../src/core/domain/diagnosis.ts'
import { ACCOUNT_ROWS } from '../../../src/core/domain/diagnosis-account.ts'
import { ENVELOPE_ROWS } from '../../../src/core/domain/diagnosis-envelope.ts'
import { SIGN_IN_ROWS } from '../../../src/core/domain/diagnosis-sign-in.ts'
import { TLS_ROWS } from '../../../src/core/domain/diagnosis-tls.ts'
import { TOKEN_ROWS } from '../../../src/core/domain/diagnosis-token.ts'
import { WAY_ROWS } from '../../../src/core/domain/diagnosis-way.ts'
import type { Outcome } from '../../../src/core/domain/outcome.ts'
import { DAY } from '../../../src/core/domain/time.ts'
import { type Certificate, makeCertificate } from '../../../src/core/host/certificate.ts'
import type { CourierSettings, Report } from '../../../src/daemon/courier/report.ts'
import type { Script } from '../../support/smtp-script.ts'
import { aCourier, aParcel, aServer } from './support.ts'

let authority: Certificate
const certificates: Record<'good' | 'expired' | 'misnamed' | 'selfSigned' | 'chainless', Certificate | null> = {
  good: null,
  expired: null,
  misnamed: null,
  selfSigned: null,
  chainless: null,
}
beforeAll(async () => {
  const now = Date.now()
  authority = await makeCertificate({ commonName: 'Private CA', hosts: [], days: 30, now, authority: true })
  const issue = (hosts: readonly string[], at: number, days: number) =>
    makeCertificate({ commonName: 'mail', hosts, days, now: at, issuer: authority })
  certificates.good = await issue(['localhost'], now, 1)
  certificates.expired = await issue(['localhost'], now - 10 * DAY, 5)
  certificates.misnamed = await issue(['mail.example.com'], now, 1)
  certificates.selfSigned = await makeCertificate({ commonName: 'mail', hosts: ['localhost'], days: 1, now })
  const [leaf = ''] = certificates.good.certificate.split(/(?<=-----END CERTIFICATE-----\n)/)
  certificates.chainless = { ...certificates.good, certificate: leaf }
})

const BASIC = ['AUTH PLAIN']

interface Scene {
  readonly script?: Script
  /** Offered by STARTTLS, or with `smtps` from the first byte. */
  readonly certificate?: keyof typeof certificates
  /** Trusts the authority that signed it. */
  readonly trusting?: true
  readonly settings?: Partial<CourierSettings>
  readonly to?: string
  readonly deadlines?: Readonly<Record<string, number>>
}

async function said({ script = {}, certificate, trusting, settings = {}, to, deadlines }: Scene): Promise<Report> {
  const offered = certificate === undefined ? undefined : (certificates[certificate] ?? undefined)
  const server = await aServer({ extensions: BASIC, ...script, ...(offered ? { certificate: offered } : {}) })
  const ca = trusting ? authority.certificate : null
  return aCourier(server, { host: 'localhost', ca, ...settings }, deadlines === undefined ? {} : { deadlines }).send(
    aParcel(to),
  )
}

const STARTTLS = { tls: true } as const
/** RFC 8446, section 6: a fatal alert, 70. */
const PROTOCOL_VERSION_ALERT = Buffer.from([0x15, 3, 3, 0, 2, 2, 70])
const PASSWORD_SETTINGS = ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD']

/** What is said on the wire; the diagnosis' kind; the outcome, with "slow" where the server wants us to slow down; the settings. */
const ROWS: readonly (readonly [
  what: string,
  Scene,
  kind: string | RegExp,
  outcome: string,
  settings: readonly string[],
])[] = [
  // The way to the server.
  [
    'a name that does not exist',
    { settings: { host: 'no-such-host.invalid', signIn: null } },
    /^dns(-down)?$/,
    'unreachable',
    ['SERVICE_MAIL_HOST'],
  ],
  [
    'nothing on that port',
    { settings: { port: 1 } },
    'connection-refused',
    'unreachable',
    ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_HOST'],
  ],
  [
    'the port of smtps, spoken to in clear',
    { script: { implicitTls: true }, certificate: 'good', deadlines: { greeting: 150 } },
    'no-greeting',
    'unreachable',
    ['SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_PORT'],
  ],
  [
    '421 at the greeting',
    { script: { greeting: '421 4.7.0 Too many connections from your address' } },
    'turned-away',
    'unreachable, slow',
    ['SERVICE_MAIL_CONNECTIONS'],
  ],
  [
    '554 at the greeting',
    { script: { greeting: '554 5.7.1 Service unavailable; client blocked using zen.spamhaus.org' } },
    'refused-greeting',
    'unreachable',
    ['SERVICE_MAIL_HOST', 'SERVICE_MAIL_PORT'],
  ],
  [
    'a web server',
    { script: { greeting: { raw: 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n' } } },
    'not-smtp',
    'unreachable',
    ['SERVICE_MAIL_HOST', 'SERVICE_MAIL_PORT'],
  ],
  [
    'a greeting without an end',
    { script: { greeting: { raw: 'x'.repeat(100_000) } } },
    'not-smtp',
    'unreachable',
    ['SERVICE_MAIL_HOST', 'SERVICE_MAIL_PORT'],
  ],
  // TLS, with real certificates.
  [
    'smtps on a port that speaks in clear',
    { settings: { protocol: 'smtps' } },
    'tls-on-plain-port',
    'misconfigured',
    ['SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_PORT'],
  ],
  [
    'a self-signed certificate',
    { certificate: 'selfSigned', settings: STARTTLS },
    'certificate-untrusted',
    'misconfigured',
    ['SERVICE_MAIL_CA_FILE'],
  ],
  [
    'a private authority',
    { certificate: 'good', settings: STARTTLS },
    'certificate-untrusted',
    'misconfigured',
    ['SERVICE_MAIL_CA_FILE'],
  ],
  [
    'a private authority that is not sent along',
    { certificate: 'chainless', settings: STARTTLS },
    'certificate-untrusted',
    'misconfigured',
    ['SERVICE_MAIL_CA_FILE'],
  ],
  [
    'the same, named by SERVICE_MAIL_CA_FILE',
    { certificate: 'chainless', trusting: true, settings: STARTTLS },
    'delivered',
    'delivered',
    [],
  ],
  [
    'a certificate for another name',
    { certificate: 'misnamed', trusting: true, settings: STARTTLS },
    'certificate-name',
    'misconfigured',
    ['SERVICE_MAIL_HOST'],
  ],
  [
    'a certificate that has expired',
    { certificate: 'expired', trusting: true, settings: STARTTLS },
    'certificate-expired',
    'misconfigured',
    [],
  ],
  [
    'a self-signed certificate from the first byte',
    { script: { implicitTls: true }, certificate: 'selfSigned', settings: { protocol: 'smtps' } },
    'certificate-untrusted',
    'misconfigured',
    ['SERVICE_MAIL_CA_FILE'],
  ],
  [
    'no STARTTLS',
    { settings: STARTTLS },
    'no-starttls',
    'misconfigured',
    ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_HOST'],
  ],
  [
    'STARTTLS 454',
    { script: { STARTTLS: '454 4.7.0 TLS not available due to local problem' }, settings: STARTTLS },
    'tls-not-now',
    'unreachable',
    ['SERVICE_MAIL_PORT'],
  ],
  [
    'EHLO 502',
    { script: { EHLO: '502 5.5.1 Unimplemented' }, settings: STARTTLS },
    'ehlo-refused',
    'misconfigured',
    ['SERVICE_MAIL_CLIENT_NAME', 'SERVICE_MAIL_PORT'],
  ],
  // The sign-in.
  [
    "Gmail's 535-5.7.8",
    {
      script: {
        AUTH: '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials a1 - gsmtp',
      },
    },
    'sign-in-refused',
    'misconfigured',
    PASSWORD_SETTINGS,
  ],
  [
    "Gmail's 534-5.7.9",
    {
      script: {
        AUTH: '534-5.7.9 Application-specific password required. For more information, go to\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor a1 - gsmtp',
      },
    },
    'app-password',
    'misconfigured',
    ['SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_AUTH_METHOD'],
  ],
  [
    "Gmail's 534-5.7.14",
    {
      script: {
        AUTH: '534-5.7.14 <https://accounts.google.com/signin/continue> Please log in via your web browser\n534 5.7.14 and then try again.',
      },
    },
    'browser-sign-in',
    'misconfigured',
    ['SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_USERNAME'],
  ],
  [
    '454 4.7.0 at the sign-in',
    { script: { AUTH: '454 4.7.0 Too many login attempts, please try again later.' } },
    'throttled-sign-in',
    'unreachable, slow',
    ['SERVICE_MAIL_CONNECTIONS'],
  ],
  [
    '421 4.7.0 at the sign-in',
    { script: { AUTH: { say: '421 4.7.0 Too many errors, closing connection', end: 'fin' } } },
    'throttled-sign-in',
    'unreachable, slow',
    ['SERVICE_MAIL_CONNECTIONS'],
  ],
  [
    '535 5.7.139: SMTP AUTH is off',
    {
      script: {
        AUTH: '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.',
      },
    },
    'smtp-auth-disabled',
    'misconfigured',
    ['SERVICE_MAIL_USERNAME'],
  ],
  [
    '535 5.7.139: security defaults',
    {
      script: {
        AUTH: "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy.",
      },
    },
    'sign-in-policy',
    'misconfigured',
    [...PASSWORD_SETTINGS, 'SERVICE_MAIL_AUTH_METHOD'],
  ],
  [
    '535 5.7.139: criteria not met',
    {
      script: {
        AUTH: '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully.',
      },
    },
    'sign-in-policy',
    'misconfigured',
    [...PASSWORD_SETTINGS, 'SERVICE_MAIL_AUTH_METHOD'],
  ],
  [
    '535 5.7.3',
    { script: { AUTH: '535 5.7.3 Authentication unsuccessful [AM0PR01CA0123.eurprd01.prod.exchangelabs.com]' } },
    'sign-in-exchange',
    'misconfigured',
    [...PASSWORD_SETTINGS, 'SERVICE_MAIL_AUTH_METHOD'],
  ],
  [
    '550 5.7.30',
    { script: { AUTH: '550 5.7.30 Basic authentication is not supported for Client Submission.' } },
    'basic-auth-ended',
    'misconfigured',
    [
      'SERVICE_MAIL_AUTH_METHOD',
      'SERVICE_MAIL_OAUTH2_PROVIDER',
      'SERVICE_MAIL_OAUTH2_TENANT',
      'SERVICE_MAIL_OAUTH2_CLIENT_ID',
      'SERVICE_MAIL_OAUTH2_CLIENT_SECRET',
    ],
  ],
  [
    '550 5.7.30 at MAIL',
    { script: { MAIL: '550 5.7.30 Basic authentication is not supported for Client Submission.' } },
    'basic-auth-ended',
    'misconfigured',
    [
      'SERVICE_MAIL_AUTH_METHOD',
      'SERVICE_MAIL_OAUTH2_PROVIDER',
      'SERVICE_MAIL_OAUTH2_TENANT',
      'SERVICE_MAIL_OAUTH2_CLIENT_ID',
      'SERVICE_MAIL_OAUTH2_CLIENT_SECRET',
    ],
  ],
  [
    'AUTH not offered',
    { script: { extensions: ['SIZE 1000000'] } },
    'no-auth',
    'misconfigured',
    ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_AUTH', 'SERVICE_MAIL_HOST'],
  ],
  // The sender.
  [
    '530 5.7.0 at MAIL',
    { script: { MAIL: '530 5.7.0 Must issue a STARTTLS command first' } },
    'tls-demanded',
    'misconfigured',
    ['SERVICE_MAIL_TLS', 'SERVICE_MAIL_PROTOCOL'],
  ],
  [
    '530 5.7.57 at MAIL',
    { script: { MAIL: '530 5.7.57 Client not authenticated to send mail.' } },
    'not-signed-in',
    'misconfigured',
    ['SERVICE_MAIL_AUTH', ...PASSWORD_SETTINGS],
  ],
  [
    '530 5.5.1 at MAIL',
    { script: { MAIL: '530 5.5.1 Authentication Required.' } },
    'not-signed-in',
    'misconfigured',
    ['SERVICE_MAIL_AUTH', ...PASSWORD_SETTINGS],
  ],
  [
    '553 5.7.1 at MAIL',
    { script: { MAIL: '553 5.7.1 <postern@example.org>: Sender address rejected: not owned by user postern' } },
    'sender-not-allowed',
    'misconfigured',
    ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_USERNAME'],
  ],
  [
    '550 5.7.60 at MAIL',
    { script: { MAIL: '550 5.7.60 SMTP; Client does not have permissions to send as this sender' } },
    'sender-not-allowed',
    'misconfigured',
    ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_USERNAME'],
  ],
  [
    '554 5.2.252 SendAsDenied at the dot',
    { script: { dot: '554 5.2.252 SendAsDenied; postern@example.org not allowed to send as x@example.org' } },
    'sender-not-allowed',
    'misconfigured',
    ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_USERNAME'],
  ],
  [
    '421 at MAIL',
    { script: { MAIL: { say: '421 4.3.2 System not accepting network messages', end: 'fin' } } },
    'sender-put-off',
    'deferred, slow',
    ['SERVICE_MAIL_CONNECTIONS'],
  ],
  // The recipient.
  [
    '550 5.1.1',
    { script: { RCPT: '550 5.1.1 <user@example.com>: Recipient address rejected: User unknown' } },
    'no-mailbox',
    'refused',
    [],
  ],
  [
    '550 5.1.10',
    { script: { RCPT: '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found' } },
    'no-mailbox',
    'refused',
    [],
  ],
  [
    '550 5.7.1 relaying denied',
    { script: { RCPT: '550 5.7.1 Relaying denied' } },
    'relaying-denied',
    'misconfigured',
    ['SERVICE_MAIL_AUTH', ...PASSWORD_SETTINGS, 'SERVICE_MAIL_HOST'],
  ],
  [
    '450 4.2.0 greylisting',
    { script: { RCPT: '450 4.2.0 <user@example.com>: Recipient address rejected: Greylisted' } },
    'put-off',
    'deferred',
    [],
  ],
  ['451 4.7.1 rate', { script: { RCPT: '451 4.7.1 Try again later' } }, 'put-off', 'deferred', []],
  [
    '452 4.2.2 over quota',
    { script: { RCPT: '452 4.2.2 The email account that you tried to reach is over quota' } },
    'mailbox-full',
    'deferred',
    [],
  ],
  ['552 5.2.2 over quota', { script: { RCPT: '552 5.2.2 Mailbox full' } }, 'mailbox-full', 'deferred', []],
  [
    '553 5.6.7',
    { script: { RCPT: '553 5.6.7 Address not supported' } },
    'no-smtputf8',
    'refused',
    ['SERVICE_MAIL_HOST'],
  ],
  ['no SMTPUTF8 offered', { to: 'юзер@example.com' }, 'no-smtputf8', 'refused', ['SERVICE_MAIL_HOST']],
  // The letter.
  [
    '552 5.3.4 at the dot',
    { script: { dot: '552 5.3.4 Message size exceeds fixed limit' } },
    'too-large',
    'refused',
    [],
  ],
  [
    '550 5.7.26 at the dot',
    { script: { dot: '550 5.7.26 This mail has been blocked because the sender is unauthenticated.' } },
    'sender-domain',
    'misconfigured',
    ['SERVICE_MAIL_FROM_ADDRESS'],
  ],
  [
    '550 5.7.1 at the dot',
    { script: { dot: '550 5.7.1 Message rejected due to content restrictions' } },
    'policy',
    'refused',
    ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_HOST'],
  ],
  [
    '554 5.7.9 at the dot',
    { script: { dot: '554 5.7.9 Message not accepted for policy reasons' } },
    'policy',
    'refused',
    ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_HOST'],
  ],
  ['451 4.3.0 at the dot', { script: { dot: '451 4.3.0 Temporary system problem' } }, 'server-trouble', 'deferred', []],
  [
    '452 4.3.1 at the dot',
    { script: { dot: '452 4.3.1 Insufficient system storage' } },
    'server-trouble',
    'deferred',
    [],
  ],
  [
    '421 at the dot',
    { script: { dot: { say: '421 4.3.2 Shutting down', end: 'fin' } } },
    'server-trouble',
    'deferred',
    [],
  ],
  ['the end of the connection after the dot', { script: { dot: { end: 'fin' } } }, 'no-answer', 'unknown', []],
  ['a reset after the dot', { script: { dot: { end: 'rst' } } }, 'no-answer', 'unknown', []],
  ['silence after the dot', { script: { dot: { end: 'stall' } }, deadlines: { dot: 150 } }, 'no-answer', 'unknown', []],
  // What is left of the table.
  [
    // No route leads there, so that nothing is sent.
    'an address without a way to it',
    { settings: { host: '255.255.255.255', protocol: 'smtps', tls: true } },
    'unreachable',
    'unreachable',
    ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_HOST'],
  ],
  ['450 at the greeting', { script: { greeting: '450 4.3.2 Not now' } }, 'busy-greeting', 'unreachable', []],
  [
    'the end before a greeting',
    { script: { greeting: { end: 'fin' } } },
    'lost-greeting',
    'unreachable',
    ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_PROTOCOL'],
  ],
  [
    'a TLS alert: no version in common',
    { script: { greeting: { raw: PROTOCOL_VERSION_ALERT } }, settings: { protocol: 'smtps', tls: true } },
    'tls-version',
    'misconfigured',
    ['SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_PORT'],
  ],
  [
    'the end amid STARTTLS',
    { script: { extensions: ['STARTTLS'], STARTTLS: { raw: '220 Go\r\n', end: 'fin' } }, settings: STARTTLS },
    'tls-lost',
    'unreachable',
    ['SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_PORT'],
  ],
  [
    'a reset instead of an answer to EHLO',
    { script: { EHLO: { end: 'rst' }, HELO: { end: 'rst' } } },
    'ehlo-lost',
    'unreachable',
    [],
  ],
  [
    'a server that takes no password',
    { script: { extensions: ['AUTH GSSAPI'] } },
    'no-mechanism',
    'misconfigured',
    ['SERVICE_MAIL_AUTH_METHOD', 'SERVICE_MAIL_HOST', 'SERVICE_MAIL_PORT'],
  ],
  [
    'a sign-in that is answered like a letter',
    { script: { AUTH: '354 Go ahead' } },
    'sign-in-impossible',
    'misconfigured',
    PASSWORD_SETTINGS,
  ],
  ['the end amid the sign-in', { script: { AUTH: { end: 'fin' } } }, 'sign-in-lost', 'unreachable', []],
  [
    "Gmail's daily limit",
    { script: { dot: '550 5.4.5 Daily user sending limit exceeded.' } },
    'sending-limit',
    'deferred, slow',
    ['SERVICE_MAIL_USERNAME'],
  ],
  [
    "Amazon SES' sandbox",
    { script: { dot: '554 Message rejected: Email address is not verified.' } },
    'identity-not-verified',
    'misconfigured',
    ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_HOST'],
  ],
  [
    "Exchange's full mailbox of the sender",
    { script: { dot: '554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException' } },
    'sender-mailbox-full',
    'misconfigured',
    ['SERVICE_MAIL_USERNAME'],
  ],
  [
    "Exchange's closed mailbox of the sender",
    { script: { dot: '430 4.2.0 STOREDRV; mailbox logon failure; MapiExceptionLogonFailed' } },
    'sender-mailbox-closed',
    'deferred',
    ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_FROM_ADDRESS'],
  ],
  [
    '550 at MAIL',
    { script: { MAIL: '550 5.0.0 Not from you' } },
    'sender-refused',
    'misconfigured',
    ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_USERNAME'],
  ],
  ['a disabled mailbox', { script: { RCPT: '550 5.2.1 The account is disabled' } }, 'mailbox-disabled', 'refused', []],
  [
    "Postfix' access denied",
    { script: { RCPT: '554 5.7.1 <user@example.com>: Recipient address rejected: Access denied' } },
    'access-denied',
    'refused',
    ['SERVICE_MAIL_AUTH', ...PASSWORD_SETTINGS],
  ],
  ['550 at RCPT', { script: { RCPT: '550 5.0.0 No' } }, 'recipient-refused', 'refused', []],
  ['a reset at RCPT', { script: { RCPT: { end: 'rst' } } }, 'link-lost', 'deferred', []],
  ['554 at the dot', { script: { dot: '554 5.6.0 Malformed' } }, 'letter-refused', 'refused', []],
]

/** What no letter meets on the wire: a resolver without an answer, and the RSET of a check. */
const NOT_HERE = ['dns-down', 'reset-failed']

describe('each symptom, said on the wire, has its diagnosis, its outcome and the settings that mend it', () => {
  it.each(ROWS)('%s', async (_what, scene, kind, outcome, settings) => {
    const { happening, throttled, outcome: came } = await said(scene)
    const diagnosis = happening === null ? null : diagnose(happening)
    expect(diagnosis?.kind ?? 'delivered').toMatch(kind)
    expect(`${came}${throttled ? ', slow' : ''}`).toBe(outcome)
    expect(diagnosis?.settings ?? []).toEqual(settings)
  })

  it('no row of the table that a server may cause is left out', () => {
    const rows = [...WAY_ROWS, ...TLS_ROWS, ...SIGN_IN_ROWS, ...ACCOUNT_ROWS, ...ENVELOPE_ROWS]
    const tokens = TOKEN_ROWS.map(({ kind }) => kind)
    const kinds = rows.map(({ kind }) => kind).filter((kind) => !tokens.includes(kind) && !NOT_HERE.includes(kind))
    const walked = (kind: string) => ROWS.some(([, , wanted]) => kind.match(wanted) !== null)
    expect(kinds.filter((kind) => !walked(kind))).toEqual([])
    expect(kinds.length).toBeGreaterThan(50)
  })

  it("Gmail's refusal says that an app password is needed, and names the user name and the password", async () => {
    const { happening, reply } = await said({
      script: {
        AUTH: '535-5.7.8 Username and Password not accepted. Learn more at\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials - gsmtp',
      },
    })
    const { meaning, advice, settings } = happening === null ? expect.fail('it was delivered') : diagnose(happening)
    expect(`${meaning} ${advice}`).toContain('app password')
    expect(advice).toMatch(/SERVICE_MAIL_USERNAME.*SERVICE_MAIL_PASSWORD/)
    expect(settings).toEqual(PASSWORD_SETTINGS)
    expect(reply).toContain('BadCredentials')
  })
})

/** The outcome by stage: of a 4xx, of a 5xx, of no reply and the link lost. */
const STAGES: readonly (readonly [stage: keyof Script, later: Outcome, never: Outcome, lost: Outcome])[] = [
  ['greeting', 'unreachable', 'unreachable', 'unreachable'],
  ['EHLO', 'unreachable', 'misconfigured', 'unreachable'],
  ['STARTTLS', 'unreachable', 'misconfigured', 'unreachable'],
  ['AUTH', 'unreachable', 'misconfigured', 'unreachable'],
  ['MAIL', 'deferred', 'misconfigured', 'deferred'],
  ['RCPT', 'deferred', 'refused', 'deferred'],
  ['DATA', 'deferred', 'refused', 'deferred'],
  ['dot', 'deferred', 'refused', 'unknown'],
]

describe('a reply that no row knows is judged by its stage and its first digit', () => {
  it.each(STAGES)('%s', async (at, later, never, lost) => {
    const scene = (answer: string | { end: 'fin' | 'rst' }): Scene => ({
      script: { [at]: answer, ...(at === 'EHLO' ? { HELO: answer } : {}) },
      settings: at === 'STARTTLS' ? STARTTLS : {},
    })
    const outcomeOf = async (answer: string | { end: 'fin' | 'rst' }) => (await said(scene(answer))).outcome
    expect(await outcomeOf('459 Not now')).toBe(later)
    expect(await outcomeOf('559 Not ever')).toBe(never)
    expect(await outcomeOf({ end: 'fin' })).toBe(lost)
    expect(await outcomeOf({ end: 'rst' })).toBe(lost)
  })
})
