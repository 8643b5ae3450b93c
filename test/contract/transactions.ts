import { describe, expect, it } from 'vitest'
import type { Store } from '../../src/core/store/port.ts'
import { anActor, anEndedTask, anEntry, anExecutingTask, aSetting, aTask, aUser } from '../support/builders.ts'
import { everythingIn } from '../support/store.ts'
import type { MakeWorld } from './store.ts'

/** Adds one to a counter that is kept in a setting. */
function countUp(store: Store): Promise<number> {
  return store.transact(anActor, 'count.up', async (tx) => {
    const before = await tx.get('setting', 'SERVICE_MAIL_PORT')
    const value = (typeof before?.value === 'number' ? before.value : 0) + 1
    tx.put('setting', aSetting({ value, version: value }))
    return value
  })
}

class Refused extends Error {}

export function describeTransactions(make: MakeWorld): void {
  describe('a transaction', () => {
    it('sees what it has done itself', async () => {
      await using world = await make()
      const ann = aUser({ username: 'аnn' })
      const [waiting, executing, ended] = [aTask({ user: ann }), anExecutingTask({ user: ann }), anEndedTask()]
      const [entry] = [anEntry()]
      await world.store.transact(anActor, 'all.put', async (tx) => {
        tx.put('user', ann)
        for (const task of [waiting, executing, ended]) tx.put('task', task)
        tx.log(entry)
        expect(await tx.get('user', ann.id)).toEqual(ann)
        expect(await tx.userByUsername(ann.usernameKey)).toEqual(ann)
        expect(await tx.userByAddress(ann.addressKey)).toEqual(ann)
        expect(await tx.userBySkeleton('ann')).toEqual(ann)
        expect(await tx.tasksOf(ann.id)).toHaveLength(2)
        const late = ended.endedAt + 1
        expect(await tx.due({ now: late, limit: 9, tests: false })).toEqual([waiting])
        expect(await tx.dueBefore({ before: late, limit: 9 })).toEqual([waiting])
        expect(await tx.executing()).toEqual([executing])
        expect(await tx.endedBefore({ before: late, limit: 9 })).toEqual([ended])
        tx.delete('task', waiting.id)
        tx.put('setting', aSetting())
        expect(await tx.settings()).toEqual([aSetting()])
        expect(await tx.due({ now: late, limit: 9, tests: false })).toEqual([])
        expect(await tx.tasksOf(ann.id)).toEqual([executing])
      })
      expect((await (await world.look()).tasks({ limit: 9 })).items).toHaveLength(2)
    })

    it('resolves with what its work gave, once it is durable', async () => {
      await using world = await make()
      const user = aUser()
      const result = await world.store.transact(anActor, 'users.add', async (tx) => {
        tx.put('user', user)
        return { kind: 'done', user }
      })
      expect(result).toEqual({ kind: 'done', user })
      expect(await (await world.another()).get('user', user.id)).toEqual(user)
    })

    it('sees the transactions before it, also those that were asked for in the same moment', async () => {
      await using world = await make()
      const counts = await Promise.all(Array.from({ length: 50 }, () => countUp(world.store)))
      expect(counts).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
    })

    it('sees what another process did, however many race', async () => {
      await using world = await make()
      const stores = [world.store, await world.another(), await world.another()]
      const counts = await Promise.all(
        stores.flatMap((store) => Array.from({ length: 40 }, (_, i) => after(i, () => countUp(store)))),
      )
      expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1))
      const audit = await (await world.look()).audit({ limit: 200 })
      expect(audit.items.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 120 }, (_, i) => 120 - i))
    })

    it('changes nothing any more when its work is over', async () => {
      await using world = await make()
      let late = (): void => undefined
      await world.store.transact(anActor, 'users.add', async (tx) => {
        tx.put('user', aUser({ username: 'ann' }))
        late = () => tx.put('user', aUser({ username: 'late' }))
      })
      expect(late).toThrow('over')
      expect((await (await world.look()).users({ limit: 9 })).items).toHaveLength(1)
    })
  })

  describe('a transaction whose work throws', () => {
    it('leaves nothing: no row, no index, no count, no log entry, no number', async () => {
      await using world = await make()
      const { store } = world
      const ann = aUser({ username: 'аnn', email: 'ann@example.org' })
      const [waiting, executing, ended] = [
        aTask({ user: ann }),
        anExecutingTask({ user: ann }),
        anEndedTask({ user: ann }),
      ]
      await store.transact(anActor, 'all.put', async (tx) => {
        tx.put('user', ann)
        for (const task of [waiting, executing, ended]) tx.put('task', task)
        tx.put('setting', aSetting())
      })
      const before = await everythingIn(await world.look())
      const attempt = store.transact(anActor, 'all.undo', async (tx) => {
        const renamed = aUser({ id: ann.id, username: 'bob', email: 'bob@example.org' })
        tx.put('user', renamed)
        tx.put('user', aUser({ username: 'аnn2', email: 'ann@example.org' }))
        tx.put('task', anExecutingTask({ id: waiting.id, user: renamed }))
        tx.put('task', aTask({ id: executing.id, user: renamed, kind: 'test' }))
        tx.delete('task', ended.id)
        tx.put('task', aTask({ user: renamed }))
        tx.delete('setting', 'SERVICE_MAIL_PORT')
        tx.log(anEntry())
        await tx.due({ now: Number.MAX_SAFE_INTEGER, limit: 9, tests: false })
        throw new Refused()
      })
      await expect(attempt).rejects.toThrow(Refused)
      for (const again of [store, await world.look(), await world.another()]) {
        expect(await everythingIn(again)).toEqual(before)
        expect(await again.userByUsername(ann.usernameKey)).toEqual(ann)
        expect(await again.userByAddress('ann@example.org')).toEqual(ann)
        expect(await again.userBySkeleton('ann')).toEqual(ann)
        expect(await again.userByUsername('bob')).toBeUndefined()
        expect(await again.tasksOf(ann.id)).toHaveLength(3)
        expect(await again.nextDue(false)).toBe(waiting.scheduledAt)
        expect(await again.nextDue(true)).toBeNull()
      }
      const now = Number.MAX_SAFE_INTEGER
      await store.transact(anActor, 'look', async (tx) => {
        expect(await tx.due({ now, limit: 9, tests: false })).toEqual([waiting])
        expect(await tx.dueBefore({ before: now, limit: 9 })).toEqual([waiting])
        expect(await tx.executing()).toEqual([executing])
        expect(await tx.endedBefore({ before: now, limit: 9 })).toEqual([ended])
      })
    })

    it('does no harm to those that were asked for in the same moment', async () => {
      await using world = await make()
      const works = Array.from({ length: 30 }, (_, index) =>
        world.store.transact(anActor, `work.${index}`, async (tx) => {
          tx.put('setting', aSetting({ value: index }))
          const user = aUser()
          tx.put('user', user)
          if (index % 3 === 1) throw new Refused()
          return user
        }),
      )
      const results = await Promise.allSettled(works)
      const kept = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
      expect(kept).toHaveLength(20)
      const store = await world.look()
      expect((await store.users({ limit: 99 })).items).toEqual(kept)
      expect(await store.get('setting', 'SERVICE_MAIL_PORT')).toEqual(aSetting({ value: 29 }))
      const { items } = await store.audit({ limit: 99 })
      expect(items.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index))
    })

    it('is alone with a row that cannot be written', async () => {
      await using world = await make()
      const unwritable = { ...aUser(), name: 1n as unknown as string }
      const [bad, good] = await Promise.allSettled([
        world.store.transact(anActor, 'users.add', async (tx) => tx.put('user', unwritable)),
        world.store.transact(anActor, 'users.add', async (tx) => tx.put('user', aUser())),
      ])
      expect([bad?.status, good?.status]).toEqual(['rejected', 'fulfilled'])
      expect((await (await world.look()).users({ limit: 9 })).items).toHaveLength(1)
    })
  })

  describe('two operators', () => {
    it('edit one user: the second finds the version of the first', async () => {
      await using world = await make()
      const other = await world.another()
      const user = aUser()
      await world.store.transact(anActor, 'users.add', async (tx) => tx.put('user', user))
      const edit = (store: Store, name: string) =>
        store.transact(anActor, 'users.edit', async (tx) => {
          const found = await tx.get('user', user.id)
          if (found?.version !== user.version) return 'changed-meanwhile'
          tx.put('user', { ...found, name, version: found.version + 1 })
          return 'done'
        })
      const outcomes = await Promise.all([edit(world.store, 'A'), edit(other, 'B')])
      expect(outcomes.sort()).toEqual(['changed-meanwhile', 'done'])
      expect((await (await world.look()).get('user', user.id))?.version).toBe(2)
    })
  })

  describe('whoever reads while a transaction is under way', () => {
    it('sees what was before, and nothing of what is taken back', async () => {
      await using world = await make()
      const other = await world.another()
      const before = aSetting({ value: 25 })
      await world.store.transact(anActor, 'settings.set', async (tx) => tx.put('setting', before))
      const reads: Promise<unknown>[] = []
      const attempt = world.store.transact(anActor, 'settings.set', async (tx) => {
        tx.put('setting', aSetting({ value: 465 }))
        reads.push(world.store.get('setting', 'SERVICE_MAIL_PORT'), world.store.settings())
        reads.push(other.get('setting', 'SERVICE_MAIL_PORT'), other.settings())
        for (let turn = 0; turn < 20; turn++) await tx.settings()
        throw new Refused()
      })
      await expect(attempt).rejects.toThrow(Refused)
      expect(await Promise.all(reads)).toEqual([before, [before], before, [before]])
    })

    it('sees it whole once it is committed', async () => {
      await using world = await make()
      const seen: Promise<number>[] = []
      const look = async (store: Store) => (await store.users({ limit: 99 })).items.length
      await Promise.all(
        Array.from({ length: 5 }, () =>
          world.store.transact(anActor, 'users.add', async (tx) => {
            for (let i = 0; i < 10; i++) {
              tx.put('user', aUser())
              seen.push(look(world.store))
              await tx.settings()
            }
          }),
        ),
      )
      for (const count of await Promise.all(seen)) expect(count % 10).toBe(0)
      expect(await look(await world.look())).toBe(50)
    })
  })

  describe('a store that is closed', () => {
    it('has done what was asked of it before, and refuses what comes after', async () => {
      await using world = await make()
      const store = await world.another()
      const users = Array.from({ length: 20 }, () => aUser())
      const works = users.map((user) => store.transact(anActor, 'users.add', async (tx) => tx.put('user', user)))
      await store.close()
      expect(await Promise.all(works)).toHaveLength(20)
      await expect(countUp(store)).rejects.toThrow('closed')
      await expect(store.settings()).rejects.toThrow('closed')
      expect((await (await world.look()).users({ limit: 99 })).items).toHaveLength(20)
    })
  })
}

/** Does `work` some turns of the event loop from now. */
async function after<Result>(turns: number, work: () => Promise<Result>): Promise<Result> {
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
  return work()
}
