import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Task } from '../../../src/core/domain/task.ts'
import { HOUR, MINUTE, SECOND } from '../../../src/core/domain/time.ts'
import { lastTurn, readBudget } from '../../../src/core/usecases/budget.ts'
import { forecast } from '../../../src/core/usecases/forecast.ts'
import { sendTestMail } from '../../../src/core/usecases/tasks.ts'
import { aTask } from '../../support/builders.ts'
import { allPages } from '../../support/store.ts'
import { PostOffice } from './post-office.ts'

const PRESENT = { daemon: true }

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

async function resets(count: number): Promise<readonly Task[]> {
  const made: Task[] = []
  for (let each = 0; each < count; each++) made.push(await office.reset(await office.addUser()))
  return made
}

const waiting = () => allPages((paging) => office.store.tasks({ status: 'wait', ...paging }))
const held = async (tasks: readonly Task[], present = PRESENT) => {
  const found = await forecast(office.store, tasks, present)
  return tasks.map(({ id }) => found.get(id) ?? null)
}

describe('what holds a letter', () => {
  it('is nothing while the queue is open, and before it is due', async () => {
    const tasks = await resets(2)
    expect(await held(tasks)).toEqual([null, null])
    const later = { ...aTask(), scheduledAt: office.store.now() + MINUTE }
    await office.set({ SERVICE_MAIL_ENABLE: false })
    expect(await held([later])).toEqual([null])
  })

  it('is that mail is off, then that no daemon is there, then the closed queue with its next probe', async () => {
    await resets(1)
    await office.send('unreachable')
    const tasks = await waiting()
    const until = office.store.now() + MINUTE
    expect(await held(tasks)).toEqual([{ why: 'unreachable', until, tooOld: false }])
    expect(await held(tasks, { daemon: false })).toEqual([{ why: 'no-daemon', until: null, tooOld: false }])
    await office.set({ SERVICE_MAIL_ENABLE: false })
    expect(await held(tasks, { daemon: false })).toEqual([{ why: 'off', until: null, tooOld: false }])
  })

  it('is a paused queue, for a test letter only a daemon that is not there', async () => {
    await resets(2)
    const [first] = await office.claimAll({ limit: 1 })
    if (first === undefined) throw new Error('one was due')
    await office.settle(first, 'misconfigured')
    const [other] = await waiting()
    const test = await sendTestMail(office.operator, 'ops@example.net')
    if (other === undefined) throw new Error('one waits')
    const until = office.store.now() + 15 * MINUTE
    expect(await held([other, test])).toEqual([{ why: 'paused', until, tooOld: false }, null])
    expect((await held([test], { daemon: false }))[0]?.why).toBe('no-daemon')
  })

  it('is a server that wants a rest', async () => {
    await office.set({ SERVICE_MAIL_CONNECTIONS: 1 })
    await resets(2)
    const [first] = await office.claimAll({ limit: 1 })
    if (first === undefined) throw new Error('one was due')
    await office.settle(first, 'deferred', { throttled: true })
    const until = office.store.now() + 15 * MINUTE
    const others = (await waiting()).filter(({ id }) => id !== first.task.id)
    expect(await held(others)).toEqual([{ why: 'throttled', until, tooOld: false }])
    expect(await office.claimAll()).toEqual([])
    office.clock.advance(15 * MINUTE)
    expect(await held(others)).toEqual([null])
    expect(await office.claimAll()).toHaveLength(2)
  })

  it('is a limit, with the moment at which it goes, in the order in which letters are claimed', async () => {
    await office.set({ SERVICE_MAIL_RATE_PER_MINUTE: 30, SERVICE_MAIL_DAILY_LIMIT: 4 })
    await resets(6)
    const now = office.store.now()
    const tasks = (await waiting()).toSorted((a, b) => (a.id < b.id ? -1 : 1))
    const shown = (await held(tasks)).map((each) => each && [each.why, ((each.until ?? 0) - now) / SECOND])
    expect(shown).toEqual([
      null,
      ['rate', 2],
      ['rate', 4],
      ['rate', 6],
      ['daily-limit', 86_400],
      ['daily-limit', 86_402],
    ])
  })

  it('says of a letter whose turn comes too late that it will be too old', async () => {
    await office.set({ SERVICE_MAIL_DAILY_LIMIT: 1, SERVICE_MAIL_RETRY_HOURS: 24 })
    await resets(2)
    expect((await held(await waiting())).filter((each) => each !== null)).toEqual([
      { why: 'daily-limit', until: null, tooOld: true },
    ])
  })
})

it('every letter goes when it was foretold, whatever is asked for and settled meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 90 }),
      fc.constantFrom(0, 3, 7),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
      async (rate, daily, batches) => {
        await using house = await PostOffice.open()
        await house.set({
          SERVICE_MAIL_RATE_PER_MINUTE: rate,
          SERVICE_MAIL_DAILY_LIMIT: daily,
          SERVICE_MAIL_RETRY_HOURS: 720,
        })
        for (const count of batches) {
          for (let each = 0; each < count; each++) await house.reset(await house.addUser())
          house.clock.advance(700)
        }
        const { items } = await house.store.tasks({ status: 'wait', limit: 99 })
        const foretold = await forecast(house.store, items, PRESENT)
        while ((await house.store.taskCounts()).wait > 0) {
          for (const claimed of await house.claimAll()) {
            const until = foretold.get(claimed.task.id)?.until
            if (until === undefined) expect(claimed.task.running.startedAt).toBe(house.store.now())
            else expect(claimed.task.running.startedAt).toBe(until)
            await house.settle(claimed, 'delivered')
          }
          const next = await forecast(
            house.store,
            (await house.store.tasks({ status: 'wait', limit: 99 })).items,
            PRESENT,
          )
          const moments = [...next.values()].map(({ until }) => until ?? 0)
          if (moments.length > 0) house.clock.advance(Math.min(...moments) - house.store.now())
        }
      },
    ),
    { numRuns: 25 },
  )
})

describe('the limits', () => {
  it('are none where none is set, and cost no look at what waits', async () => {
    expect(await readBudget(office.store, PRESENT)).toEqual({ perMinute: null, daily: null, last: null })
    expect(await lastTurn(office.store, { letters: 9, from: 0, ahead: 3 })).toBeNull()
  })

  it('say what of them is used, and when the last of the letters that are due goes', async () => {
    await resets(3)
    for (const claimed of await office.claimAll()) await office.settle(claimed, 'delivered')
    office.clock.advance(2 * MINUTE)
    await office.set({ SERVICE_MAIL_RATE_PER_MINUTE: 30, SERVICE_MAIL_DAILY_LIMIT: 500 })
    await resets(11)
    const now = office.store.now()
    expect(await readBudget(office.store, PRESENT)).toEqual({
      perMinute: { limit: 30, used: 0 },
      daily: { limit: 500, used: 3 },
      last: { at: now + 20 * SECOND, limit: 'rate' },
    })
    expect((await readBudget(office.store, { daemon: false })).last).toBeNull()
    await office.set({ SERVICE_MAIL_DAILY_LIMIT: 2 })
    expect((await readBudget(office.store, PRESENT)).daily).toEqual({ limit: 2, used: 3 })
  })

  it('foretell the last of letters that are to be asked for, behind those that wait', async () => {
    await office.set({ SERVICE_MAIL_RATE_PER_MINUTE: 60 })
    const now = office.store.now()
    const turn = async (asked: Parameters<typeof lastTurn>[1]) => (await lastTurn(office.store, asked))?.turn
    expect(await turn({ letters: 1, from: now, ahead: 0 })).toBeUndefined()
    expect(await turn({ letters: 31, from: now + 10 * MINUTE, ahead: 0 })).toEqual({
      at: now + 10 * MINUTE + 30 * SECOND,
      limit: 'rate',
    })
    expect(await turn({ letters: 1, from: now + 10 * MINUTE, ahead: 3600 })).toEqual({ at: now + HOUR, limit: 'rate' })
  })
})
