import { describeStore, type World } from '../../contract/store.ts'
import { StoreHouse } from '../../support/store.ts'

/** A world whose reader is what `look` makes of the house. */
async function world(look: (house: StoreHouse, store: World['store']) => Promise<World['store']>): Promise<World> {
  const house = await StoreHouse.make()
  const store = await house.open()
  return {
    clock: house.clock,
    store,
    look: () => look(house, store),
    another: () => house.open(),
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
}

describeStore('the embedded store', () => world(async (_, store) => store))

describeStore('the embedded store, seen by another process', async () => {
  let other: World['store'] | null = null
  return world(async (house) => {
    other ??= await house.open()
    return other
  })
})

describeStore('the embedded store, opened after each change', () => world((house) => house.open()))

describeStore('the embedded store, folded after each change', () =>
  world(async (house) => {
    const folder = await house.open()
    await folder.fold()
    return house.open()
  }),
)

describeStore('the embedded store, read by one who sleeps through two folds', async () => {
  let sleeper: World['store'] | null = null
  return world(async (house) => {
    sleeper ??= await house.open()
    const folder = await house.open()
    for (const _ of [1, 2]) {
      await folder.fold()
    }
    return sleeper
  })
})
