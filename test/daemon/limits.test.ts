import { describe, expect, it } from 'vitest'
import type { TaskId } from '../../src/core/domain/ids.ts'
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../../src/core/domain/time.ts'
import { builtinTemplate } from '../../src/core/letters/templates.ts'
import { claimDue } from '../../src/core/usecases/delivery.ts'
import { requestResets } from '../../src/core/usecases/reset.ts'
import { resumeQueue } from '../../src/core/usecases/settings.ts'
import { cancelTask, sendTestMail } from '../../src/core/usecases/tasks.ts'
import { plainServer } from '../support/posternd.ts'
import { type SmtpScript, startSmtpScript } from '../support/smtp-script.ts'
import { DaemonHouse } from './a-daemon.ts'

/** A daemon with a server that takes every letter, and when it took each by the daemon's clock. */
async function aScene(limits: { readonly rate?: number; readonly daily?: number }) {
  const scene = await DaemonHouse.make()
  const taken: Instant[] = []
  const server = await startSmtpScript({
    dot: () => {
      taken.push(scene.clock.monotonic())
      return '250 2.0.0 Ok'
    },
  })
  await scene.house.set({
    ...plainServer(server.port),
    SERVICE_MAIL_RATE_PER_MINUTE: limits.rate ?? 0,
    SERVICE_MAIL_DAILY_LIMIT: limits.daily ?? 0,
  })
  return {
    scene,
    taken,
    server,
    async [Symbol.asyncDispose]() {
      await scene[Symbol.asyncDispose]()
      await server.close()
    },
  }
}

/** Resolves when so many letters have been carried out, and says whether no more were. */
async function carriedOut(scene: DaemonHouse, count: number): Promise<void> {
  await scene.until(async () => (await scene.house.store.taskCounts())['carried-out'] >= count)
  expect((await scene.house.store.taskCounts())['carried-out']).toBe(count)
}

/** Resolves when the dispatcher sleeps with nothing in hand, so that only the clock can make a letter leave. */
async function asleep(scene: DaemonHouse): Promise<void> {
  const calm = async () => (await scene.house.store.taskCounts()).executing === 0 && scene.clock.alarms > 0
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(setImmediate)
    if (!(await calm())) turn = 0
  }
}

/** None of these was tried. */
async function untried(scene: DaemonHouse, ids: readonly TaskId[]): Promise<number> {
  const tasks = await Promise.all(ids.map((id) => scene.task(id)))
  return tasks.filter(({ status, attempts, round }) => status === 'wait' && attempts.length + round.attempts === 0)
    .length
}

describe('SERVICE_MAIL_RATE_PER_MINUTE', () => {
  it('100 letters at 10 a minute leave one every six seconds, the first at once', async () => {
    await using house = await aScene({ rate: 10 })
    const { scene, taken } = house
    const ids = await scene.resets(100)
    await scene.start()
    for (let count = 1; count < 100; count++) {
      await carriedOut(scene, count)
      if (count % 20 === 0) {
        await asleep(scene)
        scene.clock.advance(6 * SECOND - 1)
        await asleep(scene)
        expect(taken).toHaveLength(count)
        expect(await untried(scene, ids)).toBe(100 - count)
        scene.clock.advance(1)
      } else scene.clock.advance(6 * SECOND)
    }
    await carriedOut(scene, 100)
    expect(taken).toEqual(Array.from({ length: 100 }, (_, index) => index * 6 * SECOND))
  })

  it('holds across a restart: what went before it counts', async () => {
    await using house = await aScene({ rate: 1 })
    const { scene } = house
    await scene.resets(3)
    const daemon = await scene.start()
    await carriedOut(scene, 1)
    await daemon.stop()
    scene.clock.advance(40 * SECOND)
    await scene.start()
    await asleep(scene)
    scene.clock.advance(20 * SECOND - 1)
    await asleep(scene)
    await carriedOut(scene, 1)
    scene.clock.advance(1)
    await carriedOut(scene, 2)
  })

  it('changed while letters wait holds from the next letter on', async () => {
    await using house = await aScene({ rate: 1 })
    const { scene, taken } = house
    await scene.resets(14)
    await scene.start()
    await carriedOut(scene, 1)
    await asleep(scene)
    await scene.house.set({ SERVICE_MAIL_RATE_PER_MINUTE: 60 })
    for (const count of [1, 2, 3]) {
      await carriedOut(scene, count)
      scene.clock.advance(SECOND)
    }
    await carriedOut(scene, 4)
    expect(taken).toEqual([0, SECOND, 2 * SECOND, 3 * SECOND])
    await scene.house.set({ SERVICE_MAIL_RATE_PER_MINUTE: 0 })
    await carriedOut(scene, 14)
    expect(taken.slice(4)).toEqual(Array(10).fill(3 * SECOND))
  })

  it('the clock runs back an hour, two ahead and back again while letters wait (case 41): each leaves once, in its turn', async () => {
    await using house = await aScene({ rate: 6 })
    const { scene, taken } = house
    await scene.resets(25)
    await scene.start()
    const jumps = new Map([
      [4, -HOUR],
      [12, 3 * HOUR],
      [20, -2 * HOUR],
    ])
    for (let count = 1; count < 25; count++) {
      await carriedOut(scene, count)
      await asleep(scene)
      const jump = jumps.get(count) ?? 0
      if (jump !== 0) scene.clock.jump(jump)
      // Ahead the clock says that the next one's turn has come.
      if (jump <= 0) scene.clock.advance(10 * SECOND)
    }
    await carriedOut(scene, 25)
    const gaps = taken.slice(1).map((at, index) => at - (taken[index] ?? 0))
    expect(gaps).toEqual(gaps.map((_, index) => (index === 11 ? 0 : 10 * SECOND)))
  })
})

describe('SERVICE_MAIL_DAILY_LIMIT', () => {
  it('holds the rest without an attempt until the first of the day is 24 hours old, over restarts', async () => {
    await using house = await aScene({ daily: 5 })
    const { scene, taken } = house
    const ids = await scene.resets(12)
    let daemon = await scene.start()
    await carriedOut(scene, 5)
    await asleep(scene)
    expect(await untried(scene, ids)).toBe(7)
    expect(scene.lines.filter(({ text }) => text.startsWith('the daily limit is used up'))).toHaveLength(1)
    await daemon.stop()
    scene.clock.advance(23 * HOUR)
    daemon = await scene.start()
    await asleep(scene)
    await carriedOut(scene, 5)
    await daemon.stop()
    scene.clock.advance(HOUR - 1)
    await scene.start()
    await asleep(scene)
    expect(taken).toHaveLength(5)
    scene.clock.advance(1)
    await carriedOut(scene, 10)
    expect(await untried(scene, ids)).toBe(2)
  })

  it('counts a letter whose daemon was killed: it may have left', async () => {
    await using house = await aScene({ daily: 3 })
    const { scene, taken } = house
    const ids = await scene.resets(5)
    const templates = {
      refresh: () => {},
      find: (kind: Parameters<typeof builtinTemplate>[0], locale: Parameters<typeof builtinTemplate>[1]) => ({
        template: builtinTemplate(kind, locale),
        fallback: null,
      }),
    }
    const claimed = await claimDue(scene.house.context, { limit: 1, tests: false, by: 'dead', key: 1, templates })
    expect(claimed).toHaveLength(1)
    await scene.start()
    await carriedOut(scene, 2)
    await asleep(scene)
    expect(taken).toHaveLength(2)
    const tasks = await Promise.all(ids.map((id) => scene.task(id)))
    expect(tasks.flatMap(({ attempts }) => attempts.map(({ outcome }) => outcome)).sort()).toEqual([
      'delivered',
      'delivered',
      'unknown',
    ])
    scene.clock.advance(DAY)
    await carriedOut(scene, 5)
  })

  it('does not count what never reached the server', async () => {
    await using house = await aScene({ daily: 2 })
    const { scene, server } = house
    await scene.house.set({ SERVICE_MAIL_PORT: 1 })
    await scene.resets(3)
    await scene.start()
    await scene.untilQueue('unreachable')
    await scene.house.set({ SERVICE_MAIL_PORT: server.port })
    await carriedOut(scene, 2)
    await asleep(scene)
    expect(server.letters).toHaveLength(2)
  })

  it("does not hold an operator's test letter, and counts it", async () => {
    await using house = await aScene({ daily: 2 })
    const { scene, server } = house
    await scene.start()
    const first = await sendTestMail(scene.house.context, 'ops@example.net')
    await scene.untilTask(first.id, ({ status }) => status === 'carried-out')
    await scene.resets(3)
    await carriedOut(scene, 2)
    await asleep(scene)
    const second = await sendTestMail(scene.house.context, 'ops@example.net')
    await scene.untilTask(second.id, ({ status }) => status === 'carried-out')
    expect(server.letters).toHaveLength(3)
    expect((await scene.house.store.taskCounts()).wait).toBe(2)
  })

  it('goes by the letters of the last 24 hours though it was not set then', async () => {
    await using house = await aScene({})
    const { scene, server } = house
    await scene.resets(4, 'early')
    await scene.start()
    await carriedOut(scene, 4)
    await scene.house.set({ SERVICE_MAIL_DAILY_LIMIT: 5 })
    await scene.resets(4, 'late')
    await carriedOut(scene, 5)
    await asleep(scene)
    expect(server.letters).toHaveLength(5)
  })
})

describe('posternd --once under limits', () => {
  it('goes at the rate until all have left', async () => {
    await using house = await aScene({ rate: 30 })
    const { scene, taken } = house
    await scene.resets(4)
    const daemon = await scene.start('on demand')
    const drained = daemon.drain()
    for (const count of [1, 2, 3]) {
      await carriedOut(scene, count)
      await asleep(scene)
      scene.clock.advance(2 * SECOND)
    }
    await drained
    expect(taken).toEqual([0, 2, 4, 6].map((seconds) => seconds * SECOND))
  })

  it('ends when the rest is held for the next day, or is cancelled', async () => {
    await using house = await aScene({ daily: 2 })
    const { scene, server } = house
    const ids = await scene.resets(4)
    const daemon = await scene.start('on demand')
    await daemon.drain()
    expect(server.letters).toHaveLength(2)
    for (const id of ids) await cancelTask(scene.house.context, { id, version: null })
    await daemon.drain()
    expect(server.letters).toHaveLength(2)
  })
})

describe('a server that asks to slow down at MAIL', () => {
  const THROTTLED = '421 4.7.0 Too many messages, slow down'

  /** Letters that went well enough for ten connections to be used. */
  async function busy(answers: { MAIL?: () => string; RCPT?: () => string }) {
    const scene = await DaemonHouse.make()
    const together = { now: 0, most: 0 }
    const server: SmtpScript = await startSmtpScript(() => ({
      MAIL: () => {
        // The wire takes its time.
        scene.clock.advance(3)
        return answers.MAIL?.() ?? '250 2.1.0 Ok'
      },
      RCPT: () => {
        together.most = Math.max(together.most, server.connections.filter(({ open }) => open).length)
        return answers.RCPT?.() ?? '250 2.1.5 Ok'
      },
    }))
    await scene.house.set({ ...plainServer(server.port), SERVICE_MAIL_CONNECTIONS: 4 })
    await scene.resets(1, 'first')
    await scene.start()
    await carriedOut(scene, 1)
    return { scene, server, together }
  }

  it('gets half the connections, then one, then a rest; no more letters than that are put off; then they come back', async () => {
    let slow = false
    const { scene, server, together } = await busy({ MAIL: () => (slow ? THROTTLED : '250 2.1.0 Ok') })
    await using _ = scene
    slow = true
    const ids = await scene.resets(30)
    const queue = () => scene.house.store.get('queue', 'mail')
    await scene.until(async () => (await queue())?.throttle?.rests === true)
    await asleep(scene)
    expect(await queue()).toMatchObject({ state: 'open', throttle: { connections: 1 } })
    expect(await untried(scene, ids)).toBeGreaterThanOrEqual(30 - (4 + 2 + 1 + 1))
    const slowed = scene.lines.filter(({ text }) => text.startsWith('the mail server asked to slow down'))
    expect(slowed.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn'])
    expect(slowed[0]?.text).toContain('2 of 4 connections')
    expect(slowed[2]?.text).toContain('nothing leaves until then')

    // A changed setting brings no connection back, and no rest ends by it.
    await scene.house.set({ SERVICE_MAIL_CONNECTIONS: 5, SERVICE_MAIL_FROM_NAME: 'Others' })
    await asleep(scene)
    const until = (await queue())?.throttle?.until ?? 0
    expect(until - scene.clock.wall()).toBeGreaterThan(14 * MINUTE)
    scene.clock.advance(until - scene.clock.wall() - 1)
    await asleep(scene)
    expect((await scene.house.store.taskCounts())['carried-out']).toBe(1)

    slow = false
    together.most = 0
    scene.clock.advance(1)
    await carriedOut(scene, 31)
    expect((await queue())?.throttle).toBeNull()
    expect(together.most).toBeGreaterThan(1)
    expect(together.most).toBeLessThanOrEqual(5)
    expect(scene.lines.filter(({ text }) => text.startsWith('all connections are used again'))).toHaveLength(1)
    await server.close()
  })

  it('is left in peace by the next daemon, too, but for test letters and an operator who says otherwise', async () => {
    let slow = false
    const { scene, server } = await busy({ MAIL: () => (slow ? THROTTLED : '250 2.1.0 Ok') })
    await using _ = scene
    slow = true
    await scene.resets(20)
    await scene.until(async () => (await scene.house.store.get('queue', 'mail'))?.throttle?.rests === true)
    await asleep(scene)
    await scene.daemon?.stop()
    slow = false
    await scene.start()
    await asleep(scene)
    expect(server.letters).toHaveLength(1)
    const test = await sendTestMail(scene.house.context, 'ops@example.net')
    await scene.untilTask(test.id, ({ status }) => status === 'carried-out')
    await asleep(scene)
    expect(server.letters).toHaveLength(2)
    await resumeQueue(scene.house.context)
    await scene.until(async () => (await scene.house.store.taskCounts())['carried-out'] > 10)
    await server.close()
  })

  it('at the greeting closes the queue for 15 minutes, and fewer connections are used when it opens', async () => {
    await using scene = await DaemonHouse.make()
    let slow = false
    const server = await startSmtpScript(() => ({ greeting: slow ? '421 4.7.0 Too many connections' : '220 mx' }))
    await scene.house.set({ ...plainServer(server.port), SERVICE_MAIL_CONNECTIONS: 8 })
    await scene.resets(1, 'first')
    const daemon = await scene.start()
    await carriedOut(scene, 1)
    await daemon.stop()
    slow = true
    await scene.resets(5)
    await scene.start()
    await scene.untilQueue('unreachable')
    const queue = await scene.house.store.get('queue', 'mail')
    expect(queue?.nextProbeAt).toBe(scene.clock.wall() + 15 * MINUTE)
    expect(queue?.throttle?.connections).toBeLessThanOrEqual(4)
    slow = false
    await asleep(scene)
    scene.clock.advance(15 * MINUTE)
    await carriedOut(scene, 6)
    await server.close()
  })

  it('at RCPT greylists: that letter waits for its back-off, and the others go on over all connections', async () => {
    let grey = 0
    const { scene, server } = await busy({
      RCPT: () => (grey++ % 2 === 1 ? '450 4.7.1 Greylisted, come back later' : '250 2.1.5 Ok'),
    })
    await using _ = scene
    await scene.resets(20)
    await scene.until(async () => (await scene.house.store.taskCounts()).executing === 0 && server.letters.length >= 10)
    await asleep(scene)
    expect(await scene.house.store.get('queue', 'mail')).toMatchObject({ state: 'open', throttle: null })
    const { items } = await scene.house.store.tasks({ status: 'wait', limit: 99 })
    expect(items.length).toBeGreaterThan(5)
    for (const { scheduledAt } of items) expect(scheduledAt).toBeLessThanOrEqual(scene.clock.wall() + MINUTE)
    expect(scene.lines.some(({ text }) => text.includes('slow down'))).toBe(false)
    await server.close()
  })
})

it('letters that come due while others are held take their turn behind them', async () => {
  await using house = await aScene({ rate: 2 })
  const { scene } = house
  const early = await scene.resets(2, 'early')
  const users = await scene.house.addUsers(1, 'late')
  await scene.start()
  await carriedOut(scene, 1)
  scene.clock.advance(10 * SECOND)
  await requestResets(scene.house.context, users, { kind: 'now' })
  await asleep(scene)
  scene.clock.advance(20 * SECOND)
  await carriedOut(scene, 2)
  const tasks = await Promise.all(early.map((id) => scene.task(id)))
  expect(tasks.map(({ status }) => status)).toEqual(['carried-out', 'carried-out'])
})
