import { describe, expect, it } from 'vitest'
import { type Generations, Layout } from '../../../../src/core/store/embedded/layout.ts'
import { loadReplica } from '../../../../src/core/store/embedded/load.ts'
import { numbered } from '../../../faults/steps.ts'
import { StoreHouse } from '../../../support/store.ts'

/** A layout that still sees, the first time, what was there before the folds that go by just then. */
class BehindTheTime extends Layout {
  #before: Generations | null

  constructor(data: string, before: Generations) {
    super(data)
    this.#before = before
  }

  override generations(): Generations {
    const seen = this.#before ?? super.generations()
    this.#before = null
    return seen
  }
}

describe('a store is loaded', () => {
  it.each([1, 2, 3, 5])('while %s folds go by, as it is behind them', async (folds) => {
    await using house = await StoreHouse.make()
    const store = await house.open()
    await numbered(store, 1)
    await store.fold()
    const before = house.layout.generations()
    for (let fold = 0; fold < folds; fold++) {
      await numbered(store, 2 + fold)
      await store.fold()
    }
    const { replica, warnings } = await loadReplica(new BehindTheTime(house.data, before))
    replica.close()
    expect(replica.state.rows.setting.size).toBe(1 + folds)
    expect(replica.damage).toBeNull()
    expect(warnings).toEqual([])
  })
})
