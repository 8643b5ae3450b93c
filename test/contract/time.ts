import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../src/core/domain/time.ts'
import type { Store } from '../../src/core/store/port.ts'
import { anActor, aSetting } from '../support/builders.ts'
import { MONDAY } from '../support/clock.ts'
import type { MakeWorld } from './store.ts'

/** Commits something; the transaction's time. */
const commit = (store: Store) =>
  store.transact(anActor, 'settings.set', async (tx) => {
    tx.put('setting', aSetting())
    return tx.now
  })

export function describeTime(make: MakeWorld): void {
  describe('store time', () => {
    it('is the wall clock while that goes forward', async () => {
      await using world = await make()
      expect(world.store.now()).toBe(MONDAY)
      world.clock.advance(MINUTE)
      expect(await commit(world.store)).toBe(MONDAY + MINUTE)
      world.clock.jump(2 * HOUR)
      expect(world.store.now()).toBe(MONDAY + MINUTE + 2 * HOUR)
    })

    it('goes on at its own pace when the clock runs back an hour', async () => {
      await using world = await make()
      world.clock.advance(HOUR)
      expect(await commit(world.store)).toBe(MONDAY + HOUR)
      world.clock.jump(-HOUR)
      world.clock.advance(10 * SECOND)
      expect(world.store.now()).toBe(MONDAY + HOUR + 10 * SECOND)
      expect(await commit(world.store)).toBe(MONDAY + HOUR + 10 * SECOND)
      world.clock.advance(5 * SECOND)
      expect(world.store.now()).toBe(MONDAY + HOUR + 15 * SECOND)
      world.clock.jump(3 * HOUR)
      expect(world.store.now()).toBe(MONDAY + 3 * HOUR + 15 * SECOND)
    })

    it('is not behind the last transaction for one that opens the store later', async () => {
      await using world = await make()
      world.clock.advance(HOUR)
      await commit(world.store)
      world.clock.jump(-HOUR)
      world.clock.advance(MINUTE)
      const other = await world.another()
      // It cannot know that a minute has passed; nothing that was committed lies in its future.
      expect(other.now()).toBe(MONDAY + HOUR)
      expect(await commit(other)).toBe(MONDAY + HOUR)
      expect(world.store.now()).toBe(MONDAY + HOUR + MINUTE)
    })

    it('never runs back in one process, whoever commits and whatever is taken back', async () => {
      await using world = await make()
      const other = await world.another()
      world.clock.advance(HOUR)
      await commit(world.store)
      world.clock.jump(-HOUR)
      const late = await world.another()
      const times: number[] = []
      for (const act of [
        () => commit(world.store),
        () => world.store.transact(anActor, 'no', () => Promise.reject(new Error('no'))).catch(() => undefined),
        () => commit(late),
        () => commit(other),
        () => world.store.settings(),
      ]) {
        world.clock.advance(20 * SECOND)
        times.push(world.store.now())
        await act()
        times.push(world.store.now())
      }
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(times.at(-1)).toBe(MONDAY + HOUR + 100 * SECOND)
      const audit = (await (await world.look()).audit({ limit: 9 })).items.map(({ at }) => at)
      expect(audit).toEqual(audit.toSorted((a, b) => b - a))
    })
  })
}
