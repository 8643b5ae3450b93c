import { describe, expect, it } from 'vitest'
import { diagnose, outcomeOf } from '../../../src/core/domain/diagnosis.ts'
import { MINUTE, SECOND } from '../../../src/core/domain/time.ts'
import { makeCertificate } from '../../../src/core/host/certificate.ts'
import type { Granted } from '../../../src/daemon/courier/access-token.ts'
import { happeningOf } from '../../../src/daemon/courier/failure.ts'
import { trust } from '../../../src/daemon/courier/trust.ts'
import type { TokenAnswer } from '../../support/token-endpoint.ts'
import { accessToken, anEndpoint, aSource, CLIENT_SECRET, denied, granted, REFRESH_TOKEN } from './support.ts'

/** What a refusal comes to, and its words. */
function told(result: Granted) {
  if (result.ok) throw new Error('there is a token')
  const happening = happeningOf(result.failure, 'auth')
  return { kind: diagnose(happening).kind, outcome: outcomeOf(happening).outcome, reply: happening.reply ?? '' }
}
const tokenOf = (result: Granted) => (result.ok ? result.token : null)

describe('asking for an access token', () => {
  it('Google: by the refresh token, in a form, and no scope narrows it', async () => {
    const endpoint = await anEndpoint()
    const result = await aSource(endpoint).tokens.get()
    expect(result).toMatchObject({ ok: true, token: accessToken(0), fresh: true })
    expect(endpoint.questions).toEqual([
      {
        path: '/token',
        contentType: 'application/x-www-form-urlencoded',
        form: {
          client_id: 'client.example',
          client_secret: CLIENT_SECRET,
          grant_type: 'refresh_token',
          refresh_token: REFRESH_TOKEN,
        },
      },
    ])
  })

  it('Microsoft: by a refresh token, with the scope to send and to get another refresh token', async () => {
    const endpoint = await anEndpoint()
    const client = { provider: 'microsoft', grant: 'refresh_token', id: 'app', secret: '' } as const
    await aSource(endpoint, { client }).tokens.get()
    // A public client has no secret, and must not send an empty one.
    expect(endpoint.questions[0]?.form).toEqual({
      client_id: 'app',
      grant_type: 'refresh_token',
      refresh_token: REFRESH_TOKEN,
      scope: 'https://outlook.office.com/SMTP.Send offline_access',
    })
  })

  it('Microsoft: by the client alone', async () => {
    const endpoint = await anEndpoint()
    const client = { provider: 'microsoft', grant: 'client_credentials', id: 'app', secret: CLIENT_SECRET } as const
    await aSource(endpoint, { client, refreshToken: null }).tokens.get()
    expect(endpoint.questions[0]?.form).toEqual({
      client_id: 'app',
      client_secret: CLIENT_SECRET,
      grant_type: 'client_credentials',
      scope: 'https://outlook.office365.com/.default',
    })
  })

  it('says where the token is from and how long it lives', async () => {
    const source = aSource(await anEndpoint())
    expect(await source.tokens.get()).toMatchObject({ described: 'token from 127.0.0.1, expires in 1 h' })
    source.advance(57 * MINUTE)
    expect(await source.tokens.get()).toMatchObject({
      described: 'token from 127.0.0.1, expires in 3 m',
      fresh: false,
    })
  })
})

describe('how long a token is kept', () => {
  it('until two minutes before it dies, and then the next one is asked for', async () => {
    const endpoint = await anEndpoint()
    const source = aSource(endpoint)
    await source.tokens.get()
    source.advance(3599 * SECOND - 2 * MINUTE - 1)
    expect(await source.tokens.get()).toMatchObject({ token: accessToken(0), fresh: false })
    source.advance(1)
    expect(await source.tokens.get()).toMatchObject({ token: accessToken(1), fresh: true })
    expect(endpoint.questions).toHaveLength(2)
  })

  it('a refresh token that somebody else had renewed meanwhile is asked with again', async () => {
    const endpoint = await anEndpoint(({ form }, number) => {
      if (form.refresh_token === 'renewed by a check') return granted(number)
      source.renewed.push('renewed by a check')
      return denied('invalid_grant')
    })
    const source = aSource(endpoint)
    expect(tokenOf(await source.tokens.get())).toBe(accessToken(1))
    expect(endpoint.questions.map(({ form }) => form.refresh_token)).toEqual([REFRESH_TOKEN, 'renewed by a check'])
  })

  it('one that lives for ten seconds is kept for nine', async () => {
    const endpoint = await anEndpoint((_question, number) => granted(number, { expires_in: '10' }))
    const source = aSource(endpoint)
    await source.tokens.get()
    source.advance(8999)
    expect(tokenOf(await source.tokens.get())).toBe(accessToken(0))
    source.advance(1)
    expect(tokenOf(await source.tokens.get())).toBe(accessToken(1))
  })

  it('one without a life for nine minutes; one that is dead already not at all', async () => {
    const endpoint = await anEndpoint((_question, number) =>
      granted(number, { expires_in: number === 0 ? undefined : -5 }),
    )
    const source = aSource(endpoint)
    await source.tokens.get()
    source.advance(9 * MINUTE - 1)
    await source.tokens.get()
    expect(endpoint.questions).toHaveLength(1)
    source.advance(1)
    await source.tokens.get()
    await source.tokens.get()
    expect(endpoint.questions).toHaveLength(3)
  })

  it('one that the mail server spurned is not given again; a newer one is not taken for it', async () => {
    const endpoint = await anEndpoint()
    const { tokens } = aSource(endpoint)
    await tokens.get()
    tokens.spurn(accessToken(0))
    expect(tokenOf(await tokens.get())).toBe(accessToken(1))
    tokens.spurn(accessToken(0))
    expect(await tokens.get()).toMatchObject({ token: accessToken(1), fresh: false })
  })

  it('fifty sign-ins ask at once: one question', async () => {
    const endpoint = await anEndpoint()
    const { tokens } = aSource(endpoint)
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.get()))
    expect(new Set(all.map(tokenOf))).toEqual(new Set([accessToken(0)]))
    expect(endpoint.questions).toHaveLength(1)
  })

  it('fifty hear of one refusal, and one of them as its own; it is not kept', async () => {
    const endpoint = await anEndpoint((_question, number) => (number === 0 ? denied('invalid_grant') : granted(1)))
    const { tokens } = aSource(endpoint)
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.get()))
    expect(all.filter((one) => !one.ok && !one.shared)).toHaveLength(1)
    expect(all.filter((one) => !one.ok && one.shared)).toHaveLength(49)
    expect(tokenOf(await tokens.get())).toBe(accessToken(1))
  })
})

describe('a refresh token that the provider renews', () => {
  it('is kept, and used from then on', async () => {
    const endpoint = await anEndpoint((_question, number) =>
      granted(number, { refresh_token: `next-refresh-${number}` }),
    )
    const source = aSource(endpoint)
    await source.tokens.get()
    expect(source.renewed).toEqual(['next-refresh-0'])
    source.advance(3600 * SECOND)
    await source.tokens.get()
    expect(endpoint.questions[1]?.form.refresh_token).toBe('next-refresh-0')
    expect(source.renewed).toEqual(['next-refresh-0', 'next-refresh-1'])
  })

  it('the same one again is nothing to keep', async () => {
    const endpoint = await anEndpoint(() => granted(0, { refresh_token: REFRESH_TOKEN }))
    const source = aSource(endpoint)
    await source.tokens.get()
    expect(source.renewed).toEqual([])
  })

  it('one that cannot be opened is said, and nobody is asked', async () => {
    const endpoint = await anEndpoint()
    const refreshToken = {
      read: () => Promise.resolve({ ok: false, why: 'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN cannot be opened.' } as const),
      renew: () => Promise.resolve(),
    }
    expect(told(await aSource(endpoint, { refreshToken }).tokens.get())).toMatchObject({ kind: 'setting' })
    expect(endpoint.questions).toEqual([])
  })
})

describe('what should not happen', () => {
  it('a store that breaks while the refresh token is read: the letter waits, and the next try is a new one', async () => {
    const endpoint = await anEndpoint()
    let broken = true
    const refreshToken = {
      read: async () => {
        if (broken) throw new Error('The disk failed.')
        return { ok: true, value: REFRESH_TOKEN } as const
      },
      renew: () => Promise.resolve(),
    }
    const { tokens } = aSource(endpoint, { refreshToken })
    expect(told(await tokens.get())).toEqual({
      kind: 'aborted',
      outcome: 'deferred',
      reply: 'The refresh token could not be read: The disk failed.',
    })
    broken = false
    expect(tokenOf(await tokens.get())).toBe(accessToken(0))
  })

  it('authorities that cannot be read are said, and the secret is not sent', async () => {
    const endpoint = await anEndpoint()
    const bad = () => trust('no certificate')
    const result = told(await aSource(endpoint, { trust: bad }).tokens.get())
    expect(result).toMatchObject({ kind: 'setting', outcome: 'misconfigured' })
    expect(result.reply).toMatch(/^SERVICE_MAIL_CA_FILE cannot be used: /)
    expect(endpoint.questions).toEqual([])
  })
})

const HUGE = 'x'.repeat(200 * 1024)
const ANSWERS: readonly (readonly [what: string, answer: TokenAnswer, kind: string, outcome: string, words: string])[] =
  [
    [
      'a revoked refresh token',
      denied('invalid_grant', 'Token has been expired or revoked.'),
      'token-revoked',
      'misconfigured',
      '127.0.0.1 gave no token: invalid_grant: Token has been expired or revoked.',
    ],
    [
      'a wrong client secret',
      denied('invalid_client', 'AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1\r\nTimestamp: 2', 401),
      'token-client',
      'misconfigured',
      'AADSTS7000215: Invalid client secret provided. Trace ID: 1 Timestamp: 2',
    ],
    ['429', { text: 'slow down', status: 429 }, 'token-throttled', 'unreachable', 'HTTP status 429'],
    ['500', { text: '<html>', status: 500 }, 'token-endpoint-down', 'unreachable', 'HTTP status 500'],
    [
      '503 in JSON',
      denied('backend_error', 'Later.', 503),
      'token-endpoint-down',
      'unreachable',
      'backend_error: Later.',
    ],
    ['garbage', { text: '{"access_token": "half' }, 'token-endpoint-answer', 'unreachable', 'no answer as RFC 6749'],
    ['an empty answer', { text: '' }, 'token-endpoint-answer', 'unreachable', 'no answer as RFC 6749'],
    [
      'a web page',
      { text: '<html>Sign in to the network</html>' },
      'token-endpoint-answer',
      'unreachable',
      'status 200',
    ],
    ['JSON that is no object', { json: [1] }, 'token-endpoint-answer', 'unreachable', 'status 200'],
    ['no token in it', { json: { token_type: 'Bearer' } }, 'token-endpoint-answer', 'unreachable', 'status 200'],
    [
      'a token with a line break, which could say a command of its own',
      { json: { access_token: 'ya29\r\nRSET', token_type: 'Bearer', expires_in: 3599 } },
      'token-endpoint-answer',
      'unreachable',
      'status 200',
    ],
    [
      'a token of another kind',
      granted(0, { token_type: 'mac' }),
      'token-endpoint-answer',
      'unreachable',
      'status 200',
    ],
    ['an answer without an end', { text: HUGE }, 'token-endpoint-answer', 'unreachable', 'longer than any token'],
    [
      'a link that breaks',
      (response) => void response.destroy(),
      'token-endpoint-unreachable',
      'unreachable',
      'gave no token',
    ],
    [
      'half an answer',
      (response) => {
        response.writeHead(200, { 'content-length': '100' })
        response.write('{', () => response.destroy())
      },
      'token-endpoint-unreachable',
      'unreachable',
      'gave no token',
    ],
  ]

describe('what else an endpoint says', () => {
  it.each(ANSWERS)('%s', async (_what, answer, kind, outcome, words) => {
    const result = told(await aSource(await anEndpoint(() => answer)).tokens.get())
    expect(result).toMatchObject({ kind, outcome })
    expect(result.reply).toContain(words)
  })

  it('a redirect is not followed: the secret goes nowhere else', async () => {
    const elsewhere = await anEndpoint()
    const endpoint = await anEndpoint(() => ({ text: '', status: 307, headers: { location: elsewhere.url } }))
    const result = told(await aSource(endpoint).tokens.get())
    expect(result).toMatchObject({ kind: 'token-endpoint-answer', outcome: 'unreachable' })
    expect(result.reply).toContain('HTTP status 307, a redirect, which is not followed')
    expect(elsewhere.questions).toEqual([])
  })

  it.each([
    ['nothing at all', () => undefined],
    [
      'a byte now and then',
      (response) => {
        response.writeHead(200)
        response.write('{')
      },
    ],
  ] as const satisfies readonly (readonly [string, TokenAnswer])[])(
    'the deadline is for all of it: %s',
    async (_what, answer) => {
      const endpoint = await anEndpoint(() => answer)
      const result = told(await aSource(endpoint, { deadline: 100 }).tokens.get())
      expect(result).toEqual({
        kind: 'token-endpoint-unreachable',
        outcome: 'unreachable',
        reply: '127.0.0.1 gave no token: no answer within 0.1 s.',
      })
    },
  )

  it('nobody listens there', async () => {
    const endpoint = await anEndpoint()
    await endpoint.close()
    const result = told(await aSource(endpoint).tokens.get())
    expect(result).toMatchObject({ kind: 'token-endpoint-unreachable', outcome: 'unreachable' })
    expect(result.reply).toContain('ECONNREFUSED')
  })

  it('a name that does not exist', async () => {
    const result = told(await aSource({ url: 'https://no-such-host.invalid/token' }).tokens.get())
    expect(result).toMatchObject({ kind: 'token-endpoint-unreachable', outcome: 'unreachable' })
  })

  it('secrets that it repeats are in no words, not even a part of them', async () => {
    const part = REFRESH_TOKEN.slice(0, 20)
    const words = `Bad ${REFRESH_TOKEN} of ${CLIENT_SECRET}, beginning ${part}…`
    const { reply } = told(await aSource(await anEndpoint(() => denied('invalid_grant', words))).tokens.get())
    expect(reply).toBe('127.0.0.1 gave no token: invalid_grant: Bad *** of ***, beginning ***…')
  })
})

describe('over https', () => {
  it('an authority of SERVICE_MAIL_CA_FILE is trusted, and nobody else is', async () => {
    const now = Date.now()
    const authority = await makeCertificate({ commonName: 'Private CA', hosts: [], days: 30, now, authority: true })
    const issue = (hosts: string[]) => makeCertificate({ commonName: 'tokens', hosts, days: 1, now, issuer: authority })
    const good = await anEndpoint(undefined, await issue(['127.0.0.1']))
    const trusting = { trust: () => trust(authority.certificate) }
    expect(tokenOf(await aSource(good, trusting).tokens.get())).toBe(accessToken(0))

    expect(told(await aSource(good).tokens.get())).toMatchObject({
      kind: 'token-endpoint-certificate',
      outcome: 'misconfigured',
    })
    const misnamed = await anEndpoint(undefined, await issue(['tokens.example']))
    expect(told(await aSource(misnamed, trusting).tokens.get())).toMatchObject({ kind: 'token-endpoint-certificate' })
    // Who cannot prove who it is has not been told a secret.
    expect([good.questions.length, misnamed.questions.length]).toEqual([1, 0])
  })
})
