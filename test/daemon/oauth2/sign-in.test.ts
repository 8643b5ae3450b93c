import { describe, expect, it } from 'vitest'
import { diagnose } from '../../../src/core/domain/diagnosis.ts'
import type { AccessTokens, Granted } from '../../../src/daemon/courier/access-token.ts'
import type { CourierOptions } from '../../../src/daemon/courier/courier.ts'
import { failure } from '../../../src/daemon/courier/failure.ts'
import type { Report } from '../../../src/daemon/courier/report.ts'
import type { Script } from '../../support/smtp-script.ts'
import { aCourier, aParcel, aServer, summary } from '../courier/support.ts'
import { accessToken, anEndpoint, aSource, denied, granted } from './support.ts'

const USER = 'postern@example.org'
const OFFERS = ['PIPELINING', 'AUTH LOGIN PLAIN XOAUTH2 OAUTHBEARER']
/** What Gmail says in a 334 of why it does not take a token. */
const CHALLENGE = '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'
const base64 = (text: string) => Buffer.from(text).toString('base64')
const GMAIL = `334 ${base64(CHALLENGE)}`
const BAD =
  '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials - gsmtp'

/** A server that takes the tokens that `takes` says, and refuses others as Gmail does. */
const gmail = (takes: (token: string) => boolean, more: Script = {}): Script => ({
  extensions: OFFERS,
  token: (token) => (takes(token) ? '235 2.7.0 Accepted' : GMAIL),
  challenged: BAD,
  ...more,
})

const byTokens = (
  server: { readonly port: number },
  tokens: AccessTokens,
  options: Partial<CourierOptions> = {},
  username = USER,
) => aCourier(server, { signIn: { kind: 'oauth2', username, tokens } }, options)

const kindOf = ({ happening }: Report) => (happening === null ? null : diagnose(happening).kind)

/** Nothing that a report holds may hold a token, nor a part of one that is worth having. */
function expectNoToken(report: unknown, ...tokens: readonly string[]) {
  const told = JSON.stringify(report)
  for (const token of tokens) {
    for (const shape of [token, base64(token), base64(`user=${USER}\x01auth=Bearer ${token}\x01\x01`)]) {
      for (let at = 0; at + 16 <= shape.length; at += 7) expect(told).not.toContain(shape.slice(at, at + 16))
    }
  }
}

describe('signing in by a token', () => {
  it('says XOAUTH2 in one line, and tells where the token is from without telling it', async () => {
    const server = await aServer(gmail((token) => token === accessToken(0)))
    const source = aSource(await anEndpoint())
    const report = await byTokens(server, source.tokens).send(aParcel())
    expect(summary(report)).toBe('delivered')
    expect(server.connections[0]?.lines).toContain(
      `C: AUTH XOAUTH2 ${base64(`user=${USER}\x01auth=Bearer ${accessToken(0)}\x01\x01`)}`,
    )
    expect(report.stages.find(({ stage }) => stage === 'auth')?.detail).toBe(
      'XOAUTH2: 235 2.7.0 Accepted (token from 127.0.0.1, expires in 1 h)',
    )
    expect(report.conversation).toContain(
      '\n-- token from 127.0.0.1, expires in 1 h\nC: AUTH XOAUTH2 ***\nS: 235 2.7.0',
    )
    expectNoToken(report, accessToken(0))
  })

  it('a thousand letters over ten connections ask for one token', async () => {
    const server = await aServer(gmail(() => true))
    const endpoint = await anEndpoint()
    const courier = byTokens(server, aSource(endpoint).tokens, { connections: 10 })
    const reports = await Promise.all(
      Array.from({ length: 1000 }, (_, n) => courier.send(aParcel(`u${n}@example.com`))),
    )
    expect(reports.every(({ outcome }) => outcome === 'delivered')).toBe(true)
    expect(server.connections).toHaveLength(10)
    expect(server.letters).toHaveLength(1000)
    expect(endpoint.questions).toHaveLength(1)
  })

  it('OAUTHBEARER where there is no XOAUTH2, the user name in its own escapes', async () => {
    const server = await aServer({ extensions: ['AUTH OAUTHBEARER'], token: () => '235 2.7.0 Ok' })
    const report = await byTokens(server, aSource(await anEndpoint()).tokens, {}, 'a=b,c@example.org').send(aParcel())
    expect(summary(report)).toBe('delivered')
    const said = `n,a=a=3Db=2Cc@example.org,\x01auth=Bearer ${accessToken(0)}\x01\x01`
    expect(server.connections[0]?.lines).toContain(`C: AUTH OAUTHBEARER ${base64(said)}`)
    expect(report.conversation).toContain('C: AUTH OAUTHBEARER ***')
  })

  it('OAUTHBEARER that is refused: the challenge is answered as RFC 7628 wants it, and told', async () => {
    const server = await aServer({
      extensions: ['AUTH OAUTHBEARER'],
      token: () => `334 ${base64('{"status":"invalid_token"}')}`,
      challenged: '535 5.7.8 Bad token',
    })
    const report = await byTokens(server, aSource(await anEndpoint()).tokens).send(aParcel())
    expect(server.connections[0]?.lines).toContain('C: AQ==')
    expect(kindOf(report)).toBe('token-not-accepted')
    expect(report.reply).toBe('535 5.7.8 Bad token\n334 {"status":"invalid_token"}')
  })

  it.each([
    ['only passwords', ['AUTH PLAIN LOGIN'], 'no-token-sign-in', 'The server offers only PLAIN, LOGIN to sign in.'],
    ['no sign-in at all', ['PIPELINING'], 'no-auth', 'The server does not offer AUTH.'],
  ])('a server that offers %s gets neither a token nor a letter', async (_what, extensions, kind, reply) => {
    const server = await aServer({ extensions })
    const endpoint = await anEndpoint()
    const report = await byTokens(server, aSource(endpoint).tokens).send(aParcel())
    expect(report.outcome).toBe('misconfigured')
    expect(kindOf(report)).toBe(kind)
    expect(report.happening?.reply).toBe(reply)
    expect(server.connections[0]?.wire.toString()).toBe('EHLO postern.example\r\n')
    expect(endpoint.questions).toEqual([])
  })
})

describe('a token that the mail server refuses', () => {
  it('a new one is refused: it is told with what the 334 said, and not tried again', async () => {
    const server = await aServer(gmail(() => false))
    const endpoint = await anEndpoint()
    const report = await byTokens(server, aSource(endpoint).tokens).send(aParcel())
    expect(summary(report)).toBe('misconfigured auth EOAUTH2 535')
    expect(kindOf(report)).toBe('token-not-accepted')
    expect(report.reply).toBe(`${BAD}\n334 ${CHALLENGE}`)
    expect(report.enhancedCode).toBe('5.7.8')
    expect(report.conversation).toContain(
      `C: AUTH XOAUTH2 ***\nS: ${GMAIL}\n-- which is ${CHALLENGE}\nC: ***\nS: 535-5.7.8 `,
    )
    expect(endpoint.questions).toHaveLength(1)
    expectNoToken(report, accessToken(0))
  })

  it('one that was kept and died early: once with a new one, on the same connection', async () => {
    let living = accessToken(0)
    const server = await aServer(gmail((token) => token === living))
    const endpoint = await anEndpoint()
    const { tokens } = aSource(endpoint)
    expect(summary(await byTokens(server, tokens).send(aParcel()))).toBe('delivered')
    living = accessToken(1)
    const report = await byTokens(server, tokens).send(aParcel())
    expect(summary(report)).toBe('delivered')
    expect(server.connections).toHaveLength(2)
    expect(endpoint.questions).toHaveLength(2)
    expect(report.conversation.match(/C: AUTH XOAUTH2 \*\*\*/g)).toHaveLength(2)
    expectNoToken(report, accessToken(0), accessToken(1))
  })

  it('Exchange refuses without a 334: a kept one is replaced once, too', async () => {
    const refusal = '535 5.7.3 Authentication unsuccessful [AM0PR01CA0123.eurprd01.prod.exchangelabs.com]'
    let living: string | null = accessToken(0)
    const server = await aServer({
      extensions: ['AUTH XOAUTH2'],
      token: (token) => (token === living ? '235 2.7.0 Authentication successful' : refusal),
    })
    const endpoint = await anEndpoint()
    const { tokens } = aSource(endpoint)
    await byTokens(server, tokens).send(aParcel())
    living = null
    const report = await byTokens(server, tokens).send(aParcel())
    expect(summary(report)).toBe('misconfigured auth EOAUTH2 535')
    expect(report.reply).toBe(refusal)
    expect(endpoint.questions).toHaveLength(2)
    expect(server.signIns).toBe(3)
    // The refused one is not kept: the next probe gets what an administrator may have mended meanwhile.
    await byTokens(server, tokens).probe()
    expect(endpoint.questions).toHaveLength(3)
  })

  it('a kept one is refused and the refresh token is revoked: that is what is told', async () => {
    let living = true
    const server = await aServer(gmail(() => living))
    const endpoint = await anEndpoint((_question, number) =>
      number === 0 ? granted(0) : denied('invalid_grant', 'Token has been expired or revoked.'),
    )
    const { tokens } = aSource(endpoint)
    await byTokens(server, tokens).send(aParcel())
    living = false
    const report = await byTokens(server, tokens).send(aParcel())
    expect(kindOf(report)).toBe('token-revoked')
    expect(report.outcome).toBe('misconfigured')
    expect(report.happening?.reply).toBe('127.0.0.1 gave no token: invalid_grant: Token has been expired or revoked.')
  })

  it('throttling says nothing of the token: it stays, and the letters wait', async () => {
    const server = await aServer({ extensions: OFFERS, token: () => '454 4.7.0 Too many login attempts' })
    const endpoint = await anEndpoint()
    const { tokens } = aSource(endpoint)
    const report = await byTokens(server, tokens).send(aParcel())
    expect(report).toMatchObject({ outcome: 'unreachable', throttled: true })
    await byTokens(server, tokens).send(aParcel())
    expect(endpoint.questions).toHaveLength(1)
  })

  it('a server that asks on and on gets no further', async () => {
    const server = await aServer(gmail(() => false, { challenged: '334 bW9yZQ==' }))
    const report = await byTokens(server, aSource(await anEndpoint()).tokens).send(aParcel())
    expect(report.outcome).toBe('misconfigured')
    expect(kindOf(report)).toBe('token-not-accepted')
    expect(server.letters).toEqual([])
  })

  it('a server that hangs up after the 334: the kept token is dropped all the same', async () => {
    let living = true
    const server = await aServer(gmail(() => living, { challenged: { end: 'fin' } }))
    const endpoint = await anEndpoint()
    const { tokens } = aSource(endpoint)
    await byTokens(server, tokens).send(aParcel())
    living = false
    const report = await byTokens(server, tokens).send(aParcel())
    expect(report.outcome).toBe('unreachable')
    living = true
    expect(summary(await byTokens(server, tokens).send(aParcel()))).toBe('delivered')
    expect(endpoint.questions).toHaveLength(2)
  })
})

describe('a server that repeats what it was told', () => {
  it.each([
    ['the token', (token: string) => `535 5.7.8 Bad token ${token}`],
    [
      'what was said, in base64',
      (token: string) => `535 5.7.8 Bad ${base64(`user=${USER}\x01auth=Bearer ${token}\x01\x01`)}`,
    ],
    ['a part of it', (token: string) => `535 5.7.8 Bad token ${token.slice(40, 90)}…`],
    ['over two lines', (token: string) => `535-5.7.8 ${token.slice(0, 200)}\n535 5.7.8 ${token.slice(200)}`],
  ])('%s: it is in nothing that is kept', async (_what, reply) => {
    const server = await aServer({ extensions: OFFERS, token: reply })
    const report = await byTokens(server, aSource(await anEndpoint()).tokens).send(aParcel())
    expect(report.reply).toContain('***')
    expectNoToken(report, accessToken(0))
  })

  it('inside the base64 of a 334, where no search would find it', async () => {
    const server = await aServer({
      extensions: OFFERS,
      token: (token) => `334 ${base64(`{"status":"401","token":"${token}"}`)}`,
      challenged: BAD,
    })
    const report = await byTokens(server, aSource(await anEndpoint()).tokens).send(aParcel())
    expect(report.conversation).toContain('S: 334 ***\n-- which is {"status":"401","token":"***"}')
    expect(report.reply).toContain('334 {"status":"401","token":"***"}')
    const said = base64(`{"status":"401","token":"${accessToken(0)}"}`)
    expect(JSON.stringify(report)).not.toContain(said.slice(40, 80))
    expectNoToken(report, accessToken(0))
  })

  it.each(['MAIL', 'RCPT', 'DATA', 'dot'] as const)('later, in its answer to %s', async (verb) => {
    const server = await aServer({ extensions: OFFERS, [verb]: `554 5.7.1 You came with ${accessToken(0)} here` })
    const report = await byTokens(server, aSource(await anEndpoint()).tokens).send(aParcel())
    expect(report.reply).toBe('554 5.7.1 You came with *** here')
    expectNoToken(report, accessToken(0))
  })

  it('in half a line, and hangs up', async () => {
    const server = await aServer({
      extensions: OFFERS,
      MAIL: { raw: `554 5.7.1 You came with ${accessToken(0)}`, end: 'fin' },
    })
    const report = await byTokens(server, aSource(await anEndpoint()).tokens).send(aParcel())
    expect(report.happening?.reply).toBe('554 5.7.1 You came with ***')
    expectNoToken(report, accessToken(0))
  })

  it('at length: the conversation is still no longer than 16 KB', async () => {
    const line = (token: string) => `535-5.7.8 ${token} ${'ü'.repeat(400)}`
    const server = await aServer({
      extensions: OFFERS,
      token: (token) => `${Array.from({ length: 30 }, () => line(token)).join('\n')}\n535 5.7.8 Bad`,
    })
    const report = await byTokens(server, aSource(await anEndpoint()).tokens).send(aParcel())
    expect(Buffer.byteLength(report.conversation)).toBeLessThanOrEqual(16 * 1024)
    expectNoToken(report, accessToken(0))
  })
})

describe('no token', () => {
  it('a revoked refresh token with ten letters at once: one tells of it, the others come again', async () => {
    const server = await aServer(gmail(() => true))
    const answer = Promise.withResolvers<void>()
    const endpoint = await anEndpoint(async () => {
      await answer.promise
      return denied('invalid_grant', 'Token has been expired or revoked.')
    })
    const source = aSource(endpoint).tokens
    let asking = 0
    const tokens: AccessTokens = {
      get() {
        const granted = source.get()
        if (++asking === 10) answer.resolve()
        return granted
      },
      spurn: (token) => source.spurn(token),
    }
    const courier = byTokens(server, tokens, { connections: 10 })
    const sent = Array.from({ length: 10 }, (_, n) => courier.send(aParcel(`u${n}@example.com`)))
    const outcomes = (await Promise.all(sent)).map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome === 'misconfigured')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'deferred')).toHaveLength(9)
    expect(endpoint.questions).toHaveLength(1)
  })

  it('the endpoint is down: the letter waits, and the story says who was not there', async () => {
    const server = await aServer(gmail(() => true))
    const endpoint = await anEndpoint(() => ({ text: '', status: 503 }))
    const report = await byTokens(server, aSource(endpoint).tokens).send(aParcel())
    expect(report.outcome).toBe('unreachable')
    expect(report.stages.at(-1)).toMatchObject({ stage: 'auth', detail: '127.0.0.1 gave no token: HTTP status 503.' })
    expect(report.conversation.split('\n').at(-1)).toBe('-- 127.0.0.1 gave no token: HTTP status 503.')
  })

  it('the courier is aborted while the endpoint says nothing: nobody waits for it', async () => {
    const server = await aServer(gmail(() => true))
    const never = new Promise<Granted>(() => undefined)
    const courier = byTokens(server, { get: () => never, spurn: () => undefined })
    const sent = courier.send(aParcel())
    await server.until(
      () => server.connections[0]?.lines.includes('S: 250 AUTH LOGIN PLAIN XOAUTH2 OAUTHBEARER') ?? false,
    )
    courier.abort()
    expect((await sent).happening?.code).toBe('EABORTED')
  })

  it('the stage has a deadline of its own, whatever the endpoint does', async () => {
    const server = await aServer(gmail(() => true))
    const never = new Promise<Granted>(() => undefined)
    const courier = byTokens(server, { get: () => never, spurn: () => undefined }, { deadlines: { auth: 50 } })
    expect(summary(await courier.send(aParcel()))).toBe('unreachable auth ETIMEDOUT AUTH_TIMEOUT')
  })

  it('what ails a setting is told as such', async () => {
    const server = await aServer(gmail(() => true))
    const why = 'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN cannot be opened: it is not in the sealed form; set it again.'
    const refused: Granted = { ok: false, failure: failure('ESETTING', null, why), shared: false }
    const report = await byTokens(server, { get: async () => refused, spurn: () => undefined }).send(aParcel())
    expect(report.outcome).toBe('misconfigured')
    expect(report.happening && diagnose(report.happening).settings).toEqual(['SERVICE_MAIL_OAUTH2_REFRESH_TOKEN'])
  })
})
