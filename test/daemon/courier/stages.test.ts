import { describe, expect, it } from 'vitest'
import { diagnose } from '../../../src/core/domain/diagnosis.ts'
import type { Script } from '../../support/smtp-script.ts'
import { aCourier, aParcel, aServer, MESSAGE, PASSWORD, summary } from './support.ts'

const BASIC = ['8BITMIME', 'AUTH PLAIN LOGIN']
const PIPELINING = ['PIPELINING', ...BASIC]

/** What the server says, and what the courier makes of it. */
const CASES: readonly (readonly [what: string, script: Script, summary: string])[] = [
  ['a friendly server', {}, 'delivered'],
  ['busy at the greeting', { greeting: '421 4.7.0 Too many connections' }, 'unreachable greeting EPROTOCOL 421'],
  ['blocked at the greeting', { greeting: '554 5.7.1 Blocked' }, 'unreachable greeting EPROTOCOL 554'],
  ['closed before the greeting', { greeting: { end: 'fin' } }, 'unreachable greeting ECONNECTION'],
  ['reset before the greeting', { greeting: { end: 'rst' } }, 'unreachable (tcp|greeting) ESOCKET ECONNRESET'],
  [
    'case 45: a web server',
    { greeting: { raw: 'HTTP/1.1 400 Bad Request\r\n\r\n<html>' } },
    'unreachable greeting EPROTOCOL',
  ],
  [
    'case 45: another protocol',
    { greeting: { raw: 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n' } },
    'unreachable greeting EPROTOCOL',
  ],
  ['case 45: a line without an end', { greeting: { raw: 'x'.repeat(70_000) } }, 'unreachable greeting EPROTOCOL'],
  [
    'case 45: a reply without an end',
    { greeting: { raw: '220-x\r\n'.repeat(20_000) } },
    'unreachable greeting EPROTOCOL',
  ],
  [
    'case 45: bytes that are no text',
    { greeting: { raw: Buffer.from([0, 255, 10, 13, 27, 10]) } },
    'unreachable greeting EPROTOCOL',
  ],
  ['EHLO and HELO refused', { EHLO: '550 5.7.1 No', HELO: '550 5.7.1 No' }, 'misconfigured ehlo EPROTOCOL 550'],
  ['EHLO and HELO put off', { EHLO: '450 4.3.2 Later', HELO: '450 4.3.2 Later' }, 'unreachable ehlo EPROTOCOL 450'],
  ['hung up at EHLO', { EHLO: '421 4.7.0 Try again later' }, 'unreachable ehlo ECONNECTION 421'],
  ['closed at EHLO', { EHLO: { end: 'fin' } }, 'unreachable ehlo ECONNECTION'],
  ['a wrong password', { AUTH: '535 5.7.8 Username and Password not accepted' }, 'misconfigured auth EAUTH 535'],
  ['a wrong password by LOGIN', { extensions: ['AUTH LOGIN'], AUTH: '535 5.7.8 No' }, 'misconfigured auth EAUTH 535'],
  ['too many sign-ins', { AUTH: '454 4.7.0 Too many login attempts' }, 'unreachable auth EAUTH 454'],
  ['hung up at the sign-in', { AUTH: '421 4.7.0 Too many errors' }, 'unreachable auth EAUTH 421'],
  ['closed at the sign-in', { AUTH: { end: 'fin' } }, 'unreachable auth ECONNECTION'],
  ['reset at the sign-in', { AUTH: { end: 'rst' } }, 'unreachable auth ESOCKET ECONNRESET'],
  ['a sign-in that never ends well', { AUTH: '334 ' }, 'misconfigured auth EAUTH 500'],
  ['no AUTH', { extensions: ['PIPELINING'] }, 'misconfigured auth EAUTH NO_AUTH'],
  ['no AUTH but in a name', { EHLO: '250-mx AUTH PLAIN\n250 SIZE' }, 'misconfigured auth EAUTH NO_AUTH'],
  ['no AUTH after HELO', { EHLO: '500 What?' }, 'misconfigured auth EAUTH NO_AUTH'],
  ['only OAuth', { extensions: ['AUTH XOAUTH2 NTLM'] }, 'misconfigured auth EAUTH NO_MECHANISM'],
  ...[PIPELINING, BASIC].flatMap((extensions): (readonly [string, Script, string])[] => {
    const how = extensions === PIPELINING ? ', pipelined' : ''
    return [
      [`MAIL put off${how}`, { extensions, MAIL: '451 4.3.2 Later' }, 'deferred mail EENVELOPE 451'],
      [`MAIL refused${how}`, { extensions, MAIL: '553 5.7.1 Not yours' }, 'misconfigured mail EENVELOPE 553'],
      [`hung up at MAIL${how}`, { extensions, MAIL: '421 4.3.2 Bye' }, 'deferred mail EENVELOPE 421'],
      [`closed at MAIL${how}`, { extensions, MAIL: { end: 'fin' } }, 'deferred mail ECONNECTION'],
      [`RCPT put off${how}`, { extensions, RCPT: '450 4.2.0 Greylisted' }, 'deferred rcpt EENVELOPE 450'],
      [`RCPT refused${how}`, { extensions, RCPT: '550 5.1.1 User unknown' }, 'refused rcpt EENVELOPE 550'],
      [`refused, then closed${how}`, { extensions, RCPT: { say: '550 5.1.1 No', end: 'fin' } }, 'refused rcpt'],
      [
        `relaying denied${how}`,
        { extensions, RCPT: '554 5.7.1 Relay access denied' },
        'misconfigured rcpt EENVELOPE 554',
      ],
      [`mailbox full${how}`, { extensions, RCPT: '552 5.2.2 Over quota' }, 'deferred rcpt EENVELOPE 552'],
      [`closed at RCPT${how}`, { extensions, RCPT: { end: 'fin' } }, 'deferred rcpt ECONNECTION'],
      [
        `half a reply to RCPT${how}`,
        { extensions, RCPT: { raw: '250 2.1.5 O', end: 'fin' } },
        'deferred rcpt ECONNECTION',
      ],
      [`DATA put off${how}`, { extensions, DATA: '451 4.3.0 Disk' }, 'deferred data EENVELOPE 451'],
      [`DATA refused${how}`, { extensions, DATA: '554 5.5.1 No' }, 'refused data EENVELOPE 554'],
      [`DATA answered 250${how}`, { extensions, DATA: '250 2.0.0 Ok' }, 'deferred data EPROTOCOL 250'],
      [`closed at DATA${how}`, { extensions, DATA: { end: 'rst' } }, 'deferred data ESOCKET ECONNRESET'],
      [`dot put off${how}`, { extensions, dot: '452 4.3.1 Full' }, 'deferred dot EMESSAGE 452'],
      [`dot refused${how}`, { extensions, dot: '554 5.7.1 Spam' }, 'refused dot EMESSAGE 554'],
      [
        `sender refused at the dot${how}`,
        { extensions, dot: '550 5.7.60 SendAsDenied' },
        'misconfigured dot EMESSAGE 550',
      ],
      [`hung up at the dot${how}`, { extensions, dot: '421 4.3.2 Bye' }, 'deferred dot EMESSAGE 421'],
      [`closed at the dot${how}`, { extensions, dot: { end: 'fin' } }, 'unknown dot ECONNECTION'],
      [`reset at the dot${how}`, { extensions, dot: { end: 'rst' } }, 'unknown dot ESOCKET ECONNRESET'],
      [
        `half a reply to the dot${how}`,
        { extensions, dot: { raw: '250 2.0.0 O', end: 'fin' } },
        'unknown dot ECONNECTION',
      ],
      [`nonsense at the dot${how}`, { extensions, dot: '354 What?' }, 'unknown dot EMESSAGE 354'],
    ]
  }),
]

describe('what the server says at each stage', () => {
  it.each(CASES)('%s', async (_what, script, expected) => {
    const server = await aServer(script)
    const report = await aCourier(server).send(aParcel())
    expect(summary(report)).toMatch(new RegExp(`^${expected}`))
    expect(server.letters).toHaveLength(expected === 'delivered' || / dot /.test(expected) ? 1 : 0)
    // Stages come in their order, and the last one is that of the failure.
    expect(report.stages.at(-1)?.stage).toBe(report.happening?.stage ?? 'dot')
  })

  it.each([
    ['mail', { MAIL: '553 5.7.1 Not yours' }, '553 5.7.1 Not yours'],
    ['rcpt', { RCPT: '452-4.2.2 Over quota\n452 4.2.2 Sorry' }, '452-4.2.2 Over quota'],
  ] as const)(
    'refused at %s and pipelined: the stage shows the refusal, not what follows it',
    async (stage, script, detail) => {
      const server = await aServer({ extensions: PIPELINING, ...script })
      const report = await aCourier(server).send(aParcel())
      expect(report.stages.at(-1)).toMatchObject({ stage, detail })
      expect(report.conversation).toMatch(/S: 503 5\.5\.1 [^\n]+$/)
    },
  )

  it('nothing is sent to a server that offers no sign-in', async () => {
    const server = await aServer({ extensions: ['PIPELINING'] })
    const report = await aCourier(server).send(aParcel())
    expect(report.happening).toMatchObject({ stage: 'auth', originalCode: 'NO_AUTH' })
    expect(server.connections[0]?.wire.toString()).toBe('EHLO postern.example\r\n')
    expect(server.signIns).toBe(0)
  })

  it('without a sign-in the letter is sent as it is', async () => {
    const server = await aServer({ extensions: ['PIPELINING'] })
    expect(summary(await aCourier(server, { signIn: null }).send(aParcel()))).toBe('delivered')
    expect(server.signIns).toBe(0)
    expect(server.letters[0]?.bytes).toEqual(MESSAGE)
  })

  it('without a sign-in a server that knows no EHLO will do', async () => {
    const server = await aServer({ EHLO: '500 5.5.1 What?' })
    expect(summary(await aCourier(server, { signIn: null }).send(aParcel()))).toBe('delivered')
  })

  it("Gmail's refusal is told in Gmail's words, and the password is in none of them", async () => {
    const words =
      '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials - gsmtp'
    const server = await aServer({ AUTH: words })
    const report = await aCourier(server).send(aParcel())
    expect(report.happening && diagnose(report.happening).title).toBe('Username and Password not accepted')
    expect(report.reply).toBe(words)
    expect(report).toMatchObject({ replyCode: 535, enhancedCode: '5.7.8', throttled: false })
    expect(report.conversation).toContain('C: AUTH PLAIN ***')
  })

  it.each(['PLAIN', 'LOGIN'])(
    'AUTH %s: a server that repeats the password does not get it into the report',
    async (method) => {
      const encoded = [PASSWORD, `\0postern\0${PASSWORD}`].map((text) => Buffer.from(text).toString('base64'))
      const server = await aServer({
        extensions: [`AUTH ${method}`],
        AUTH: `535 5.7.8 Bad password ${PASSWORD} ${encoded.join(' ')}`,
      })
      const report = await aCourier(server).send(aParcel())
      expect(server.connections[0]?.wire.toString()).toMatch(new RegExp(encoded.join('|').replaceAll('+', '\\+')))
      const told = JSON.stringify(report)
      for (const secret of [PASSWORD, ...encoded]) expect(told).not.toContain(secret)
      expect(report.reply).toBe('535 5.7.8 Bad password *** *** ***')
    },
  )

  it('a server that repeats the password long after the sign-in does not get it into the report', async () => {
    const server = await aServer({ MAIL: `250 Hello ${PASSWORD}`, dot: `554 5.7.1 No, ${PASSWORD}` })
    const report = await aCourier(server).send(aParcel())
    expect(summary(report)).toBe('refused dot EMESSAGE 554')
    expect(JSON.stringify(report)).not.toContain(PASSWORD)
    expect(report.reply).toBe('554 5.7.1 No, ***')
  })

  it('a password of digits is not taken for the code of a reply', async () => {
    const server = await aServer()
    const report = await aCourier(server, { signIn: { kind: 'password', username: 'postern', password: '250' } }).send(
      aParcel(),
    )
    expect(report).toMatchObject({ outcome: 'delivered', replyCode: 250 })
  })

  it('case 44: a failed name is told as a failed name', async () => {
    const report = await aCourier({ port: 25 }, { host: 'no-such-host.invalid', signIn: null }).send(aParcel())
    expect(report.happening).toMatchObject({ stage: 'dns', code: 'EDNS' })
    expect(report.outcome).toBe('unreachable')
  })

  it('case 44: a port that nobody listens on is told as such', async () => {
    const server = await aServer()
    await server.close()
    const report = await aCourier(server).send(aParcel())
    expect(summary(report)).toBe('unreachable tcp ESOCKET ECONNREFUSED')
  })

  it('a name is resolved by the system, and every address is tried', async () => {
    const server = await aServer()
    const report = await aCourier(server, { host: 'localhost' }).send(aParcel())
    expect(report.outcome).toBe('delivered')
    expect(report.stages.map(({ stage }) => stage)).toEqual([
      'dns',
      'tcp',
      'greeting',
      'ehlo',
      'auth',
      'mail',
      'rcpt',
      'data',
      'dot',
    ])
  })
})

describe('what is told of a delivered letter', () => {
  it('the stages with their facts, and the conversation without secrets and without the letter', async () => {
    const server = await aServer()
    const courier = aCourier(server)
    const report = await courier.send(aParcel())
    expect(report.stages.map(({ stage, detail }) => `${stage}: ${detail}`)).toEqual([
      `tcp: 127.0.0.1 port ${server.port}`,
      'greeting: 220 script.example ESMTP',
      'ehlo: PIPELINING, 8BITMIME, SMTPUTF8, SIZE 10485760, AUTH PLAIN LOGIN',
      'auth: PLAIN: 235 2.7.0 Accepted',
      'mail: 250 2.1.0 Sender ok',
      'rcpt: 250 2.1.5 Recipient ok',
      'data: 354 Go ahead',
      'dot: 250 2.0.0 Ok: queued as 1',
    ])
    expect(report.conversation.split('\n').slice(-11)).toEqual([
      'S: 250 AUTH PLAIN LOGIN',
      'C: AUTH PLAIN ***',
      'S: 235 2.7.0 Accepted',
      `C: MAIL FROM:<postern@example.org> SIZE=${MESSAGE.length}`,
      'C: RCPT TO:<user@example.com>',
      'C: DATA',
      'S: 250 2.1.0 Sender ok',
      'S: 250 2.1.5 Recipient ok',
      'S: 354 Go ahead',
      `C: (letter, ${MESSAGE.length} bytes)`,
      'S: 250 2.0.0 Ok: queued as 1',
    ])
    expect(report).toMatchObject({ reply: '250 2.0.0 Ok: queued as 1', replyCode: 250, enhancedCode: '2.0.0' })
  })

  it('durations are of the clock that was passed in', async () => {
    const server = await aServer()
    let now = 0
    const report = await aCourier(server, {}, { monotonic: () => now++ }).send(aParcel())
    expect(report.stages.every(({ durationMs }) => Number.isInteger(durationMs) && durationMs > 0)).toBe(true)
    expect(report.durationMs).toBeGreaterThan(10)
  })

  it('on a connection that stands there are only the stages of the letter', async () => {
    const server = await aServer()
    const courier = aCourier(server)
    await courier.send(aParcel())
    const { stages, conversation } = await courier.send(aParcel('other@example.com'))
    expect(stages.map(({ stage }) => stage)).toEqual(['mail', 'rcpt', 'data', 'dot'])
    expect(conversation).toMatch(/^C: MAIL FROM/)
    expect(conversation).not.toContain('user@example.com')
    expect(server.signIns).toBe(1)
  })

  it('case 51: replies that are hostile to a terminal are kept as they are, but not all of them', async () => {
    const reply = `250-\u001b]52;c;aGk=\u0007 ${'ü'.repeat(5000)}\n250 done`
    const server = await aServer({ dot: reply })
    const report = await aCourier(server).send(aParcel())
    expect(report.outcome).toBe('delivered')
    expect(report.reply?.startsWith('250-\u001b]52;c;aGk=\u0007 üüü')).toBe(true)
    expect(Buffer.byteLength(report.reply ?? '')).toBeLessThanOrEqual(4096)
    expect(Buffer.byteLength(report.conversation)).toBeLessThanOrEqual(16_384)
  })

  it('a conversation that is too long keeps its beginning and its end', async () => {
    const long = (digits: string) => `${digits}-${'x'.repeat(10_000)}\n${digits} ok`
    const script = {
      greeting: long('220'),
      MAIL: long('250'),
      RCPT: long('250'),
      DATA: long('354'),
      dot: '250 2.0.0 The end',
    }
    const server = await aServer(script)
    const { conversation } = await aCourier(server).send(aParcel())
    expect(Buffer.byteLength(conversation)).toBeLessThanOrEqual(16_384)
    expect(conversation).toMatch(/^S: 220-x/)
    expect(conversation).toMatch(/S: 250 2\.0\.0 The end$/)
  })
})
