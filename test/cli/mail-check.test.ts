import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { followCheck } from '../../src/core/usecases/check.ts'
import { countingIds } from '../support/builders.ts'
import { type House, makeHouse, plainServer, type RunningDaemon, startPosternd } from '../support/posternd.ts'
import { type SmtpScript, startSmtpScript } from '../support/smtp-script.ts'
import { Desk } from './desk.ts'

const NONE = { id: countingIds().check() }

describe('postern mail check without a daemon', () => {
  it('exits 69, says who could check, and leaves nothing behind', async () => {
    const desk = new Desk()
    await desk.done('store', 'init')
    const { status, out, err, questions } = await desk.run(
      ['mail', 'check', '--set', 'SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_PORT=25'],
      { answers: ['geheim'] },
    )
    expect({ status, out, err }).toEqual({
      status: 69,
      out: '',
      err: 'postern: No daemon is running that could check the mail server: start posternd. "posternd --check" checks by itself.\n',
    })
    // Nobody types a secret in vain.
    expect(questions).toEqual([])
    expect((await desk.items('audit', 'list')).filter(({ action }) => action === 'mail.check')).toEqual([])
  })

  it.each([
    [['--set', 'SERVICE_MAIL_PASSWORD=geheim'], /"postern mail check --set SERVICE_MAIL_PASSWORD" asks for it/],
    [['--set', 'SERVICE_MAIL_PROT=25'], /There is no setting "SERVICE_MAIL_PROT"; did you mean SERVICE_MAIL_PORT\?/],
    [['--set', 'SERVICE_MAIL_PORT=70000'], /SERVICE_MAIL_PORT must be a whole number/],
    [['--set', 'SERVICE_MAIL_PORT'], /SERVICE_MAIL_PORT needs a value/],
    [['--set', 'SERVICE_MAIL_PORT=25', '--set', 'SERVICE_MAIL_PORT=26'], /given twice/],
    [['--to', 'a@example.org, b@example.org'], /--to: .* is not an e-mail address/],
    [['geheim'], /too many arguments/],
  ])('refuses %j with exit 2, and repeats no secret', async (args, sentence) => {
    const refused = await new Desk().refused('mail', 'check', ...args)
    expect(refused).toMatch(sentence)
    expect(refused).not.toContain('geheim')
  })
})

describe('postern mail check with a daemon', () => {
  let house: House
  let daemon: RunningDaemon
  let server: SmtpScript
  let refusing: SmtpScript
  let desk: Desk
  beforeEach(async () => {
    server = await startSmtpScript()
    refusing = await startSmtpScript({ AUTH: '535-5.7.8 Not accepted \u001b[2J\n535 5.7.8 Go away' })
    house = await makeHouse()
    await house.set(plainServer(server.port))
    daemon = startPosternd(house.data)
    await daemon.logged(({ msg }) => msg === 'posternd is ready')
    desk = new Desk(house.data)
  })
  afterEach(async () => {
    daemon.kill('SIGKILL')
    await daemon.ended
    await Promise.all([server.close(), refusing.close(), house.remove()])
  })

  /** Whether any file of the data directory holds a text. */
  const isKept = (text: string) =>
    readdirSync(house.data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .some((file) => readFileSync(join(file.parentPath, file.name), 'latin1').includes(text))

  it('prints each stage and that all were passed', async () => {
    const { status, out, err } = await desk.run(['mail', 'check', '--to', 'ops@example.net'])
    expect({ status, err }).toEqual({
      status: 0,
      err: `Asked the daemon (pid ${daemon.pid}) to check the mail server; no letter is sent.\n`,
    })
    expect(out).toMatch(
      /^TCP {9,}\S.*\ngreeting .*\nEHLO .*\nMAIL FROM .*\nRCPT TO .*\nreset .*\n\nEvery stage was passed: .* to ops@example\.net\. None was sent\.\n$/,
    )
    expect(await desk.json('mail', 'check')).toMatchObject({
      id: expect.stringMatching(/^[0-9a-z]{16}$/),
      ok: true,
      from: 'postern@example.org',
      to: 'postern@example.org',
      settings: [],
      warnings: [],
      stages: [
        { stage: 'tcp', durationMs: expect.any(Number), detail: `127.0.0.1 port ${server.port}`, ok: true },
        { stage: 'greeting' },
        { stage: 'ehlo' },
        { stage: 'mail' },
        { stage: 'rcpt' },
        { stage: 'reset' },
      ],
      outcome: null,
      diagnosis: null,
      reply: null,
    })
    expect(server.letters).toEqual([])
  })

  it('tries settings and a secret out, stops at the first failure with its diagnosis, and saves nothing', async () => {
    const tried = [
      'mail',
      'check',
      '--set',
      `SERVICE_MAIL_PORT=${refusing.port}`,
      'SERVICE_MAIL_AUTH=true',
      '--set',
      'SERVICE_MAIL_USERNAME=postern',
      '--set',
      'SERVICE_MAIL_PASSWORD',
    ]
    const { status, out, err } = await desk.run(tried, { input: 'only tried out\n' })
    expect(status).toBe(1)
    expect(out).toMatch(/^sign-in .* failed$/m)
    expect(out).toMatch(/^\nSign-in refused|^\nUsername and Password not accepted \(at sign-in\)$/m)
    expect(out).toMatch(/^Settings: SERVICE_MAIL_USERNAME, SERVICE_MAIL_PASSWORD$/m)
    expect(out).toMatch(/^The server said:\n {2}535-5\.7\.8 Not accepted \^\[\[2J\n {2}535 5\.7\.8 Go away\n$/m)
    expect(out).not.toContain('MAIL FROM')
    const credentials = Buffer.from('\0postern\0only tried out').toString('base64')
    expect(refusing.connections[0]?.lines).toContain(`C: AUTH PLAIN ${credentials}`)

    const asked = await desk.run([...tried, '--json'], { answers: ['only tried out'] })
    expect(asked).toMatchObject({ status: 1, questions: [{ text: 'SERVICE_MAIL_PASSWORD:', masked: true }] })
    expect(JSON.parse(asked.out)).toMatchObject({
      ok: false,
      settings: ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_AUTH', 'SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD'],
      outcome: 'misconfigured',
      diagnosis: { kind: 'sign-in-refused', advice: expect.any(String) },
      reply: '535-5.7.8 Not accepted \u001b[2J\n535 5.7.8 Go away',
    })
    for (const secret of ['only tried out', credentials]) {
      expect(out + err + asked.out + asked.err + daemon.output()).not.toContain(secret)
      expect(isKept(secret)).toBe(false)
    }
    expect(await desk.json('settings', 'get', 'SERVICE_MAIL_PORT')).toMatchObject({ value: server.port })
    expect(await desk.json('settings', 'get', 'SERVICE_MAIL_PASSWORD')).toMatchObject({ set: false })
  })

  it('warns of what is doubtful, and refuses what contradicts itself (case 3)', async () => {
    const doubtful = await desk.run(['mail', 'check', '--set', 'SERVICE_MAIL_PORT=465'])
    expect(doubtful.err).toContain('! SERVICE_MAIL_PORT=465 expects TLS from the first byte')
    expect(doubtful.status).toBe(1)
    expect(
      await desk.refused('mail', 'check', '--set', 'SERVICE_MAIL_AUTH=true', 'SERVICE_MAIL_HOST=mx.example.org'),
    ).toMatch(/would send the password in clear.* Nothing was checked\.$/)
  })

  it('fits a terminal: what is long goes on below where it began', async () => {
    const { out } = await desk.run(['mail', 'check'], { columns: 60 })
    expect(out).toMatch(/^EHLO .*PIPELINING, 8BITMIME, SMTPUTF8, SIZE\n {20}10485760, AUTH PLAIN LOGIN$/m)
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
  })

  it('two at once: the second waits its turn, and both come to their end', async () => {
    const both = await Promise.all([desk.run(['mail', 'check', '--json']), desk.run(['mail', 'check', '--json'])])
    expect(both.map(({ status }) => status)).toEqual([0, 0])
    expect(new Set(both.map(({ out }) => JSON.parse(out).id)).size).toBe(2)
  })

  it('a daemon that dies amid it is told as such', async () => {
    const stuck = await startSmtpScript({ greeting: { raw: '' } })
    const checked = desk.run(['mail', 'check', '--set', `SERVICE_MAIL_PORT=${stuck.port}`])
    await stuck.until(() => stuck.connections.length === 1)
    const [{ id } = NONE] = await house.store.checks()
    for await (const { stage } of followCheck(house.store, id, new AbortController().signal)) {
      if (stage === 'greeting') break
    }
    daemon.kill('SIGKILL')
    const { status, out, err } = await checked
    expect(status).toBe(69)
    expect(out).toMatch(/^TCP .*\n$/)
    expect(err).toContain('postern: The daemon ended before the check had. "posternd --check" checks by itself.\n')
    await stuck.close()
  })

  it('a daemon that takes nothing up is told as such, and the check is taken back', async () => {
    process.kill(daemon.pid, 'SIGSTOP')
    const { status, err } = await desk.run(['mail', 'check'])
    expect(status).toBe(69)
    expect(err).toContain('Waiting for its turn, or for the daemon …\n')
    expect(err).toContain('postern: The daemon did not take the check up')
    expect(await house.store.checks()).toEqual([])
  })
})
