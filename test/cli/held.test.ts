import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { takeDaemonLock } from '../../src/core/host/daemon-lock.ts'
import type { FileLock } from '../../src/core/host/lock.ts'
import { PostOffice } from '../core/usecases/post-office.ts'
import { Desk } from './desk.ts'

let office: PostOffice
let desk: Desk
let lock: FileLock | null = null
beforeEach(async () => {
  office = await PostOffice.open()
  // The desk goes by this machine's clock: what has gone within a day must be of today.
  office.clock.jump(Date.now() - office.clock.wall())
  desk = new Desk(office.house.data)
})
afterEach(async () => {
  lock?.close()
  lock = null
  await office[Symbol.asyncDispose]()
})

/** From now on a daemon holds the data directory. */
async function daemonIsThere(): Promise<void> {
  const taken = await takeDaemonLock(desk.data)
  if (!taken.ok) throw new Error('somebody has the lock')
  lock = taken.lock
}

async function resets(count: number): Promise<void> {
  for (let each = 0; each < count; each++) await office.reset(await office.addUser())
}

/** What is said of the one letter that is held, and its JSON by both commands. */
async function saidOfHeld() {
  const [item, ...more] = (await desk.items('tasks', 'list', '--status', 'wait')).filter(({ held }) => held !== null)
  if (item === undefined || more.length > 0) throw new Error(`${more.length} more than one, or none, is held`)
  const { held } = await desk.json('tasks', 'show', String(item.id))
  expect(held).toEqual(item.held)
  const shown = await desk.done('tasks', 'show', String(item.id))
  const table = await desk.run(['tasks', 'list', '--status', 'wait'], { columns: 80 })
  const lines = await desk.done('tasks', 'list', '--status', 'wait')
  return { held, status: /^Status .*$/m.exec(shown)?.[0] ?? '', table: table.out, lines }
}

describe('a letter that is held says why', () => {
  it('while no daemon is running', async () => {
    await resets(1)
    const { held, status, table, lines } = await saidOfHeld()
    expect(held).toEqual({ why: 'no-daemon', until: null })
    expect(status).toBe('Status     wait, held: no daemon is running')
    expect(table).toMatch(/│ HELD +│.*│ no daemon +│/s)
    expect(lines).toMatch(/\tLAST\tHELD\n.*\tno-daemon\n$/s)
  })

  it('while SERVICE_MAIL_ENABLE is false', async () => {
    await daemonIsThere()
    await office.set({ SERVICE_MAIL_ENABLE: false })
    await resets(1)
    const { held, status, table } = await saidOfHeld()
    expect(held).toEqual({ why: 'off', until: null })
    expect(status).toMatch(/held: SERVICE_MAIL_ENABLE is false$/)
    expect(table).toContain('│ mail is off │')
  })

  it.each([
    ['misconfigured', 'paused', /held: mail is paused; tried in 15 m$/],
    ['unreachable', 'unreachable', /held: the mail server cannot be reached; tried in (60 s|59 s|1 m)$/],
  ] as const)('after %s: %s', async (outcome, why, words) => {
    await daemonIsThere()
    await resets(1)
    await office.send(outcome)
    if (outcome === 'misconfigured') await resets(1)
    const { held, status, table } = await saidOfHeld()
    expect(held).toEqual({ why, until: expect.stringMatching(/Z$/) })
    expect(status).toMatch(words)
    expect(table).toMatch(new RegExp(`\\(due\\) +│ wait.*│ ${why} +│`))
  })

  it('while the mail server is left in peace, and mail resume ends that', async () => {
    await daemonIsThere()
    await office.set({ SERVICE_MAIL_CONNECTIONS: 1 })
    await resets(1)
    await office.send('deferred', { throttled: true })
    await resets(1)
    const { held, status } = await saidOfHeld()
    expect(held).toMatchObject({ why: 'throttled' })
    expect(status).toMatch(/held: the mail server asked to slow down; goes about /)
    expect(await desk.done('mail', 'status')).toMatch(
      /^Slowed {2}the mail server asked to slow down .*nothing leaves until/m,
    )
    expect(await desk.json('mail', 'status')).toMatchObject({ throttle: { connections: 1, rests: true } })
    expect(await desk.done('mail', 'resume')).toBe(
      'Letters rested, since the mail server had asked to slow down: they leave now.\n',
    )
    expect(await desk.done('mail', 'status')).toMatch(/^Slowed .*: 1 connection, and more as letters arrive$/m)
    expect((await desk.items('tasks', 'list')).filter(({ held: left }) => left !== null)).toEqual([])
  })

  it('under a rate and under a daily limit, with the moment at which it goes', async () => {
    await daemonIsThere()
    await resets(3)
    for (const claimed of await office.claimAll()) await office.settle(claimed, 'delivered')
    await desk.done('settings', 'set', 'SERVICE_MAIL_DAILY_LIMIT=3')
    await resets(1)
    const { held, status, table } = await saidOfHeld()
    expect(held).toMatchObject({ why: 'daily-limit' })
    expect(status).toMatch(/held: the daily limit of 3 letters; goes about \d\d:\d\d tomorrow$/)
    expect(table).toMatch(/│ about \d\d:\d\d tomorrow │ wait +│.*│ daily limit │/)
    expect(await desk.done('mail', 'status')).toMatch(
      /^Limits {2}the daily limit of 3 letters: 3 in the last 24 h\nLast {4}At 3 a day the letter leaves about \d\d:\d\d tomorrow\.$/m,
    )
    expect(await desk.json('mail', 'status')).toMatchObject({
      held: 1,
      limits: { perMinute: null, daily: { limit: 3, used: 3 } },
      lastLeavesAt: expect.stringMatching(/Z$/),
    })
    await desk.done('settings', 'set', 'SERVICE_MAIL_DAILY_LIMIT=0', 'SERVICE_MAIL_RATE_PER_MINUTE=1')
    expect((await saidOfHeld()).status).toMatch(/held: 1 letter a minute; goes in (\d+ s|1 m)$/)
  })
})

describe('who asks for letters under a limit', () => {
  it('is told when the last of them leaves', async () => {
    await daemonIsThere()
    await desk.done('settings', 'set', 'SERVICE_MAIL_RATE_PER_MINUTE=1')
    await desk.addUsers('ann', 'bea', 'cy')
    expect((await desk.run(['users', 'reset', 'ann'])).err).toBe('')
    const { err, out } = await desk.run(['users', 'reset', 'bea', 'cy', '--now', '--json'])
    expect(err).toMatch(/^At 1 a minute the last of 2 leaves (in \d+ s|in 1 m|about \d\d:\d\d (today|tomorrow))\.\n$/)
    const [first, second] = JSON.parse(out).items
    expect([first.held?.why, second.held?.why].toSorted()).toEqual(['rate', undefined])
    await desk.done('tasks', 'cancel', first.id)
    expect((await desk.run(['tasks', 'send-now', second.id])).err).toBe('')
  })
})
