import { describe, expect, it } from 'vitest'
import type { Change, Store } from '../../src/core/store/port.ts'
import { anActor, anEntry, aSetting, aTask, aUser } from '../support/builders.ts'
import type { MakeWorld } from './store.ts'

const add = (store: Store, user = aUser()) => store.transact(anActor, 'users.add', async (tx) => tx.put('user', user))
const set = (store: Store) => store.transact(anActor, 'settings.set', async (tx) => tx.put('setting', aSetting()))

const listen = (store: Store, signal: AbortSignal) => store.changes(signal)[Symbol.asyncIterator]()

/** Asks until the kinds of all items so far fit; those of all items. */
async function until(list: AsyncIterator<Change>, fits: (kinds: Set<string>) => boolean): Promise<Set<string>> {
  const kinds = new Set<string>()
  while (!fits(kinds)) {
    const item = await list.next()
    if (item.done === true) throw new Error('the feed ended')
    for (const kind of item.value.kinds) kinds.add(kind)
  }
  return kinds
}

export function describeChanges(make: MakeWorld): void {
  describe('the change feed', () => {
    it('tells what this store committed, also between asking for it and the first item', async () => {
      await using world = await make()
      const stop = new AbortController()
      const list = listen(world.store, stop.signal)
      await add(world.store)
      expect(await list.next()).toEqual({ done: false, value: { kinds: new Set(['user']), sequence: 1 } })
      const next = list.next()
      await world.store.transact(anActor, 'delivery.settle', async (tx) => {
        tx.put('task', aTask())
        tx.log(anEntry())
      })
      expect(await next).toEqual({ done: false, value: { kinds: new Set(['task', 'mail-log']), sequence: 2 } })
      stop.abort()
    })

    it('tells what another process committed', async () => {
      await using world = await make()
      const other = await world.another()
      const stop = new AbortController()
      const list = listen(other, stop.signal)
      const user = aUser()
      await add(world.store, user)
      expect(await until(list, (kinds) => kinds.has('user'))).toEqual(new Set(['user']))
      expect(await other.get('user', user.id)).toEqual(user)
      await set(world.store)
      expect(await until(list, (kinds) => kinds.has('setting'))).toEqual(new Set(['setting']))
      stop.abort()
    })

    it('merges what nobody has asked for yet', async () => {
      await using world = await make()
      const stop = new AbortController()
      const list = listen(world.store, stop.signal)
      await add(world.store)
      await set(world.store)
      await add(world.store)
      expect(await list.next()).toEqual({ done: false, value: { kinds: new Set(['user', 'setting']), sequence: 3 } })
      stop.abort()
    })

    it('says nothing of what changed nothing, nor of what was taken back', async () => {
      await using world = await make()
      const stop = new AbortController()
      const list = listen(world.store, stop.signal)
      await world.store.transact(anActor, 'look', (tx) => tx.settings())
      await world.store.transact(anActor, 'no', () => Promise.reject(new Error('no'))).catch(() => undefined)
      await set(world.store)
      expect(await list.next()).toEqual({ done: false, value: { kinds: new Set(['setting']), sequence: 1 } })
      stop.abort()
    })

    it('tells that something was noted, although no row is another', async () => {
      await using world = await make()
      const other = await world.another()
      for (const store of [world.store, other]) {
        const stop = new AbortController()
        const list = listen(store, stop.signal)
        const { value } = await world.store
          .transact(anActor, 'log.show', async (tx) => tx.note('mail-log:abc'))
          .then(() => list.next())
        expect(value?.kinds).toEqual(new Set())
        stop.abort()
      }
    })

    it('has many readers, who hear of each change once each', async () => {
      await using world = await make()
      const stop = new AbortController()
      const lists = Array.from({ length: 3 }, () => listen(world.store, stop.signal))
      await add(world.store)
      for (const list of lists) expect((await list.next()).value?.sequence).toBe(1)
      stop.abort()
    })

    it('ends when it is called off, in the middle of waiting or before it began', async () => {
      await using world = await make()
      const stop = new AbortController()
      const waiting = listen(world.store, stop.signal).next()
      stop.abort()
      expect(await waiting).toEqual({ done: true, value: undefined })
      expect(await listen(world.store, stop.signal).next()).toEqual({ done: true, value: undefined })
    })

    it('ends when its reader has enough, and when the store is closed', async () => {
      await using world = await make()
      const other = await world.another()
      const stop = new AbortController()
      const items: Change[] = []
      const all = other.changes(stop.signal)
      await add(other)
      for await (const change of all) {
        items.push(change)
        break
      }
      expect(items).toHaveLength(1)
      const waiting = listen(other, stop.signal).next()
      await other.close()
      expect(await waiting).toEqual({ done: true, value: undefined })
    })
  })
}
