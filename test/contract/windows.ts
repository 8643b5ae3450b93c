import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TaskStatus } from '../../src/core/domain/task.ts'
import { HOUR } from '../../src/core/domain/time.ts'
import { BadCursor } from '../../src/core/store/error.ts'
import { type Page, type Paging, type Store, TASK_SORTS, USER_SORTS } from '../../src/core/store/port.ts'
import { anActor, anEndedTask, anEntry, aTask, aUser } from '../support/builders.ts'
import { MONDAY } from '../support/clock.ts'
import { allPages } from '../support/store.ts'
import type { MakeWorld } from './store.ts'

type List<Row> = (paging: Paging) => Promise<Page<Row>>

/** All items of a list, from its end to its start. */
async function allPagesBack<Row>(list: List<Row>, limit: number): Promise<Row[]> {
  let page = await list({ limit, from: 'end' })
  const items = [...page.items]
  while (page.previous !== null) {
    page = await list({ limit, before: page.previous })
    items.unshift(...page.items)
  }
  return items
}

/** Walks to and fro: whatever was seen is seen again, and a window's neighbours are those of the list. */
async function expectWindows<Row>(list: List<Row>, whole: readonly Row[]): Promise<void> {
  for (const limit of [1, 2, 3, whole.length, whole.length + 1].filter((size) => size > 0)) {
    expect(await allPages(list, limit)).toEqual(whole)
    expect(await allPagesBack(list, limit)).toEqual(whole)
  }
  const first = await list({ limit: 2 })
  expect(first.previous).toBeNull()
  const last = await list({ limit: 2, from: 'end' })
  expect(last.next).toBeNull()
  if (first.next === null || last.previous === null) return
  const second = await list({ limit: 2, after: first.next })
  expect(second.previous).not.toBeNull()
  expect((await list({ limit: 2, before: second.previous ?? '' })).items).toEqual(first.items)
  expect((await list({ limit: 2, before: first.next })).items).toEqual(first.items)
  const lastButOne = await list({ limit: 2, before: last.previous })
  expect((await list({ limit: 2, after: lastButOne.next ?? '' })).items).toEqual(last.items)
  expect((await list({ limit: 9, after: second.previous ?? '' })).items).toEqual(whole.slice(2, 11))
}

const NAMES = ['', 'Ann', 'ann', 'Éva', 'zoe'] as const
const STATUSES = ['wait', 'carried-out', 'failed', 'cancelled'] as const satisfies readonly TaskStatus[]

export function describeWindows(make: MakeWorld): void {
  describe('a window', () => {
    it('on users goes both ways in every order', async () => {
      await using world = await make()
      const users = ['cy', 'ann', 'Bea', 'dan', 'émile', 'bob', 'Eve'].map((username, index) =>
        aUser({
          username,
          email: `${'gfabced'[index]}@example.org`,
          name: NAMES[index % NAMES.length] ?? '',
          createdAt: MONDAY + ((index * 3) % 7),
          status: index % 3 === 0 ? 'disabled' : 'active',
        }),
      )
      await world.store.transact(anActor, 'users.add', async (tx) => {
        for (const user of users) tx.put('user', user)
      })
      const store = await world.look()
      const by = async (sort: (typeof USER_SORTS)[number]) =>
        (await store.users({ limit: 9, sort })).items.map(({ username }) => username)
      expect(await by('username')).toEqual(['ann', 'Bea', 'bob', 'cy', 'dan', 'Eve', 'émile'])
      expect(await by('email')).toEqual(['Bea', 'dan', 'émile', 'Eve', 'bob', 'ann', 'cy'])
      expect((await by('name')).slice(0, 2).toSorted()).toEqual(['bob', 'cy'])
      expect(await by('created')).toEqual(['cy', 'bob', 'dan', 'ann', 'Eve', 'émile', 'Bea'])
      for (const sort of USER_SORTS) {
        const up = (await store.users({ limit: 9, sort })).items
        await expectWindows((paging) => store.users({ ...paging, sort }), up)
        await expectWindows((paging) => store.users({ ...paging, sort, direction: 'descending' }), up.toReversed())
        const active = up.filter(({ status }) => status === 'active')
        expect(await allPages((paging) => store.users({ ...paging, sort, status: 'active' }), 1)).toEqual(active)
        expect(await allPagesBack((paging) => store.users({ ...paging, sort, status: 'active' }), 1)).toEqual(active)
      }
      expect(await store.userCount({})).toBe(7)
      expect(await store.userCount({ status: 'disabled' })).toBe(3)
      expect(await store.userCount({ keyword: 'E' })).toBe(7)
      expect(await store.userCount({ keyword: 'EV' })).toBe(1)
    })

    it('on users holds while those around it come, go and are renamed', async () => {
      await using world = await make()
      const add = (usernames: readonly string[]) =>
        world.store.transact(anActor, 'users.add', async (tx) => {
          const users = usernames.map((username) => aUser({ username }))
          for (const user of users) tx.put('user', user)
          return users
        })
      const [, bob, cy] = await add(['ann', 'bob', 'cy', 'dan', 'eve'])
      if (bob === undefined || cy === undefined) throw new Error('they were added')
      const names = ({ items }: Page<{ readonly username: string }>) => items.map(({ username }) => username)
      const page = await (await world.look()).users({
        limit: 2,
        after: (await world.store.users({ limit: 1 })).next ?? '',
      })
      expect(names(page)).toEqual(['bob', 'cy'])
      await world.store.transact(anActor, 'users.delete', async (tx) => {
        tx.delete('user', bob.id)
        tx.put('user', { ...cy, username: 'zoe', usernameKey: 'zoe', version: 2 })
      })
      await add(['ada', 'bo', 'cz'])
      const store = await world.look()
      expect(names(await store.users({ limit: 9, before: page.previous ?? '' }))).toEqual(['ada', 'ann', 'bo'])
      expect(names(await store.users({ limit: 9, after: page.next ?? '' }))).toEqual(['cz', 'dan', 'eve', 'zoe'])
      expect(names(await store.users({ limit: 9, after: page.previous ?? '' }))).toEqual(['cz', 'dan', 'eve', 'zoe'])
      const everybody = (await world.store.users({ limit: 99 })).items
      await world.store.transact(anActor, 'users.delete', async (tx) => {
        for (const user of everybody) tx.delete('user', user.id)
      })
      const empty = await (await world.look()).users({ limit: 9, after: page.next ?? '' })
      expect(empty).toEqual({ items: [], next: null, previous: null })
    })

    it('on tasks goes both ways in every order, and through every filter', async () => {
      await using world = await make()
      const ann = aUser({ username: 'ann', email: 'ann@example.org' })
      const tasks = Array.from({ length: 12 }, (_, index) => {
        const createdAt = MONDAY + index
        const dueAt = MONDAY + ((index * 5) % 12) * HOUR
        const status = STATUSES[index % STATUSES.length] ?? 'wait'
        const given = { createdAt, dueAt, user: index % 3 === 0 ? ann : null, to: `${index}@example.org` }
        if (status === 'wait') return aTask({ ...given, kind: 'test' })
        const stage = index === 6 ? ('auth' as const) : ('rcpt' as const)
        return { ...anEndedTask({ ...given, status }), cause: status === 'failed' ? refusal(stage) : null }
      })
      await world.store.transact(anActor, 'tasks.put', async (tx) => {
        for (const task of tasks.toReversed()) tx.put('task', task)
      })
      const store = await world.look()
      const expected = {
        created: tasks,
        scheduled: tasks.toSorted((a, b) => a.scheduledAt - b.scheduledAt),
      }
      for (const sort of TASK_SORTS) {
        await expectWindows((paging) => store.tasks({ ...paging, sort }), expected[sort].toReversed())
        await expectWindows((paging) => store.tasks({ ...paging, sort, direction: 'ascending' }), expected[sort])
        const ofAnn = expected[sort].filter(({ user }) => user?.id === ann.id).toReversed()
        await expectWindows((paging) => store.tasks({ ...paging, sort, user: ann.id }), ofAnn)
      }
      const found = async (query: Parameters<Store['taskCount']>[0]) => {
        const { items } = await store.tasks({ limit: 99, ...query })
        expect(await store.taskCount(query)).toBe(items.length)
        return items.map((task) => tasks.findIndex(({ id }) => id === task.id))
      }
      expect(await found({})).toHaveLength(12)
      expect(await found({ status: ['wait', 'failed'] })).toEqual([10, 8, 6, 4, 2, 0])
      expect(await found({ status: [] })).toEqual([])
      expect(await found({ kind: 'test' })).toEqual([8, 4, 0])
      expect(await found({ keyword: 'ANN' })).toEqual([9, 6, 3, 0])
      expect(await found({ keyword: '11@' })).toEqual([11])
      expect(await found({ keyword: tasks[7]?.id ?? '' })).toEqual([7])
      expect(await found({ diagnosis: 'no-mailbox', status: 'failed' })).toEqual([10, 2])
      expect(await found({ diagnosis: 'no-mailbox', status: 'wait' })).toEqual([])
      expect(await found({ diagnosis: 'sign-in-refused' })).toEqual([6])
      expect(await found({ error: 'no-mailbox' })).toEqual([10, 2])
      expect(await found({ error: 'EAUTH' })).toEqual([])
      expect(await found({ status: 'failed', notError: 'no-mailbox' })).toEqual([6])
      expect(await found({ kind: ['reset-link', 'test'] })).toEqual([8, 4, 0])
      expect(await found({ kind: [] })).toEqual([])
    })

    it('on tasks by their time follows one that is put off', async () => {
      await using world = await make()
      const [a, b, c] = [1, 2, 3].map((hour) => aTask({ dueAt: MONDAY + hour * HOUR }))
      if (a === undefined || b === undefined || c === undefined) throw new Error('there are three')
      const put = (...tasks: readonly (typeof a)[]) =>
        world.store.transact(anActor, 'tasks.put', async (tx) => {
          for (const task of tasks) tx.put('task', task)
        })
      const order = async () => {
        const store = await world.look()
        return (await store.tasks({ limit: 9, sort: 'scheduled', direction: 'ascending' })).items.map(({ id }) => id)
      }
      await put(a, b, c)
      expect(await order()).toEqual([a.id, b.id, c.id])
      await put({ ...a, scheduledAt: MONDAY + 9 * HOUR })
      expect(await order()).toEqual([b.id, c.id, a.id])
      await world.store
        .transact(anActor, 'no', async (tx) => {
          tx.put('task', { ...a, scheduledAt: MONDAY })
          throw new Error('no')
        })
        .catch(() => undefined)
      expect(await order()).toEqual([b.id, c.id, a.id])
    })

    it('refuses a cursor of the same list in another order', async () => {
      await using world = await make()
      await world.store.transact(anActor, 'users.add', async (tx) => {
        for (const _ of [1, 2]) tx.put('user', aUser())
      })
      const store = await world.look()
      const { next } = await store.users({ limit: 1, sort: 'name' })
      expect(next).not.toBeNull()
      await expect(store.users({ limit: 1, after: next ?? '' })).rejects.toThrow(BadCursor)
      await expect(store.users({ limit: 1, before: 'nonsense' })).rejects.toThrow(BadCursor)
      await expect(store.mailLog({ limit: 1, before: 'nonsense' })).rejects.toThrow(BadCursor)
    })

    it('on any list shows each row once, in order, on any walk to and fro, while others append', async () => {
      const aStep = fc.record({
        way: fc.constantFrom('on' as const, 'back' as const, 'start' as const, 'end' as const),
        limit: fc.integer({ min: 1, max: 4 }),
        appended: fc.integer({ min: 0, max: 2 }),
      })
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: 6 }), fc.array(aStep, { maxLength: 8 }), async (before, steps) => {
          await using world = await make()
          let number = 0
          const append = (count: number) =>
            world.store.transact(anActor, 'test.append', async (tx) => {
              for (let added = 0; added < count; added++) {
                tx.put('user', aUser({ username: `u${String(++number).padStart(4, '0')}`, createdAt: MONDAY + number }))
                tx.put('task', aTask({ createdAt: MONDAY + number, user: null, to: `${number}@example.org` }))
                tx.log(anEntry({ subject: `${number}` }))
              }
            })
          await append(before)
          const lists = [
            walker(
              true,
              (store, paging) => store.users(paging),
              ({ username }) => Number(username.slice(1)),
            ),
            walker(
              false,
              (store, paging) => store.tasks(paging),
              ({ to }) => Number.parseInt(to, 10),
            ),
            walker(
              false,
              (store, paging) => store.mailLog(paging),
              ({ subject }) => Number(subject),
            ),
          ]
          for (const { way, limit, appended } of steps) {
            const there = number
            const store = await world.look()
            for (const step of lists) await step(store, way, limit, there)
            world.clock.advance(9 * 24 * HOUR)
            if (appended > 0) await append(appended)
          }
        }),
        { numRuns: 12 },
      )
    })
  })
}

type Way = 'on' | 'back' | 'start' | 'end'

/** Walks over a list of numbers, of which the store holds all from 1 on, and checks each page against that. */
function walker<Row>(
  ascending: boolean,
  list: (store: Store, paging: Paging) => Promise<Page<Row>>,
  numberOf: (row: Row) => number,
) {
  /** The window: the numbers above it and below it that are not in it are those beyond its two cursors. */
  let page: Page<Row> | null = null
  let edges: { readonly low: number; readonly high: number } = { low: 0, high: 0 }
  return async (store: Store, way: Way, limit: number, count: number) => {
    const all = Array.from({ length: count }, (_, index) => index + 1)
    const inOrder = (numbers: readonly number[]) => (ascending ? numbers : numbers.toReversed())
    const cursor = way === 'on' ? page?.next : way === 'back' ? page?.previous : null
    const paging: Paging =
      cursor === null || cursor === undefined
        ? { limit, from: way === 'end' ? 'end' : 'start' }
        : way === 'on'
          ? { limit, after: cursor }
          : { limit, before: cursor }
    const goesOn = way === 'on' || way === 'start' || (way === 'back' && paging.before === undefined)
    const upwards = goesOn === ascending
    const candidates =
      paging.after === undefined && paging.before === undefined
        ? all
        : all.filter((number) => (upwards ? number > edges.high : number < edges.low))
    const wanted = upwards ? candidates.slice(0, limit) : candidates.slice(-limit)
    page = await list(store, paging)
    expect(page.items.map(numberOf)).toEqual(inOrder(wanted))
    if (wanted.length > 0) edges = { low: wanted[0] ?? 0, high: wanted.at(-1) ?? 0 }
    else if (page.items.length === 0 && paging.after === undefined && paging.before === undefined) return
    const [first, last] = ascending ? [edges.low, edges.high] : [edges.high, edges.low]
    if (wanted.length > 0) {
      expect(page.previous === null).toBe(ascending ? first === 1 : first === count)
      expect(page.next === null).toBe(ascending ? last === count : last === 1)
    }
  }
}

const refusal = (stage: 'rcpt' | 'auth') => ({
  stage,
  code: null,
  originalCode: null,
  replyCode: 550,
  enhancedCode: '5.1.1',
  reply: '550 5.1.1 User unknown',
})
