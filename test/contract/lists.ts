import { describe, expect, it } from 'vitest'
import { BadCursor } from '../../src/core/store/error.ts'
import type { Store, TaskFilter } from '../../src/core/store/port.ts'
import { anActor, anEndedTask, anEntry, anExecutingTask, aTask, aUser } from '../support/builders.ts'
import { MONDAY } from '../support/clock.ts'
import { allPages } from '../support/store.ts'
import type { MakeWorld } from './store.ts'

/** Puts users of these names, one transaction each. */
async function add(store: Store, usernames: readonly string[]) {
  const users = usernames.map((username) => aUser({ username }))
  await Promise.all(users.map((user) => store.transact(anActor, 'users.add', async (tx) => tx.put('user', user))))
  return users
}

export function describeLists(make: MakeWorld): void {
  describe('users are listed', () => {
    it('by username, a page at a time', async () => {
      await using world = await make()
      await add(world.store, ['dan', 'ann', 'émile', 'bob', 'cy', '王小明', 'Bea'])
      const store = await world.look()
      const names = ['ann', 'Bea', 'bob', 'cy', 'dan', 'émile', '王小明']
      for (const limit of [1, 2, 3, 6, 7, 8, 100]) {
        const users = await allPages((paging) => store.users(paging), limit)
        expect(users.map(({ username }) => username)).toEqual(names)
      }
      expect((await store.users({ limit: 7 })).next).toBeNull()
      expect((await store.users({ limit: 6 })).next).not.toBeNull()
    })

    it('from where the page before ended, whoever came and went meanwhile', async () => {
      await using world = await make()
      const [, bob] = await add(world.store, ['ann', 'bob', 'cy', 'dan'])
      const first = await (await world.look()).users({ limit: 2 })
      expect(first.items.map(({ username }) => username)).toEqual(['ann', 'bob'])
      await world.store.transact(anActor, 'users.delete', async (tx) => tx.delete('user', bob?.id ?? ('' as never)))
      await add(world.store, ['aaron', 'bz'])
      const second = await (await world.look()).users({ limit: 10, after: first.next ?? '' })
      expect(second.items.map(({ username }) => username)).toEqual(['bz', 'cy', 'dan'])
    })

    it('by a word in username, address or name, whatever its case, and by status', async () => {
      await using world = await make()
      const ann = aUser({ username: 'ann', email: 'ann@example.org', name: 'Ann Éclair' })
      const bob = aUser({ username: 'bob', email: 'annex@example.org', name: 'Bob', status: 'disabled' })
      const cy = aUser({ username: 'cy', email: 'cy@example.net', name: 'Hannah' })
      await world.store.transact(anActor, 'users.add', async (tx) => {
        for (const user of [ann, bob, cy]) tx.put('user', user)
      })
      const store = await world.look()
      const found = async (query: Parameters<Store['users']>[0]) => (await store.users(query)).items
      expect(await found({ limit: 9, keyword: 'ANN' })).toEqual([ann, bob, cy])
      expect(await found({ limit: 9, keyword: 'ann@' })).toEqual([ann])
      expect(await found({ limit: 9, keyword: 'e\u0301CLAIR' })).toEqual([ann])
      expect(await found({ limit: 9, keyword: 'ann', status: 'active' })).toEqual([ann, cy])
      expect(await found({ limit: 9, status: 'disabled' })).toEqual([bob])
      expect(await found({ limit: 9, keyword: '' })).toEqual([ann, bob, cy])
      expect(await found({ limit: 9, keyword: 'nobody' })).toEqual([])
      const page = await store.users({ limit: 1, keyword: 'ann' })
      expect(page.items).toEqual([ann])
      expect((await store.users({ limit: 1, keyword: 'ann', after: page.next ?? '' })).items).toEqual([bob])
    })
  })

  describe('a filter of what is not wanted', () => {
    it('finds the one user among a thousand who has none of the words, at once and from both ends', async () => {
      await using world = await make()
      const many = Array.from({ length: 1000 }, (_, at) => aUser({ username: `test${at}`, name: 'A Test' }))
      const zoe = aUser({ username: 'zoe', email: 'zoe@example.org', name: 'Zoë' })
      await world.store.transact(anActor, 'users.add', async (tx) => {
        for (const user of [...many, zoe]) tx.put('user', user)
      })
      const store = await world.look()
      const without = ['TEST1', 'a test']
      const page = { items: [zoe], next: null, previous: null }
      expect(await store.users({ limit: 10, without })).toEqual(page)
      expect(await store.users({ limit: 10, without, from: 'end' })).toEqual(page)
      expect(await store.userCount({ without })).toBe(1)
      expect(await store.userCount({ keyword: 'test99', without: ['test999'] })).toBe(10)
      expect(await store.userCount({ without: ['zoe\u0308'] })).toBe(1000)
    })

    it('leaves the tasks of others, and those whose address, username or id does not have the word', async () => {
      await using world = await make()
      const [ann, bob] = [aUser({ username: 'ann' }), aUser({ username: 'bob' })]
      const tasks = [aTask({ user: ann, createdAt: MONDAY }), aTask({ user: bob, createdAt: MONDAY + 1 })] as const
      const test = aTask({ user: null, kind: 'test', to: 'ann@example.net', createdAt: MONDAY + 2 })
      await world.store.transact(anActor, 'tasks.put', async (tx) => {
        for (const task of [...tasks, test]) tx.put('task', task)
      })
      const store = await world.look()
      const found = async (filter: TaskFilter) => {
        const { items } = await store.tasks({ limit: 9, ...filter })
        expect(await store.taskCount(filter)).toBe(items.length)
        return items
      }
      const [anns, bobs] = tasks
      expect(await found({ notUser: ann.id })).toEqual([test, bobs])
      expect(await found({ without: ['ANN'] })).toEqual([bobs])
      expect(await found({ without: [bobs.id, test.id] })).toEqual([anns])
      expect(await found({ notRecipient: 'example.net' })).toEqual([bobs, anns])
      expect(await found({ keyword: 'ann', without: ['example.net'] })).toEqual([anns])
    })
  })

  describe('an internationalised domain', () => {
    it('is found as people write it and as machines do, however it was typed', async () => {
      await using world = await make()
      const typed = aUser({ username: 'bjorn', email: 'Bjorn@Bücher.example' })
      const wired = aUser({ username: 'cy', email: 'cy@xn--bcher-kva.example' })
      const letter = aTask({ user: typed, to: 'Bjorn@xn--bcher-kva.example' })
      await world.store.transact(anActor, 'all.put', async (tx) => {
        for (const user of [typed, wired, aUser({ username: 'dan' })]) tx.put('user', user)
        for (const task of [letter, aTask()]) tx.put('task', task)
      })
      const store = await world.look()
      for (const keyword of ['bücher', 'BÜCHER.example', '@xn--bcher-kva.ex']) {
        expect((await store.users({ limit: 9, keyword })).items, keyword).toEqual([typed, wired])
        expect(await store.userCount({ without: [keyword] })).toBe(1)
        expect((await store.tasks({ limit: 9, keyword })).items, keyword).toEqual([letter])
        expect((await store.tasks({ limit: 9, recipient: keyword })).items, keyword).toEqual([letter])
        expect(await store.taskCount({ notRecipient: keyword })).toBe(1)
      }
    })
  })

  describe('tasks are listed', () => {
    it('the newest first, by status, by user, a page at a time', async () => {
      await using world = await make()
      const ann = aUser()
      const tasks = [
        aTask({ user: ann, createdAt: MONDAY }),
        anExecutingTask({ createdAt: MONDAY + 1 }),
        anEndedTask({ user: ann, createdAt: MONDAY + 2 }),
        anEndedTask({ user: ann, createdAt: MONDAY + 3, status: 'failed' }),
        aTask({ user: null, kind: 'test', createdAt: MONDAY + 4 }),
      ] as const
      const [first, , third, fourth, fifth] = tasks
      await world.store.transact(anActor, 'tasks.put', async (tx) => {
        for (const task of tasks.toReversed()) tx.put('task', task)
      })
      const store = await world.look()
      for (const limit of [1, 2, 5, 10]) {
        expect(await allPages((paging) => store.tasks(paging), limit)).toEqual(tasks.toReversed())
        const ofAnn = await allPages((paging) => store.tasks({ ...paging, user: ann.id }), limit)
        expect(ofAnn).toEqual([fourth, third, first])
      }
      expect((await store.tasks({ limit: 9, status: 'wait' })).items).toEqual([fifth, first])
      expect((await store.tasks({ limit: 9, status: 'failed', user: ann.id })).items).toEqual([fourth])
      expect((await store.tasks({ limit: 9, user: aUser().id })).items).toEqual([])
      expect(await store.tasksOf(ann.id)).toEqual([fourth, third, first])
      expect(await store.taskCounts()).toEqual({ wait: 2, executing: 1, 'carried-out': 1, failed: 1, cancelled: 0 })
    })
  })

  describe('a cursor', () => {
    const LISTS = ['users', 'tasks', 'mailLog', 'audit'] as const

    it('that no list gave out is refused', async () => {
      await using world = await make()
      const store = await world.look()
      for (const list of LISTS) {
        for (const after of ['', 'nonsense', '!', '../../etc/passwd', '-1.0', '1.', '\u0000', 'YWJj', '9'.repeat(99)]) {
          await expect(store[list]({ limit: 1, after }), `${list} after "${after}"`).rejects.toThrow(BadCursor)
        }
      }
    })

    it('of another list is refused', async () => {
      await using world = await make()
      for (const _ of [1, 2]) {
        await world.store.transact(anActor, 'all.put', async (tx) => {
          tx.put('user', aUser())
          tx.put('task', aTask())
          tx.log(anEntry())
        })
      }
      const store = await world.look()
      const users = (await store.users({ limit: 1 })).next
      const tasks = (await store.tasks({ limit: 1 })).next
      const audit = (await store.audit({ limit: 1 })).next
      for (const [list, after] of [
        ['users', tasks],
        ['users', audit],
        ['tasks', users],
        ['tasks', audit],
        ['mailLog', users],
        ['audit', tasks],
      ] as const) {
        expect(after).not.toBeNull()
        await expect(store[list]({ limit: 1, after: after ?? undefined })).rejects.toThrow(BadCursor)
      }
    })
  })
}
