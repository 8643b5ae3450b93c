import { describe, expect, it } from 'vitest'
import { diagnose } from '../../src/core/domain/diagnosis.ts'
import { HOUR, MINUTE } from '../../src/core/domain/time.ts'
import { requestResets } from '../../src/core/usecases/reset.ts'
import { redoTask } from '../../src/core/usecases/tasks.ts'
import { editUser } from '../../src/core/usecases/users.ts'
import { plainServer } from '../support/posternd.ts'
import { startSmtpScript } from '../support/smtp-script.ts'
import { DaemonHouse } from './a-daemon.ts'

describe('one letter that cannot be delivered', () => {
  it('case 16: an address beyond ASCII, a server without SMTPUTF8: failed, nothing sent, and the others go on', async () => {
    await using scene = await DaemonHouse.make()
    const server = await startSmtpScript({ extensions: ['PIPELINING'] })
    await scene.house.set(plainServer(server.port))
    const [first, second] = await scene.house.addUsers(2)
    if (first === undefined || second === undefined) throw new Error('there are no users')
    const user = await scene.house.store.get('user', first)
    if (user === undefined) throw new Error('there is no user')
    await editUser(scene.house.context, { id: first, version: user.version }, { email: 'юзер@example.com' })
    const [one, other] = await requestResets(scene.house.context, [first, second], { kind: 'now' })
    if (one?.kind !== 'made' || other?.kind !== 'made') throw new Error('no reset was made')
    await scene.start()
    const failed = await scene.untilTask(one.task.id, ({ status }) => status === 'failed')
    expect('cause' in failed && failed.cause && diagnose(failed.cause).title).toBe('Server lacks SMTPUTF8')
    await scene.untilTask(other.task.id, ({ status }) => status === 'carried-out')
    expect(server.letters).toHaveLength(1)
    expect(server.connections.flatMap(({ lines }) => lines).join('\n')).not.toContain('юзер')
    await server.close()
  })

  it.each([
    ['RCPT', '451 4.7.1 Greylisted, come back later'],
    ['dot', '452 4.3.1 Out of disk space'],
  ])('case 49: "later" at %s until SERVICE_MAIL_RETRY_HOURS have passed, then failed', async (at, reply) => {
    await using scene = await DaemonHouse.make()
    const server = await startSmtpScript({ [at]: reply })
    await scene.house.set({ ...plainServer(server.port), SERVICE_MAIL_RETRY_HOURS: 1 })
    const [task] = await scene.resets(1)
    await scene.start()
    const begun = scene.clock.wall()
    for (let tries = 1; ; tries++) {
      const settled = await scene.untilTask(
        task,
        ({ status, attempts }) => status === 'failed' || (status === 'wait' && attempts.length === tries),
      )
      if (settled.status === 'failed') break
      scene.clock.advance(settled.scheduledAt - scene.clock.wall())
    }
    const failed = await scene.task(task)
    expect('cause' in failed && failed.cause && diagnose(failed.cause).kind).toBe('too-old')
    expect(failed.attempts.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 4 }, () => 'deferred'))
    expect(scene.clock.wall() - begun).toBeGreaterThanOrEqual(HOUR - MINUTE)
    await server.close()
  })

  it('case 49: "never" at the dot fails the letter, and redo sends another one', async () => {
    await using scene = await DaemonHouse.make()
    let wanted = false
    const server = await startSmtpScript({ dot: () => (wanted ? '250 2.0.0 Ok' : '554 5.7.1 This looks like spam') })
    await scene.house.set(plainServer(server.port))
    const [task] = await scene.resets(1)
    await scene.start()
    const failed = await scene.untilTask(task, ({ status }) => status === 'failed')
    expect('cause' in failed && failed.cause && diagnose(failed.cause).kind).toBe('policy')
    wanted = true
    expect((await redoTask(scene.house.context, { id: failed.id, version: null })).kind).toBe('done')
    await scene.untilTask(task, ({ status }) => status === 'carried-out')
    const [refused, taken] = server.letters.map(({ bytes }) => bytes.toString('latin1'))
    expect(refused).not.toBe(taken)
    await server.close()
  })

  it.each(['fin', 'rst'] as const)(
    'case 50: the link ends by %s after the dot, then holds: the same bytes again, and once more delivered',
    async (end) => {
      await using scene = await DaemonHouse.make()
      let dots = 0
      const server = await startSmtpScript({ dot: () => (++dots === 1 ? { end } : '250 2.0.0 Ok') })
      await scene.house.set(plainServer(server.port))
      const [task] = await scene.resets(1)
      await scene.start()
      await scene.untilTask(task, ({ status, attempts }) => status === 'wait' && attempts.length === 1)
      scene.clock.advance(MINUTE)
      const { attempts } = await scene.untilTask(task, ({ status }) => status === 'carried-out')
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['unknown', 'delivered'])
      expect(new Set(server.letters.map(({ bytes }) => bytes.toString('latin1'))).size).toBe(1)
      expect(server.letters).toHaveLength(2)
      await server.close()
    },
  )

  it('case 51: a reply of control characters, bytes that are no text and many kilobytes is kept, short and whole', async () => {
    await using scene = await DaemonHouse.make()
    const evil = Buffer.concat([
      Buffer.from('550 5.7.1 \u001b]52;c;ZXZpbA==\u0007\u001b[2J '),
      Buffer.from([0xff, 0xfe, 0x80, 0xc3, 0x28]),
      Buffer.from(`${'漢'.repeat(4000)}\r\n`),
    ])
    const server = await startSmtpScript({ extensions: [], RCPT: { raw: evil } })
    await scene.house.set(plainServer(server.port))
    const [task] = await scene.resets(1)
    await scene.start()
    await scene.untilTask(task, ({ status }) => status === 'failed')
    const [entry] = await scene.log()
    expect(entry?.replyCode).toBe(550)
    const reply = entry?.reply ?? ''
    expect(reply.startsWith('550 5.7.1 \u001b]52;c;ZXZpbA==\u0007\u001b[2J ')).toBe(true)
    expect(reply.isWellFormed()).toBe(true)
    expect(Buffer.byteLength(reply)).toBeLessThanOrEqual(4096)
    expect(Buffer.byteLength(entry?.conversation ?? '')).toBeLessThanOrEqual(16_384)
    await server.close()
  })
})

describe('a way to the server that does not exist', () => {
  it.each([
    ['never greets', { greeting: { end: 'stall' } }],
    ['greets one byte at a time', { greeting: { raw: '2' } }],
    ['never ends its line', { greeting: { raw: '220-'.repeat(10_000) } }],
  ] as const)(
    'case 45: a connection on which the server %s keeps one letter, and the others leave',
    async (_what, bad) => {
      await using scene = await DaemonHouse.make()
      // The first one proves the settings: until then there is one connection alone.
      const server = await startSmtpScript((connection) => (connection === 1 ? bad : {}))
      await scene.house.set({ ...plainServer(server.port), SERVICE_MAIL_CONNECTIONS: 2 })
      await scene.start()
      await scene.resets(1, 'first')
      await scene.until(async () => (await scene.house.store.taskCounts())['carried-out'] === 1)
      await scene.resets(20)
      await scene.until(async () => (await scene.house.store.taskCounts())['carried-out'] === 20)
      expect(await scene.house.store.taskCounts()).toMatchObject({ executing: 1, failed: 0 })
      expect(server.letters).toHaveLength(20)
      await server.close()
      await scene.until(async () => (await scene.house.store.taskCounts()).executing === 0)
    },
  )

  it('case 44: a name that cannot be resolved holds every letter, with the diagnosis, and each leaves once it can', async () => {
    await using scene = await DaemonHouse.make()
    const server = await startSmtpScript()
    await scene.house.set({
      ...plainServer(server.port),
      SERVICE_MAIL_TLS: true,
      SERVICE_MAIL_HOST: 'mail.postern.invalid',
    })
    await scene.resets(4)
    await scene.start()
    await scene.untilQueue('unreachable')
    expect(await scene.house.store.taskCounts()).toMatchObject({ wait: 4, failed: 0 })
    const [entry] = await scene.log()
    expect(entry?.happening && diagnose(entry.happening).settings).toEqual(['SERVICE_MAIL_HOST'])
    await scene.house.set(plainServer(server.port))
    await scene.until(async () => (await scene.house.store.taskCounts())['carried-out'] === 4)
    expect(server.letters).toHaveLength(4)
    await server.close()
  })
})
