import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Check, UnsavedSetting } from '../../src/core/domain/check.ts'
import { diagnose } from '../../src/core/domain/diagnosis.ts'
import type { Stage } from '../../src/core/domain/outcome.ts'
import { SECOND } from '../../src/core/domain/time.ts'
import { sealPublicKey, sealSetting } from '../../src/core/secrets/seal.ts'
import { followCheck, requestCheck } from '../../src/core/usecases/check.ts'
import { readQueue } from '../../src/core/usecases/settings.ts'
import { makeHouse, plainServer, startPosternd } from '../support/posternd.ts'
import { type Script, startSmtpScript } from '../support/smtp-script.ts'
import { DaemonHouse } from './a-daemon.ts'

async function aServer(script: Script = {}) {
  const server = await startSmtpScript(script)
  onTestFinished(() => server.close())
  return server
}

type Asker = Pick<DaemonHouse['house'], 'context' | 'store'>

/** Asks for a check that is made. */
async function ask({ context }: Asker, settings: readonly UnsavedSetting[] = [], to: string | null = null) {
  const asked = await requestCheck(context, { to, settings })
  if (asked.kind !== 'made') throw new Error(asked.refusals.join(' '))
  return asked.check
}

/** The check when it has ended, or as soon as it `holds`. */
async function until({ store }: Asker, { id }: Check, holds = (check: Check) => check.status === 'done') {
  for await (const check of followCheck(store, id, new AbortController().signal)) if (holds(check)) return check
  throw new Error('the check is gone')
}

/** The check when it has come to `stage`: what a follower sees of it is put down as time goes by. */
async function untilAt({ house, clock }: DaemonHouse, check: Check, stage: Stage) {
  const going = setInterval(() => clock.advance(SECOND), 20)
  try {
    return await until(house, check, (seen) => seen.stage === stage)
  } finally {
    clearInterval(going)
  }
}

/** Every byte of a data directory, but for the key's. */
function everythingIn(directory: string): string {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1')).join('\n')
}

describe('a check that a door asks of the daemon', () => {
  it('goes every stage under the unsaved settings, and none of them is saved or stands in the clear', async () => {
    await using scene = await DaemonHouse.make()
    const { house } = scene
    const [saved, tried] = [await aServer(), await aServer()]
    await house.set(plainServer(saved.port))
    const before = await house.store.settings()
    await scene.start()
    const password = 'tried out & never saved'
    const sealed = await sealSetting(await sealPublicKey(house.keys), 'SERVICE_MAIL_PASSWORD', password)
    const asked = await ask(
      house,
      [
        { name: 'SERVICE_MAIL_PORT', value: tried.port },
        { name: 'SERVICE_MAIL_AUTH', value: true },
        { name: 'SERVICE_MAIL_USERNAME', value: 'somebody' },
        { name: 'SERVICE_MAIL_PASSWORD', value: sealed },
      ],
      'ops@example.net',
    )
    const check = await until(house, asked)
    expect(check).toMatchObject({ happening: null, from: 'postern@example.org', to: 'ops@example.net' })
    expect(check.stages.map(({ stage }) => stage)).toEqual(['tcp', 'greeting', 'ehlo', 'auth', 'mail', 'rcpt', 'reset'])
    const credentials = Buffer.from(`\0somebody\0${password}`).toString('base64')
    expect(tried.connections[0]?.lines).toContain(`C: AUTH PLAIN ${credentials}`)
    expect(tried.connections[0]?.lines).toContain('C: RCPT TO:<ops@example.net>')
    expect([saved.connections.length, tried.letters.length]).toEqual([0, 0])
    expect(await house.store.settings()).toEqual(before)
    const everything = everythingIn(house.data)
    expect(everything).toContain('sealed:v1:')
    for (const secret of [password, credentials]) {
      expect(everything).not.toContain(secret)
      expect(JSON.stringify(scene.lines)).not.toContain(secret)
    }
  })

  it('is filled in as it happens', async () => {
    await using scene = await DaemonHouse.make()
    const server = await aServer({ RCPT: { raw: '' } })
    await scene.house.set(plainServer(server.port))
    await scene.start()
    const asked = await ask(scene.house)
    const under = await untilAt(scene, asked, 'rcpt')
    expect(under).toMatchObject({ status: 'executing', happening: null })
    expect(under.stages.map(({ stage }) => stage)).toEqual(['tcp', 'greeting', 'ehlo', 'mail'])
    server.connections[0]?.act('550 5.1.1 Nobody')
    const check = await until(scene.house, asked)
    expect(check.happening).toMatchObject({ stage: 'rcpt', replyCode: 550 })
    expect(check.stages.at(-1)).toMatchObject({ stage: 'rcpt', detail: '550 5.1.1 Nobody' })
  })

  it('is three lines of the audit log where the server answers at once', async () => {
    await using scene = await DaemonHouse.make()
    const server = await aServer()
    await scene.house.set(plainServer(server.port))
    await scene.start()
    const { id } = await until(scene.house, await ask(scene.house))
    const { items } = await scene.house.store.audit({ limit: 50, keyword: id })
    expect(items.map(({ action }) => action)).toEqual(['check.end', 'check.begin', 'mail.check'])
  })

  it('is made while mail is paused or off, and leaves it so', async () => {
    await using scene = await DaemonHouse.make()
    let right = false
    const server = await aServer({ AUTH: () => (right ? '235 2.7.0 Accepted' : '535 5.7.8 No') })
    const { house } = scene
    await house.set({ ...plainServer(server.port), SERVICE_MAIL_AUTH: true, SERVICE_MAIL_USERNAME: 'postern' })
    await house.set({ SERVICE_MAIL_PASSWORD: 'wrong' })
    await scene.resets(2)
    await scene.start()
    await scene.untilQueue('paused')
    const paused = await readQueue(house.store)
    right = true
    expect((await until(house, await ask(house))).happening).toBeNull()
    expect(await readQueue(house.store)).toEqual(paused)
    expect(await house.store.taskCounts()).toMatchObject({ wait: 1, failed: 1 })
    await house.set({ SERVICE_MAIL_ENABLE: false })
    expect((await until(house, await ask(house))).happening).toBeNull()
    right = false
    expect((await until(house, await ask(house))).happening).toMatchObject({ stage: 'auth' })
    expect(await readQueue(house.store)).toEqual(paused)
    expect(server.letters).toEqual([])
  })

  it('waits its turn, and delays no letter', async () => {
    await using scene = await DaemonHouse.make()
    const [slow, server] = [await aServer({ greeting: { raw: '' } }), await aServer()]
    await scene.house.set(plainServer(server.port))
    await scene.start()
    const first = await ask(scene.house, [{ name: 'SERVICE_MAIL_PORT', value: slow.port }])
    await untilAt(scene, first, 'greeting')
    const second = await ask(scene.house)
    const [task] = await scene.resets(1)
    await scene.untilTask(task, ({ status }) => status === 'carried-out')
    expect((await scene.house.store.get('check', second.id))?.status).toBe('wait')
    slow.connections[0]?.act('554 5.7.1 Blocked')
    expect((await until(scene.house, first)).happening).toMatchObject({ stage: 'greeting', replyCode: 554 })
    expect((await until(scene.house, second)).happening).toBeNull()
    expect(slow.connections).toHaveLength(1)
  })

  it('says what is wrong with a setting before any server is asked', async () => {
    await using scene = await DaemonHouse.make()
    await scene.house.set({ ...plainServer(25), SERVICE_MAIL_AUTH: true, SERVICE_MAIL_USERNAME: 'postern' })
    await scene.start()
    const { happening, stages } = await until(scene.house, await ask(scene.house))
    expect(stages).toEqual([])
    expect(happening && diagnose(happening).settings).toContain('SERVICE_MAIL_PASSWORD')
  })

  it('is made though it was asked for before the daemon started', async () => {
    await using scene = await DaemonHouse.make()
    const server = await aServer()
    await scene.house.set(plainServer(server.port))
    const asked = await ask(scene.house)
    await scene.start()
    expect((await until(scene.house, asked)).happening).toBeNull()
  })

  it('ends with a word on it when the daemon is stopped, at once', async () => {
    await using scene = await DaemonHouse.make()
    const server = await aServer({ MAIL: { end: 'stall' } })
    await scene.house.set(plainServer(server.port))
    const daemon = await scene.start()
    const asked = await ask(scene.house)
    await untilAt(scene, asked, 'mail')
    await daemon.stop()
    const { happening } = await until(scene.house, asked)
    expect(happening).toMatchObject({ stage: 'mail', code: 'ECHECK' })
    await server.until(() => server.connections[0]?.open === false)
  })
})

describe('a daemon that is killed amid a check', () => {
  it('leaves it to the next one, which ends it with a clear word and goes on with those that come', async () => {
    const [stuck, server] = [await aServer({ MAIL: { end: 'stall' } }), await aServer()]
    const house = await makeHouse()
    onTestFinished(() => house.remove())
    await house.set(plainServer(server.port))
    const first = startPosternd(house.data)
    await first.logged(({ msg }) => msg === 'posternd is ready')
    const asked = await ask(house, [{ name: 'SERVICE_MAIL_PORT', value: stuck.port }])
    await until(house, asked, ({ stage }) => stage === 'mail')
    first.kill('SIGKILL')
    await first.ended
    const second = startPosternd(house.data)
    const ended = await until(house, asked)
    expect(ended.happening).toMatchObject({ stage: 'mail', code: 'ECHECK' })
    expect(ended.stages.map(({ stage }) => stage)).toEqual(['tcp', 'greeting', 'ehlo'])
    expect((await until(house, await ask(house))).happening).toBeNull()
    second.kill('SIGTERM')
    expect(await second.ended).toBe(0)
  })
})

describe('posternd --check', () => {
  it('goes the same stages beside a running daemon, and tries settings out', async () => {
    const [server, other] = [await aServer(), await aServer({ RCPT: '550 5.1.1 Nobody here' })]
    const house = await makeHouse()
    onTestFinished(() => house.remove())
    await house.set(plainServer(server.port))
    const daemon = startPosternd(house.data)
    await daemon.logged(({ msg }) => msg === 'posternd is ready')
    const before = await house.store.settings()

    const passed = startPosternd(house.data, ['--check', '--to', 'ops@example.net'])
    expect(await passed.ended, passed.complaints()).toBe(0)
    expect(passed.output()).toMatch(
      /^TCP .*\ngreeting .*\nEHLO .*\nMAIL FROM .*\nRCPT TO .*\nreset .*\n\nEvery stage was passed: .* from postern@example\.org to ops@example\.net\. None was sent\.\n$/,
    )
    const failed = startPosternd(house.data, ['--check', '--json', '--set', `SERVICE_MAIL_PORT=${other.port}`])
    expect(await failed.ended, failed.complaints()).toBe(1)
    expect(JSON.parse(failed.output())).toMatchObject({
      id: null,
      ok: false,
      to: 'postern@example.org',
      settings: ['SERVICE_MAIL_PORT'],
      diagnosis: { kind: 'no-mailbox' },
      reply: '550 5.1.1 Nobody here',
    })
    expect(await house.store.settings()).toEqual(before)
    expect(await house.store.checks()).toEqual([])
    daemon.kill('SIGTERM')
    await daemon.ended
  })

  it('takes a secret from standard input alone', async () => {
    const server = await aServer()
    const house = await makeHouse()
    onTestFinished(() => house.remove())
    await house.set({ ...plainServer(server.port), SERVICE_MAIL_AUTH: true, SERVICE_MAIL_USERNAME: 'postern' })
    const main = join(import.meta.dirname, '../../src/daemon/main.ts')
    const flags = ['--data', house.data, '--check', '--set', 'SERVICE_MAIL_PASSWORD']
    const child = spawn(process.execPath, [main, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin.end('piped in\n')
    const output = await text(child.stdout)
    expect(output).toMatch(/^sign-in .*Accepted$/m)
    const credentials = Buffer.from('\0postern\0piped in').toString('base64')
    expect(server.connections[0]?.lines).toContain(`C: AUTH PLAIN ${credentials}`)
    expect(output + everythingIn(house.data)).not.toContain('piped in')
  })

  it.each([
    [['--check', '--set', 'SERVICE_MAIL_PASSWORD=geheim'], 'is a secret and is not taken from the command line'],
    [['--check', '--set', 'SERVICE_MAIL_PORT=70000'], 'SERVICE_MAIL_PORT must be a whole number'],
    [['--check', '--set', 'SERVICE_MAIL_PROT=smtp'], 'there is no setting "SERVICE_MAIL_PROT"'],
    [['--check', '--set', 'SERVICE_MAIL_PORT'], 'SERVICE_MAIL_PORT needs a value'],
    [['--check', '--set', 'SERVICE_MAIL_PORT=1', '--set', 'SERVICE_MAIL_PORT=2'], 'given twice'],
    [['--check', '--to', 'nobody'], '--to: '],
    [['--check', 'SERVICE_MAIL_PORT=25'], 'too many arguments'],
    [['--check', '--set', 'SERVICE_MAIL_PORT=25', 'SERVICE_MAIL_PROT=smtp'], 'there is no setting "SERVICE_MAIL_PROT"'],
    [['--once', '--to', 'a@example.org'], '--to and --set go with --check'],
  ])('refuses %j with exit 2 and one sentence', async (flags, words) => {
    const posternd = startPosternd('/nonexistent', flags)
    expect(await posternd.ended).toBe(2)
    expect(posternd.complaints()).toContain(words)
    expect(posternd.complaints()).not.toContain('geheim')
    expect(posternd.complaints().trim().split('\n')).toHaveLength(1)
  })

  it('refuses settings that contradict one another with exit 2, before anything is said', async () => {
    const house = await makeHouse()
    onTestFinished(() => house.remove())
    const posternd = startPosternd(house.data, ['--check', '--set', 'SERVICE_MAIL_TLS=false'])
    expect(await posternd.ended).toBe(2)
    expect(posternd.complaints()).toMatch(/^posternd: SERVICE_MAIL_TLS=false .* Nothing was checked\.\n$/)
  })
})
