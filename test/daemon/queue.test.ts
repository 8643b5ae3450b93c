import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { diagnose } from '../../src/core/domain/diagnosis.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/domain/time.ts'
import { makeCertificate } from '../../src/core/host/certificate.ts'
import { requestResets } from '../../src/core/usecases/reset.ts'
import { redoTask, sendTestMail } from '../../src/core/usecases/tasks.ts'
import { plainServer } from '../support/posternd.ts'
import { freePort } from '../support/sink.ts'
import { startSmtpScript } from '../support/smtp-script.ts'
import { DaemonHouse } from './a-daemon.ts'

const GMAIL = [
  '535-5.7.8 Username and Password not accepted. For more information, go to',
  '535 5.7.8  https://support.google.com/mail/?p=BadCredentials a1-20020a05600c000100b003',
].join('\n')

describe('a wrong password', () => {
  it('case 48: fails one letter, holds the others without an attempt, and is tried once in 15 minutes until it is mended', async () => {
    await using scene = await DaemonHouse.make()
    let right = false
    const server = await startSmtpScript({ AUTH: () => (right ? '235 2.7.0 Accepted' : GMAIL) })
    const { house } = scene
    await house.set({
      ...plainServer(server.port),
      SERVICE_MAIL_AUTH: true,
      SERVICE_MAIL_USERNAME: 'postern@example.org',
      SERVICE_MAIL_CONNECTIONS: 10,
    })
    await house.set({ SERVICE_MAIL_PASSWORD: 'wrong' })
    const ids = await scene.resets(20)
    await scene.start()
    await scene.untilQueue('paused')
    const tasks = await Promise.all(ids.map((id) => scene.task(id)))
    const others = ids.filter((_, index) => tasks[index]?.status !== 'failed')
    const first = ids.find((_, index) => tasks[index]?.status === 'failed')

    const counts = await house.store.taskCounts()
    expect(counts).toMatchObject({ failed: 1, wait: 19, executing: 0 })
    expect(server.signIns).toBe(1)
    const [entry] = await scene.log()
    expect(entry?.happening && diagnose(entry.happening)).toMatchObject({
      title: 'Username and Password not accepted',
      settings: ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD'],
    })
    for (const id of others)
      expect(await scene.task(id)).toMatchObject({ status: 'wait', attempts: [], round: { attempts: 0 } })
    expect(scene.lines.filter(({ level }) => level === 'error')).toHaveLength(1)

    scene.clock.advance(14 * MINUTE)
    expect(server.signIns).toBe(1)
    scene.clock.advance(MINUTE + 1)
    await server.until(() => server.signIns === 2)
    await scene.until(async () => (await house.store.get('queue', 'mail'))?.failedProbes === 1)
    expect((await house.store.taskCounts()).wait).toBe(19)

    right = true
    await house.set({ SERVICE_MAIL_PASSWORD: 'right' })
    await scene.until(async () => (await house.store.taskCounts())['carried-out'] === 19)
    expect((await house.store.taskCounts()).failed).toBe(1)

    const redone = await redoTask(house.context, { id: (await scene.task(first)).id, version: null })
    expect(redone.kind).toBe('done')
    await scene.untilTask(first, ({ status }) => status === 'carried-out')
    expect(server.letters).toHaveLength(20)
    await server.close()
  })

  it('a test letter passes the paused queue, and its arrival opens it', async () => {
    await using scene = await DaemonHouse.make()
    let right = false
    const server = await startSmtpScript({ AUTH: () => (right ? '235 2.7.0 Accepted' : GMAIL) })
    await scene.house.set({
      ...plainServer(server.port),
      SERVICE_MAIL_AUTH: true,
      SERVICE_MAIL_USERNAME: 'postern@example.org',
    })
    await scene.house.set({ SERVICE_MAIL_PASSWORD: 'mended at the server' })
    await scene.resets(3)
    await scene.start()
    await scene.untilQueue('paused')
    right = true
    const test = await sendTestMail(scene.house.context, 'ops@example.net')
    await scene.untilTask(test.id, ({ status }) => status === 'carried-out')
    await scene.until(async () => (await scene.house.store.taskCounts())['carried-out'] === 3)
    expect((await scene.house.store.get('queue', 'mail'))?.state).toBe('open')
    await server.close()
  })
})

describe('a server that cannot be reached', () => {
  it('case 44: holds every letter, is probed after 1, 2 and 4 minutes, and gets them all when it is back', async () => {
    await using scene = await DaemonHouse.make()
    const port = await freePort()
    await scene.house.set(plainServer(port))
    const tasks = await scene.resets(5)
    await scene.start()
    await scene.untilQueue('unreachable')
    expect(await scene.house.store.taskCounts()).toMatchObject({ wait: 5, failed: 0 })
    const failed = (probes: number) =>
      scene.until(async () => (await scene.house.store.get('queue', 'mail'))?.failedProbes === probes)
    scene.clock.advance(MINUTE)
    await failed(1)
    scene.clock.advance(2 * MINUTE)
    await failed(2)
    const queue = await scene.house.store.get('queue', 'mail')
    expect(queue?.nextProbeAt).toBe(scene.clock.wall() + 4 * MINUTE)
    const attempts = await Promise.all(tasks.map(async (id) => (await scene.task(id)).attempts.length))
    expect(attempts.reduce((sum, count) => sum + count, 0)).toBe(1)
    await scene.house.set({ SERVICE_MAIL_PORT: (await friendly()).port })
    await scene.until(async () => (await scene.house.store.taskCounts())['carried-out'] === 5)
  })

  it('a letter that could not leave in time fails as too old, though the queue is closed', async () => {
    await using scene = await DaemonHouse.make()
    await scene.house.set({ ...plainServer(await freePort()), SERVICE_MAIL_RETRY_HOURS: 1 })
    const [task] = await scene.resets(1)
    const daemon = await scene.start()
    await scene.untilQueue('unreachable')
    await daemon.stop()
    scene.clock.advance(HOUR)
    await scene.start()
    const ended = await scene.untilTask(task, ({ status }) => status === 'failed')
    expect('cause' in ended && ended.cause && diagnose(ended.cause).title).toBe('Too old to send')
  })
})

const opened: { close(): Promise<void> }[] = []
async function friendly() {
  const server = await startSmtpScript()
  opened.push(server)
  return server
}

describe('what a server says of one letter', () => {
  it('case 49: "later" is tried again by the back-off, with the very same bytes', async () => {
    await using scene = await DaemonHouse.make()
    let tries = 0
    const server = await startSmtpScript({
      dot: () => (++tries < 3 ? '451 4.7.1 Greylisted, come back later' : '250 2.0.0 Ok'),
    })
    await scene.house.set(plainServer(server.port))
    const [task] = await scene.resets(1)
    await scene.start()
    await scene.untilTask(task, ({ status, attempts }) => status === 'wait' && attempts.length === 1)
    scene.clock.advance(MINUTE)
    const twice = await scene.untilTask(task, ({ status, attempts }) => status === 'wait' && attempts.length === 2)
    expect(twice.scheduledAt).toBe(scene.clock.wall() + 5 * MINUTE)
    scene.clock.advance(5 * MINUTE)
    await scene.untilTask(task, ({ status }) => status === 'carried-out')
    expect(new Set(server.letters.map(({ bytes }) => bytes.toString('latin1'))).size).toBe(1)
    expect(server.letters).toHaveLength(3)
    await server.close()
  })

  it('case 49: "never" fails that letter, and the others go on', async () => {
    await using scene = await DaemonHouse.make()
    let recipients = 0
    const server = await startSmtpScript({
      RCPT: () => (recipients++ === 0 ? '550 5.1.1 No such user here' : '250 2.1.5 Ok'),
    })
    await scene.house.set(plainServer(server.port))
    await scene.resets(4)
    await scene.start()
    await scene.until(async () => (await scene.house.store.taskCounts())['carried-out'] === 3)
    expect(await scene.house.store.taskCounts()).toMatchObject({ failed: 1, wait: 0 })
    expect(await scene.house.store.get('queue', 'mail')).toMatchObject({ state: 'open' })
    await server.close()
  })

  it('case 50: nothing at all after the final dot is unknown: the same letter three times, then failed, and its secret lives', async () => {
    await using scene = await DaemonHouse.make()
    const server = await startSmtpScript({ dot: { end: 'rst' } })
    await scene.house.set(plainServer(server.port))
    const [task] = await scene.resets(1)
    await scene.start()
    for (const attempt of [1, 2]) {
      await scene.untilTask(task, ({ status, attempts }) => status === 'wait' && attempts.length === attempt)
      scene.clock.advance(MINUTE)
    }
    const failed = await scene.untilTask(task, ({ status }) => status === 'failed')
    expect(failed.attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown'])
    expect(new Set(server.letters.map(({ bytes }) => bytes.toString('latin1'))).size).toBe(1)
    expect(failed.user && (await scene.house.store.get('credential', failed.user.id))?.temporary).not.toBeNull()
    await server.close()
  })
})

describe('settings while the daemon runs', () => {
  it('nothing leaves while SERVICE_MAIL_ENABLE is false, but a test letter does; then all leave', async () => {
    await using scene = await DaemonHouse.make()
    const server = await friendly()
    await scene.house.set({ ...plainServer(server.port), SERVICE_MAIL_ENABLE: false })
    await scene.resets(3)
    await scene.start()
    const test = await sendTestMail(scene.house.context, 'ops@example.net')
    await scene.untilTask(test.id, ({ status }) => status === 'carried-out')
    expect(await scene.house.store.taskCounts()).toMatchObject({ wait: 3 })
    await scene.house.set({ SERVICE_MAIL_ENABLE: true })
    await scene.until(async () => (await scene.house.store.taskCounts())['carried-out'] === 4)
  })

  it('a changed sender and server hold from the next letter on', async () => {
    await using scene = await DaemonHouse.make()
    const [old, fresh] = [await friendly(), await friendly()]
    await scene.house.set(plainServer(old.port))
    const [first] = await scene.resets(1, 'early')
    await scene.start()
    await scene.untilTask(first, ({ status }) => status === 'carried-out')
    await scene.house.set({ SERVICE_MAIL_PORT: fresh.port, SERVICE_MAIL_FROM_ADDRESS: 'new@example.org' })
    const [second] = await scene.resets(1, 'late')
    await scene.untilTask(second, ({ status }) => status === 'carried-out')
    expect([old.letters.length, fresh.letters.length]).toEqual([1, 1])
    expect(fresh.letters[0]?.from).toContain('new@example.org')
  })

  it('a password sealed to another store says so and pauses the queue', async () => {
    await using scene = await DaemonHouse.make()
    await using other = await DaemonHouse.make()
    await other.house.set({ SERVICE_MAIL_PASSWORD: 'theirs' })
    const theirs = (await other.house.store.settings()).find(({ name }) => name === 'SERVICE_MAIL_PASSWORD')
    await scene.house.set({ ...plainServer(await freePort()), SERVICE_MAIL_USERNAME: 'postern@example.org' })
    await scene.house.set({ SERVICE_MAIL_PASSWORD: 'ours' })
    await scene.house.set({ SERVICE_MAIL_AUTH: true })
    await scene.house.store.transact(scene.house.context.actor, 'test', async (tx) => {
      if (theirs !== undefined) tx.put('setting', theirs)
    })
    await scene.resets(2)
    await scene.start()
    await scene.untilQueue('paused')
    const [entry] = await scene.log()
    expect(entry?.reply).toContain('SERVICE_MAIL_PASSWORD cannot be opened')
    expect(await scene.house.store.taskCounts()).toMatchObject({ failed: 1, wait: 1 })
  })

  it('letters go by STARTTLS under a private authority that SERVICE_MAIL_CA_FILE names', async () => {
    await using scene = await DaemonHouse.make()
    const certificate = await makeCertificate({
      commonName: 'localhost',
      hosts: ['localhost', '127.0.0.1'],
      days: 1,
      now: Date.now(),
    })
    const server = await startSmtpScript({ certificate })
    const file = join(scene.house.data, 'ca.pem')
    writeFileSync(file, certificate.certificate)
    await scene.house.set({ ...plainServer(server.port), SERVICE_MAIL_TLS: true, SERVICE_MAIL_CA_FILE: file })
    const [task] = await scene.resets(1)
    await scene.start()
    await scene.untilTask(task, ({ status }) => status === 'carried-out')
    expect(server.connections[0]?.wire.includes('Temporary') || server.connections[0]?.wire.includes('user0')).toBe(
      false,
    )
    await server.close()
  })
})

describe('the clock (case 41)', () => {
  it('jumps two hours ahead while letters wait: each is sent once, and the jump is logged', async () => {
    await using scene = await DaemonHouse.make()
    const server = await friendly()
    await scene.house.set({ ...plainServer(server.port), SERVICE_RESET_DELAY_MINUTES: 10 })
    const users = await scene.house.addUsers(3)
    await requestResets(scene.house.context, users, { kind: 'usual' })
    await scene.start()
    await scene.asleep()
    expect(server.letters).toHaveLength(0)
    scene.clock.jump(2 * HOUR)
    await scene.until(async () => (await scene.house.store.taskCounts())['carried-out'] === 3)
    expect(server.letters).toHaveLength(3)
    expect(scene.lines.some(({ text }) => text.includes('jumped forward by 7200 s'))).toBe(true)
  })

  it('runs back an hour while letters wait: they leave ten minutes after they were asked for, once', async () => {
    await using scene = await DaemonHouse.make()
    const server = await friendly()
    await scene.house.set({ ...plainServer(server.port), SERVICE_RESET_DELAY_MINUTES: 10 })
    const users = await scene.house.addUsers(3)
    await requestResets(scene.house.context, users, { kind: 'usual' })
    await scene.start()
    await scene.asleep()
    scene.clock.advance(20_000)
    await scene.asleep()
    scene.clock.jump(-HOUR)
    scene.clock.advance(9 * MINUTE + 30_000)
    await scene.asleep()
    expect(server.letters).toHaveLength(0)
    scene.clock.advance(MINUTE)
    await scene.until(async () => (await scene.house.store.taskCounts())['carried-out'] === 3)
    expect(server.letters).toHaveLength(3)
    expect(scene.lines.some(({ text }) => text.includes('jumped back by 3600 s'))).toBe(true)
    const [user] = users
    const secret = user === undefined ? null : (await scene.house.store.get('credential', user))?.temporary
    expect(secret?.lifetimeMs).toBeLessThanOrEqual(DAY)
  })
})

describe("an operator's broken template", () => {
  it('never stops a letter: the built-in one leaves, and the entry says why', async () => {
    await using scene = await DaemonHouse.make()
    const server = await friendly()
    await scene.house.set(plainServer(server.port))
    const directory = join(scene.house.data, 'store', 'templates', 'en')
    mkdirSync(directory, { recursive: true })
    writeFileSync(join(directory, 'reset-password.text.liquid'), 'Dear {{ user_name }}, {{ secret }}')
    await scene.house.addUsers(1, 'skipped')
    const tasks = await scene.resets(2)
    await scene.start()
    await scene.asleep()
    await scene.untilTask(tasks[1], ({ status }) => status === 'carried-out')
    const entry = (await scene.log()).find(({ task }) => task === tasks[1])
    expect(entry?.letter?.fallback).toContain('reset-password.text.liquid')
  })
})
