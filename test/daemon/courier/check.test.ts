import { SMTPServer } from 'smtp-server'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { diagnose } from '../../../src/core/domain/diagnosis.ts'
import type { Stage } from '../../../src/core/domain/outcome.ts'
import { DAY } from '../../../src/core/domain/time.ts'
import { type Certificate, makeCertificate } from '../../../src/core/host/certificate.ts'
import { type CheckOptions, checkServer } from '../../../src/daemon/courier/check.ts'
import type { CourierSettings } from '../../../src/daemon/courier/report.ts'
import type { Script } from '../../support/smtp-script.ts'
import { aServer, PASSWORD, summary } from './support.ts'

/** What the courier was told while it checked, stage by stage. */
interface Seen {
  readonly passed: readonly Stage[]
  readonly stage: Stage
}

const FROM = 'postern@example.org'
const TO = 'user@example.com'

/** Checks a server, in clear over loopback and signing in unless it is told otherwise. */
async function check(
  { port }: { readonly port: number },
  given: Partial<CourierSettings> = {},
  options: Partial<CheckOptions & { readonly from: string; readonly to: string }> = {},
) {
  const seen: Seen[] = []
  const { from = FROM, to = TO, ...rest } = options
  const settings: CourierSettings = {
    host: '127.0.0.1',
    port,
    protocol: 'smtp',
    tls: false,
    signIn: { kind: 'password', username: 'postern', password: PASSWORD },
    ca: null,
    clientName: 'postern.example',
    ...given,
  }
  const report = await checkServer(
    settings,
    { from, to },
    {
      entered: (stages, stage) => seen.push({ passed: stages.map((passed) => passed.stage), stage }),
      signal: new AbortController().signal,
      ...rest,
    },
  )
  return { report, seen, stages: report.stages.map(({ stage, detail }) => `${stage}: ${detail}`) }
}

describe('a check that every stage passes', () => {
  it('goes up to RCPT TO, takes it back, says goodbye, and sends no letter', async () => {
    const server = await aServer()
    const { report, stages, seen } = await check(server)
    expect(summary(report)).toBe('delivered')
    expect(stages).toEqual([
      `tcp: 127.0.0.1 port ${server.port}`,
      'greeting: 220 script.example ESMTP',
      'ehlo: PIPELINING, 8BITMIME, SMTPUTF8, SIZE 10485760, AUTH PLAIN LOGIN',
      'auth: PLAIN: 235 2.7.0 Accepted',
      'mail: 250 2.1.0 Sender ok',
      'rcpt: 250 2.1.5 Recipient ok',
      'reset: 250 2.0.0 Reset',
    ])
    const said = server.connections[0]?.lines.filter((line) => line.startsWith('C: ') && !line.includes('AUTH'))
    expect(said).toEqual([
      'C: EHLO postern.example',
      `C: MAIL FROM:<${FROM}>`,
      `C: RCPT TO:<${TO}>`,
      'C: RSET',
      'C: QUIT',
    ])
    expect(server.letters).toEqual([])
    expect(report.conversation).toContain(`C: MAIL FROM:<${FROM}>\nS: 250 2.1.0 Sender ok\nC: RCPT TO:<${TO}>\n`)
    expect(JSON.stringify(report)).not.toContain(PASSWORD)
    // Each stage was told as it began, with those before it.
    expect(seen.map(({ stage }) => stage)).toEqual(['tcp', 'greeting', 'ehlo', 'auth', 'mail', 'rcpt', 'reset'])
    for (const [index, { passed }] of seen.entries())
      expect(passed).toEqual(seen.slice(0, index).map(({ stage }) => stage))
  })

  it('says each command by itself to a server that takes them ahead', async () => {
    const server = await aServer({ extensions: ['AUTH LOGIN'] })
    const { report, stages } = await check(server, { host: 'localhost' })
    expect(summary(report)).toBe('delivered')
    expect(stages[0]).toMatch(/^dns: .*127\.0\.0\.1/)
    expect(stages).toContain('auth: LOGIN: 235 2.7.0 Accepted')
  })

  it('asks for SMTPUTF8 where an address needs it, and stops where the server lacks it', async () => {
    const server = await aServer()
    expect(summary((await check(server, {}, { to: 'юзер@example.com' })).report)).toBe('delivered')
    expect(server.connections[0]?.lines).toContain(`C: MAIL FROM:<${FROM}> SMTPUTF8`)
    const old = await aServer({ extensions: ['AUTH PLAIN'] })
    expect(summary((await check(old, {}, { to: 'юзер@example.com' })).report)).toBe('refused mail EUTF8')
  })
})

/** What the server says, and the stage at which the check ends with it. */
const FAILURES: readonly (readonly [what: string, script: Script, summary: string, kind: string])[] = [
  ['blocked at the greeting', { greeting: '554 5.7.1 Blocked' }, 'unreachable greeting', 'refused-greeting'],
  ['a web server', { greeting: { raw: 'HTTP/1.1 400 Bad Request\r\n\r\n' } }, 'unreachable greeting', 'not-smtp'],
  ['EHLO refused', { EHLO: '550 No', HELO: '550 No' }, 'misconfigured ehlo', 'ehlo-refused'],
  ['no sign-in offered', { extensions: [] }, 'misconfigured auth', 'no-auth'],
  ['a wrong password', { AUTH: '535 5.7.8 Not accepted' }, 'misconfigured auth', 'sign-in-refused'],
  ['closed at the sign-in', { AUTH: { end: 'fin' } }, 'unreachable auth', 'sign-in-lost'],
  ['the sender refused', { MAIL: '553 5.7.1 Not yours' }, 'misconfigured mail', 'sender-not-allowed'],
  ['the sender put off', { MAIL: '451 4.7.0 Later' }, 'deferred mail', 'sender-put-off'],
  ['hung up at MAIL', { MAIL: '421 4.3.2 Bye' }, 'deferred mail', 'sender-put-off'],
  ['closed at MAIL', { MAIL: { end: 'fin' } }, 'deferred mail', 'link-lost'],
  ['reset at MAIL', { MAIL: { end: 'rst' } }, 'deferred mail', 'link-lost'],
  ['nobody there', { RCPT: '550 5.1.1 User unknown' }, 'refused rcpt', 'no-mailbox'],
  ['greylisted', { RCPT: '450 4.2.0 Greylisted' }, 'deferred rcpt', 'put-off'],
  ['relaying denied', { RCPT: '554 5.7.1 Relay access denied' }, 'misconfigured rcpt', 'relaying-denied'],
  ['closed at RCPT', { RCPT: { end: 'fin' } }, 'deferred rcpt', 'link-lost'],
  ['RSET refused', { RSET: '502 5.5.1 What?' }, 'deferred reset', 'reset-failed'],
  ['closed at RSET', { RSET: { end: 'fin' } }, 'deferred reset', 'reset-failed'],
]

describe('the first failure ends it', () => {
  it.each(FAILURES)('%s', async (_what, script, expected, kind) => {
    const server = await aServer(script)
    const { report, seen } = await check(server)
    expect(summary(report)).toMatch(new RegExp(`^${expected}`))
    expect(report.happening && diagnose(report.happening).kind).toBe(kind)
    expect(report.stages.at(-1)?.stage).toBe(report.happening?.stage)
    expect(seen.at(-1)?.stage).toBe(report.happening?.stage)
    expect(server.letters).toEqual([])
    await server.until(() => server.connections[0]?.open === false)
  })

  it('a name that there is not', async () => {
    const { report } = await check({ port: 25 }, { host: 'no-such-host.invalid', signIn: null })
    expect(report.happening).toMatchObject({ stage: 'dns', code: 'EDNS' })
  })

  it('a port that nobody listens on', async () => {
    const server = await aServer()
    await server.close()
    expect(summary((await check(server)).report)).toBe('unreachable tcp ESOCKET ECONNREFUSED')
  })

  it('an address of a forged record says nothing to the server', async () => {
    const server = await aServer()
    const { report } = await check(server, {}, { to: 'a@example.org>\r\nDATA' })
    expect(summary(report)).toBe('refused letter EADDRESS')
    expect(server.connections).toEqual([])
  })

  it('a password in clear to another machine is refused before anything is said', async () => {
    const { report } = await check({ port: 25 }, { host: 'mail.example.com' })
    expect(summary(report)).toBe('misconfigured letter ESETTING')
  })

  it('STARTTLS stripped: nothing but it is said, and no password (case 46)', async () => {
    const server = await aServer()
    const { report, stages } = await check(server, { tls: true })
    expect(summary(report)).toBe('misconfigured tls ETLS 502')
    expect(stages).toContain('ehlo: STARTTLS is not offered; asked for even so')
    expect(server.connections[0]?.wire.toString()).toBe('EHLO postern.example\r\nSTARTTLS\r\n')
  })

  it.each(['greeting', 'EHLO', 'MAIL', 'RCPT', 'RSET'] as const)(
    'silence at %s ends with the time for it all',
    async (at) => {
      const server = await aServer({ [at]: { end: 'stall' } })
      const { report } = await check(server, {}, { deadline: 300 })
      const stage = { greeting: 'greeting', EHLO: 'ehlo', MAIL: 'mail', RCPT: 'rcpt', RSET: 'reset' }[at]
      expect(report.happening).toMatchObject({
        stage,
        code: 'ETIMEDOUT',
        originalCode: `${stage.toUpperCase()}_TIMEOUT`,
      })
      await server.until(() => server.connections[0]?.open === false)
    },
  )

  it('it ends at once when it is to stop, or never begins', async () => {
    const server = await aServer({ RCPT: { end: 'stall' } })
    const stop = new AbortController()
    const checked = check(server, {}, { signal: stop.signal })
    await server.until(() => server.connections[0]?.lines.includes(`C: RCPT TO:<${TO}>`) ?? false)
    stop.abort()
    const { report } = await checked
    expect(summary(report)).toBe('deferred rcpt ECHECK')
    expect(report.happening && diagnose(report.happening).kind).toBe('check-cut-short')
    await server.until(() => server.connections[0]?.open === false)
    expect((await check(server, {}, { signal: stop.signal })).report.happening?.code).toBe('ECHECK')
    expect(server.connections).toHaveLength(1)
  })
})

describe('with TLS and a sign-in, against smtp-server', () => {
  let authority: Certificate
  beforeAll(async () => {
    authority = await makeCertificate({ commonName: 'CA', hosts: [], days: 30, now: Date.now(), authority: true })
  })

  const issue = (days: number, hosts: readonly string[] = ['localhost', '127.0.0.1'], now = Date.now()) =>
    makeCertificate({ commonName: 'mail', hosts, days, now, issuer: authority })

  /** A server that knows one user and takes letters for example.com alone. */
  async function aRealServer({ certificate, key }: Certificate, secure: boolean) {
    const letters: string[] = []
    const server = new SMTPServer({
      secure,
      cert: certificate,
      key,
      onAuth: ({ username, password }, _session, done) =>
        username === 'postern' && password === PASSWORD
          ? done(null, { user: username })
          : done(new Error('Invalid username or password')),
      onMailFrom: ({ address }, _session, done) =>
        address.endsWith('@example.org') ? done() : done(Object.assign(new Error('No'), { responseCode: 553 })),
      onRcptTo: ({ address }, _session, done) =>
        address.endsWith('@example.com') ? done() : done(Object.assign(new Error('Gone'), { responseCode: 550 })),
      onData: (stream, _session, done) => {
        letters.push('a letter')
        stream.resume().on('end', () => done())
      },
    })
    // Clients that do not trust it hang up in the middle of the handshake.
    server.on('error', () => undefined)
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()))
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
    const address = server.server.address()
    if (address === null || typeof address === 'string') throw new Error('not a TCP server')
    return { port: address.port, letters }
  }

  it.each([
    ['STARTTLS', false, ['dns', 'tcp', 'greeting', 'ehlo', 'tls', 'ehlo', 'auth', 'mail', 'rcpt', 'reset']],
    ['smtps', true, ['dns', 'tcp', 'tls', 'greeting', 'ehlo', 'auth', 'mail', 'rcpt', 'reset']],
  ] as const)('%s: every stage, with version, cipher, certificate and its expiry', async (_way, secure, stages) => {
    const server = await aRealServer(await issue(60), secure)
    const settings = {
      host: 'localhost',
      protocol: secure ? 'smtps' : 'smtp',
      tls: true,
      ca: authority.certificate,
    } as const
    const { report } = await check(server, settings)
    expect(summary(report)).toBe('delivered')
    expect(report.stages.map(({ stage }) => stage)).toEqual(stages)
    if (!secure) expect(report.stages[3]?.detail).toBe('STARTTLS is offered')
    const until = new Date(Date.now() + 60 * DAY).toISOString().slice(0, 10)
    expect(report.stages.find(({ stage }) => stage === 'tls')?.detail).toMatch(
      new RegExp(`^TLSv1\\.3 TLS_\\w+, certificate until ${until} for localhost, 127\\.0\\.0\\.1$`),
    )
    expect(server.letters).toEqual([])
    expect(summary((await check(server, { ...settings, ca: null })).report)).toMatch(/^misconfigured tls ESOCKET SELF_/)
    const wrong = { kind: 'password', username: 'postern', password: 'wrong' } as const
    expect(summary((await check(server, { ...settings, signIn: wrong })).report)).toBe('misconfigured auth EAUTH 535')
    expect(summary((await check(server, settings, { from: 'x@example.net' })).report)).toMatch(/^misconfigured mail/)
    expect(summary((await check(server, settings, { to: 'x@example.net' })).report)).toMatch(/^refused rcpt/)
  })

  it.each([
    [0, 'today'],
    [1, 'tomorrow'],
    [13, 'in 13 days'],
  ])('a certificate that expires %s days after today is warned of', async (days, words) => {
    const now = Date.now()
    const endOfThatDay = (Math.floor(now / DAY) + days + 1) * DAY - 1_000
    const server = await aRealServer(await issue((endOfThatDay - now) / DAY), true)
    const { report } = await check(server, { host: 'localhost', protocol: 'smtps', ca: authority.certificate })
    const tls = report.stages.find(({ stage }) => stage === 'tls')
    expect(tls?.detail).toContain(` (warning: it expires ${words}) for localhost`)
  })

  it('a certificate for many names shows the first of them', async () => {
    const names = Array.from({ length: 40 }, (_, number) => `mx${number}.example.org`)
    const server = await aRealServer(await issue(60, ['localhost', ...names]), true)
    const { report } = await check(server, { host: 'localhost', protocol: 'smtps', ca: authority.certificate })
    const tls = report.stages.find(({ stage }) => stage === 'tls')
    expect(tls?.detail).toMatch(/ for localhost, mx0\.example\.org, mx1\.example\.org and 38 more$/)
  })
})
