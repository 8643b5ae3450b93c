import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Check, UnsavedSetting } from '../../../src/core/domain/check.ts'
import { diagnose } from '../../../src/core/domain/diagnosis.ts'
import {
  mailFingerprint,
  type SettingName,
  type SettingValue,
  settingsInForce,
} from '../../../src/core/domain/setting.ts'
import { HOUR, MINUTE } from '../../../src/core/domain/time.ts'
import { openSetting } from '../../../src/core/secrets/seal.ts'
import { followCheck, requestCheck } from '../../../src/core/usecases/check.ts'
import { sendTestMail } from '../../../src/core/usecases/tasks.ts'
import { makeHouse, plainServer, startPosternd } from '../../support/posternd.ts'
import { type Script, type SmtpScript, startSmtpScript } from '../../support/smtp-script.ts'
import type { TokenEndpoint } from '../../support/token-endpoint.ts'
import { DaemonHouse } from '../a-daemon.ts'
import { accessToken, anEndpoint, CLIENT_SECRET, denied, granted, REFRESH_TOKEN } from './support.ts'

const NAME = 'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN'
const USER = 'postern@example.org'

async function aServer(script: Script = {}): Promise<SmtpScript> {
  const server = await startSmtpScript({ extensions: ['AUTH PLAIN LOGIN XOAUTH2'], ...script })
  onTestFinished(() => server.close())
  return server
}

/** What an operator sets for a mailbox at Google, the endpoint's address aside. */
const oauth2 = (server: SmtpScript, endpoint: TokenEndpoint): Partial<Record<SettingName, SettingValue>> => ({
  ...plainServer(server.port),
  SERVICE_MAIL_USERNAME: USER,
  SERVICE_MAIL_AUTH: true,
  SERVICE_MAIL_AUTH_METHOD: 'oauth2',
  SERVICE_MAIL_OAUTH2_CLIENT_ID: 'client.example',
  SERVICE_MAIL_OAUTH2_CLIENT_SECRET: CLIENT_SECRET,
  SERVICE_MAIL_OAUTH2_REFRESH_TOKEN: REFRESH_TOKEN,
  SERVICE_MAIL_OAUTH2_TOKEN_URL: endpoint.url,
})

/** A check of the mail server that has ended. */
async function check({ house }: DaemonHouse, settings: readonly UnsavedSetting[] = []): Promise<Check> {
  const asked = await requestCheck(house.context, { to: null, settings })
  if (asked.kind !== 'made') throw new Error(asked.refusals.join(' '))
  for await (const seen of followCheck(house.store, asked.check.id, new AbortController().signal)) {
    if (seen.status === 'done') return seen
  }
  throw new Error('the check is gone')
}

/** All that is in the files below a directory. */
function contentOf(directory: string): string {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n')
}

describe('a refresh token that is revoked', () => {
  it('fails one letter, holds the others, is asked for once in 15 minutes, and a new one opens the queue', async () => {
    await using scene = await DaemonHouse.make()
    const server = await aServer()
    const endpoint = await anEndpoint(({ form }, number) =>
      form.refresh_token === 'a new refresh token'
        ? granted(number)
        : denied('invalid_grant', 'Token has been expired or revoked.'),
    )
    const { house } = scene
    await house.set({ ...oauth2(server, endpoint), SERVICE_MAIL_CONNECTIONS: 10 })
    await scene.resets(20)
    await scene.start()
    await scene.untilQueue('paused')
    expect(await house.store.taskCounts()).toMatchObject({ failed: 1, wait: 19, executing: 0 })
    expect(endpoint.questions).toHaveLength(1)
    expect(server.signIns).toBe(0)
    const [entry] = await scene.log()
    expect(entry?.happening && diagnose(entry.happening)).toMatchObject({ kind: 'token-revoked' })
    expect(scene.lines.filter(({ level }) => level === 'error')).toHaveLength(1)

    await scene.asleep()
    scene.clock.advance(15 * MINUTE + 1)
    await endpoint.asked(2)
    await scene.until(async () => (await house.store.get('queue', 'mail'))?.failedProbes === 1)
    await house.set({ [NAME]: 'a new refresh token' })
    await scene.until(async () => (await house.store.taskCounts())['carried-out'] === 19)
    expect(endpoint.questions).toHaveLength(3)
    expect((await house.store.taskCounts()).failed).toBe(1)
  })

  it('a wrong client pauses the queue, too, and says which settings', async () => {
    await using scene = await DaemonHouse.make()
    const endpoint = await anEndpoint(() =>
      denied('invalid_client', 'AADSTS7000215: Invalid client secret provided.', 401),
    )
    await scene.house.set(oauth2(await aServer(), endpoint))
    await scene.resets(3)
    await scene.start()
    await scene.untilQueue('paused')
    const cause = (await scene.house.store.get('queue', 'mail'))?.cause
    expect(cause && diagnose(cause).settings).toEqual([
      'SERVICE_MAIL_OAUTH2_CLIENT_ID',
      'SERVICE_MAIL_OAUTH2_CLIENT_SECRET',
    ])
    expect(await scene.house.store.taskCounts()).toMatchObject({ failed: 1, wait: 2 })
  })
})

describe('an endpoint that is down', () => {
  it('fails no letter: all wait until it is back', async () => {
    await using scene = await DaemonHouse.make()
    let down = true
    const endpoint = await anEndpoint((_question, number) => (down ? { text: '', status: 503 } : granted(number)))
    await scene.house.set(oauth2(await aServer(), endpoint))
    await scene.resets(5)
    await scene.start()
    await scene.untilQueue('unreachable')
    expect(await scene.house.store.taskCounts()).toMatchObject({ wait: 5, failed: 0 })
    down = false
    await scene.asleep()
    scene.clock.advance(MINUTE)
    await scene.until(async () => (await scene.house.store.taskCounts())['carried-out'] === 5)
    expect(endpoint.questions).toHaveLength(2)
  })
})

describe('a token that dies', () => {
  it('is replaced shortly before, and is one and the same for all connections until then', async () => {
    await using scene = await DaemonHouse.make()
    // Each letter needs a connection of its own, and each connection a sign-in.
    const server = await aServer({ dot: { say: '250 2.0.0 Ok', end: 'fin' } })
    const endpoint = await anEndpoint()
    await scene.house.set(oauth2(server, endpoint))
    await scene.start()
    const send = async () => {
      const { id } = await sendTestMail(scene.house.context, 'ops@example.net')
      await scene.untilTask(id, ({ status }) => status === 'carried-out')
    }
    await send()
    scene.clock.advance(57 * MINUTE)
    await send()
    expect([server.signIns, endpoint.questions.length]).toEqual([2, 1])
    scene.clock.advance(MINUTE)
    await send()
    expect([server.signIns, endpoint.questions.length]).toEqual([3, 2])
  })
})

describe('a refresh token that the provider renews', () => {
  it('is saved sealed, by the daemon, and is no changed setting; a restart goes on with it', async () => {
    await using scene = await DaemonHouse.make()
    const { house } = scene
    const server = await aServer()
    const endpoint = await anEndpoint((_question, number) =>
      granted(number, { refresh_token: `renewed-refresh-token-${number}` }),
    )
    await house.set(oauth2(server, endpoint))
    const before = await house.store.get('setting', NAME)
    const fingerprint = mailFingerprint(settingsInForce(await house.store.settings()))
    await scene.resets(2)
    const daemon = await scene.start()
    await scene.until(async () => (await house.store.taskCounts())['carried-out'] === 2)

    const after = await house.store.get('setting', NAME)
    expect({ ...after, renewed: undefined }).toEqual({ ...before, renewed: undefined })
    expect(await openSetting(house.keys, NAME, after?.renewed ?? '')).toEqual({
      ok: true,
      value: 'renewed-refresh-token-0',
    })
    expect(mailFingerprint(settingsInForce(await house.store.settings()))).toBe(fingerprint)
    expect((await house.store.get('queue', 'mail'))?.proven).toBe(fingerprint)
    const renewals = (await house.store.audit({ limit: 50 })).items.filter(
      ({ action }) => action === 'settings.renew-token',
    )
    expect(renewals).toMatchObject([{ actor: { name: 'posternd', door: 'daemon' }, touched: [`setting:${NAME}`] }])
    expect(server.signIns).toBe(1)
    expect(
      scene.lines.filter(({ text }) => text.includes('renewed the refresh token, and the new one is saved')),
    ).toHaveLength(1)

    await daemon.stop()
    await scene.start()
    scene.clock.advance(HOUR)
    await scene.resets(1, 'later')
    await endpoint.asked(2)
    expect(endpoint.questions[1]?.form.refresh_token).toBe('renewed-refresh-token-0')
    await scene.until(async () => (await house.store.taskCounts())['carried-out'] === 3)

    await house.set({ [NAME]: 'set anew' })
    expect((await house.store.get('setting', NAME))?.renewed).toBeUndefined()
    await scene.resets(1, 'last')
    await endpoint.asked(3)
    expect(endpoint.questions[2]?.form.refresh_token).toBe('set anew')
  })
})

describe('a check while a refresh token is in use', () => {
  it('has it renewed: the daemon goes on from the new one', async () => {
    await using scene = await DaemonHouse.make()
    const { house } = scene
    const server = await aServer()
    // As a provider has it that lets a token be used once.
    let alive = REFRESH_TOKEN
    const endpoint = await anEndpoint(({ form }, number) => {
      if (form.refresh_token !== alive) return denied('invalid_grant', 'Token has been revoked.')
      alive = `renewed-refresh-token-${number}`
      return granted(number, { refresh_token: alive })
    })
    await house.set(oauth2(server, endpoint))
    await scene.start()
    expect((await check(scene)).happening).toBeNull()
    await scene.resets(1)
    await scene.until(async () => (await house.store.taskCounts())['carried-out'] === 1)
    expect((await check(scene)).happening).toBeNull()
    expect(endpoint.questions.map(({ form }) => form.refresh_token)).toEqual([
      REFRESH_TOKEN,
      'renewed-refresh-token-0',
      'renewed-refresh-token-1',
    ])
  })

  it('tries out another address for tokens: what that gives is not taken for the stored one', async () => {
    await using scene = await DaemonHouse.make()
    const { house } = scene
    const endpoint = await anEndpoint()
    const other = await anEndpoint((_question, number) => granted(number, { refresh_token: 'of-another-provider' }))
    await house.set(oauth2(await aServer(), endpoint))
    await scene.start()
    const tried = await check(scene, [{ name: 'SERVICE_MAIL_OAUTH2_TOKEN_URL', value: other.url }])
    expect(tried.happening).toBeNull()
    expect(other.questions).toHaveLength(1)
    expect((await house.store.get('setting', NAME))?.renewed).toBeUndefined()
    await scene.resets(1)
    await scene.until(async () => (await house.store.taskCounts())['carried-out'] === 1)
    expect(endpoint.questions.map(({ form }) => form.refresh_token)).toEqual([REFRESH_TOKEN])
  })
})

describe('what is kept', () => {
  it('no secret is in the store, the log or the mail log, whether letters leave or not', async () => {
    await using scene = await DaemonHouse.make()
    let taken = true
    const server = await aServer({
      token: (token) => (taken ? '235 2.7.0 Accepted' : `535 5.7.8 Bad token ${token}`),
    })
    const endpoint = await anEndpoint(({ form }, number) =>
      number < 3
        ? granted(number, { refresh_token: `renewed-refresh-token-${number}` })
        : denied('invalid_grant', `Bad ${form.refresh_token} and ${form.client_secret}`),
    )
    const { house } = scene
    await house.set(oauth2(server, endpoint))
    const daemon = await scene.start()
    const send = async () => {
      const { id } = await sendTestMail(house.context, 'ops@example.net')
      await scene.untilTask(id, ({ status }) => status !== 'wait' && status !== 'executing')
    }
    await send()
    taken = false
    // A connection that stands needs no sign-in.
    await daemon.stop()
    await scene.start()
    await send()
    await send()
    await send()
    expect(endpoint.questions.length).toBeGreaterThanOrEqual(4)
    expect((await scene.log()).map(({ outcome }) => outcome)).toEqual([
      'misconfigured',
      'misconfigured',
      'misconfigured',
      'delivered',
    ])
    const told = JSON.stringify(await scene.log()) + JSON.stringify(scene.lines) + contentOf(house.data)
    const secrets = [CLIENT_SECRET, REFRESH_TOKEN, 'renewed-refresh-token-', ...[0, 1, 2].map(accessToken)]
    for (const secret of secrets) {
      for (const shape of [secret, Buffer.from(secret).toString('base64')])
        expect(told).not.toContain(shape.slice(0, 22))
    }
    expect(told).toContain('***')
  })
})

describe('settings that are not all there', () => {
  it.each([
    ['SERVICE_MAIL_OAUTH2_CLIENT_ID', ''],
    ['SERVICE_MAIL_OAUTH2_CLIENT_SECRET', ''],
    [NAME, ''],
  ] as const)('without %s no one is asked, and the letter says so', async (name, value) => {
    await using scene = await DaemonHouse.make()
    const server = await aServer()
    const endpoint = await anEndpoint()
    // An address of one's own for tokens may do without a secret.
    const given = { ...oauth2(server, endpoint), [name]: value }
    if (name === 'SERVICE_MAIL_OAUTH2_CLIENT_SECRET') given.SERVICE_MAIL_OAUTH2_TOKEN_URL = ''
    await scene.house.set(given)
    await scene.resets(1)
    await scene.start()
    await scene.untilQueue('paused')
    const cause = (await scene.house.store.get('queue', 'mail'))?.cause
    expect(cause?.reply).toBe(`${name} is not set, and SERVICE_MAIL_AUTH_METHOD is oauth2.`)
    expect(cause && diagnose(cause).settings).toEqual([name, 'SERVICE_MAIL_AUTH_METHOD'])
    expect([endpoint.questions.length, server.connections.length]).toEqual([0, 0])
  })
})

describe('posternd itself', () => {
  it('--check and --test-mail sign in by a token, and keep what the provider renews', async () => {
    const house = await makeHouse()
    onTestFinished(() => house.remove())
    const server = await aServer()
    const endpoint = await anEndpoint((_question, number) =>
      granted(number, { refresh_token: `renewed-refresh-token-${number}` }),
    )
    await house.set(oauth2(server, endpoint))
    const check = startPosternd(house.data, ['--check'])
    expect(await check.ended, check.output() + check.complaints()).toBe(0)
    expect(check.output()).toMatch(/XOAUTH2: 235 2\.7\.0 Accepted \(token from 127\.0\.0\.1, expires in 1 h\)/)
    const test = startPosternd(house.data, ['--test-mail', 'ops@example.net', '--json'])
    expect(await test.ended, test.complaints()).toBe(0)
    expect(JSON.parse(test.output())).toMatchObject({ outcome: 'delivered' })
    expect(endpoint.questions.map(({ form }) => form.refresh_token)).toEqual([REFRESH_TOKEN, 'renewed-refresh-token-0'])
    const said = check.output() + check.complaints() + test.output() + test.complaints()
    for (const secret of [CLIENT_SECRET, REFRESH_TOKEN, 'renewed-refresh-token', accessToken(0), accessToken(1)])
      expect(said).not.toContain(secret)
  })
})
