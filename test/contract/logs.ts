import { describe, expect, it } from 'vitest'
import type { AttemptId } from '../../src/core/domain/ids.ts'
import { DAY } from '../../src/core/domain/time.ts'
import { anActor, anEntry, aTask, aUser } from '../support/builders.ts'
import { allPages } from '../support/store.ts'
import type { MakeWorld } from './store.ts'

export function describeLogs(make: MakeWorld): void {
  describe('the mail log', () => {
    it('has every entry once, the newest first, a page at a time, over the months', async () => {
      await using world = await make()
      const entries = Array.from({ length: 23 }, (_, number) => anEntry({ subject: `letter ${number}` }))
      // Some transactions log several entries, some none; two months pass on the way.
      for (let next = 0; next < entries.length; ) {
        const some = entries.slice(next, next + (next % 4))
        next += Math.max(1, some.length)
        await world.store.transact(anActor, 'delivery.settle', async (tx) => {
          tx.put('task', aTask())
          for (const entry of some.length > 0 ? some : entries.slice(next - 1, next)) tx.log(entry)
        })
        world.clock.advance(5 * DAY)
        if (next % 3 === 0) await world.look()
      }
      const store = await world.look()
      for (const limit of [1, 4, 23, 50]) {
        expect(await allPages((paging) => store.mailLog(paging), limit)).toEqual(entries.toReversed())
      }
    })

    it('is filtered by result, by address as typed or folded, by the beginning of an id', async () => {
      await using world = await make()
      const [a, b, c] = [
        anEntry({ id: 'a1' as AttemptId, to: 'Ann@xn--bcher-kva.example' }),
        anEntry({ id: 'a2' as AttemptId, outcome: 'refused', to: 'bob@example.org', subject: '"id":"a1' }),
        anEntry({ id: 'b1' as AttemptId, outcome: 'unknown', to: 'ann@xn--bcher-kva.example' }),
      ] as const
      await world.store.transact(anActor, 'delivery.settle', async (tx) => {
        for (const entry of [a, b, c]) tx.log(entry)
      })
      const store = await world.look()
      const found = async (query: Omit<Parameters<typeof store.mailLog>[0], 'limit'>) =>
        (await store.mailLog({ limit: 9, ...query })).items
      expect(await found({ result: 'success' })).toEqual([a])
      expect(await found({ result: 'failure' })).toEqual([b])
      expect(await found({ result: 'unknown' })).toEqual([c])
      expect(await found({ to: 'ann@bücher.example' })).toEqual([c, a])
      expect(await found({ to: 'ANN@XN--BCHER-KVA.EXAMPLE' })).toEqual([c, a])
      expect(await found({ to: 'bob@example.org', result: 'success' })).toEqual([])
      expect(await found({ to: 'not an address' })).toEqual([])
      expect(await found({ idPrefix: 'a' })).toEqual([b, a])
      expect(await found({ idPrefix: 'a1' })).toEqual([a])
      expect(await found({ idPrefix: '"' })).toEqual([])
      const page = await store.mailLog({ limit: 1, idPrefix: 'a' })
      expect(page.items).toEqual([b])
      expect(await found({ idPrefix: 'a', after: page.next ?? '' })).toEqual([a])
    })

    it('is empty where nothing was sent', async () => {
      await using world = await make()
      expect(await (await world.look()).mailLog({ limit: 1 })).toEqual({ items: [], next: null, previous: null })
    })
  })

  describe('the audit log', () => {
    it('says who did what, when, to what, one entry a transaction in their order', async () => {
      await using world = await make()
      const user = aUser()
      const other = { ...anActor, name: 'posternd', door: 'daemon', address: null } as const
      const at = world.clock.wall()
      await world.store.transact(anActor, 'users.add', async (tx) => {
        tx.put('user', user)
        tx.put('user', { ...user, version: 2 })
      })
      world.clock.advance(DAY)
      await world.store.transact(other, 'users.delete', async (tx) => {
        tx.delete('user', user.id)
        tx.delete('credential', user.id)
      })
      const { items, next } = await (await world.look()).audit({ limit: 9 })
      expect(items).toEqual([
        {
          sequence: 2,
          at: at + DAY,
          actor: other,
          action: 'users.delete',
          touched: [`user:${user.id}`, `credential:${user.id}`],
        },
        { sequence: 1, at, actor: anActor, action: 'users.add', touched: [`user:${user.id}`] },
      ])
      expect(next).toBeNull()
    })

    it('has an entry for what was only looked at, if that was noted', async () => {
      await using world = await make()
      const seen = await world.store.transact(anActor, 'log.show', async (tx) => {
        tx.note('mail-log:abc')
        return tx.get('queue', 'mail')
      })
      expect(seen).toBeUndefined()
      const { items } = await (await world.look()).audit({ limit: 9 })
      expect(items).toMatchObject([{ sequence: 1, action: 'log.show', touched: ['mail-log:abc'] }])
    })

    it('keeps the first twenty rows that a transaction touched', async () => {
      await using world = await make()
      const users = Array.from({ length: 30 }, () => aUser())
      await world.store.transact(anActor, 'users.import', async (tx) => {
        for (const user of users) for (const version of [1, 2]) tx.put('user', { ...user, version })
      })
      const [entry] = (await (await world.look()).audit({ limit: 1 })).items
      expect(entry?.touched).toEqual(users.slice(0, 20).map(({ id }) => `user:${id}`))
    })

    it('is paged, and has no entry for what changed nothing', async () => {
      await using world = await make()
      for (let i = 0; i < 12; i++) {
        await world.store.transact(anActor, 'users.add', async (tx) => tx.put('user', aUser()))
        await world.store.transact(anActor, 'users.look', async (tx) => tx.settings())
        world.clock.advance(9 * DAY)
        if (i % 5 === 0) await world.look()
      }
      const store = await world.look()
      for (const limit of [1, 5, 12]) {
        const sequences = (await allPages((paging) => store.audit(paging), limit)).map(({ sequence }) => sequence)
        expect(sequences).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
      }
    })
  })
}
