import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { DAY } from '../../src/core/domain/time.ts'
import type { EmbeddedStore } from '../../src/core/store/embedded/embedded-store.ts'
import { loadReplica } from '../../src/core/store/embedded/load.ts'
import { entriesOf } from '../../src/core/store/embedded/log-source.ts'
import { type TakeLine, walk } from '../../src/core/store/embedded/log-walk.ts'
import { SLICE_MS } from '../../src/core/store/embedded/slices.ts'
import { anActor, anUnknownSetting } from '../support/builders.ts'
import { allPages, everythingIn, StoreHouse } from '../support/store.ts'
import { systemError, tellingDisk } from './disk.ts'
import { expectWhole } from './expectations.ts'
import { numbered, numbersIn } from './steps.ts'

const subjects = async (store: EmbeddedStore, limit: number) =>
  (await allPages((paging) => store.mailLog(paging), limit)).map(({ subject }) => Number(subject))

/** What another process knows of the store now, and goes on knowing. */
async function contextOf(house: StoreHouse) {
  const { replica } = await loadReplica(house.layout)
  const { base, generation, offset, state } = replica
  replica.close()
  return { base, generation, offset, sequence: state.sequence }
}

describe('a fold', () => {
  it('changes nothing that anybody sees', async () => {
    await using house = await StoreHouse.make()
    const store = await house.open()
    for (const number of [1, 2, 3]) await numbered(store, number)
    const before = await everythingIn(store)
    const other = await house.open()
    for (let folds = 0; folds < 4; folds++) {
      await store.fold()
      for (const reader of [store, other, await house.open()]) expect(await everythingIn(reader)).toEqual(before)
    }
  })

  it('leaves the snapshot before and the journals behind it, and no more', async () => {
    await using house = await StoreHouse.make()
    const store = await house.open()
    const left = []
    for (const number of [1, 2, 3]) {
      await numbered(store, number)
      await store.fold()
      left.push(house.layout.generations())
    }
    expect(left).toEqual([
      { snapshots: [2, 1], journals: [2, 3] },
      { snapshots: [3, 2], journals: [3, 4] },
      { snapshots: [4, 3], journals: [4, 5] },
    ])
  })

  it('goes on beside transactions and reads of this process and of others', async () => {
    await using house = await StoreHouse.make()
    const [store, other] = [await house.open(), await house.open()]
    for (let number = 1; number <= 20; number++) await numbered(store, number)
    let folding = true
    const folds = (async () => {
      for (let count = 0; count < 8; count++) await store.fold()
      folding = false
    })()
    let next = 21
    while (folding) {
      const numbers = [next++, next++, next++]
      await Promise.all(numbers.map((number, index) => numbered(index === 1 ? other : store, number)))
      for (const reader of [store, other]) {
        const seen = await subjects(reader, 4)
        expect(seen.toSorted((a, b) => b - a)).toEqual(Array.from({ length: next - 1 }, (_, index) => next - 1 - index))
      }
    }
    await folds
    expect(await expectWhole(other)).toHaveLength(next - 1)
    expect(await expectWhole(await house.open())).toHaveLength(next - 1)
  })

  it('of a log that is being paged through takes nothing out of it and puts nothing in twice', async () => {
    await using house = await StoreHouse.make()
    const [store, reader] = [await house.open(), await house.open()]
    for (let number = 1; number <= 30; number++) {
      await numbered(store, number)
      if (number === 10) house.clock.advance(40 * DAY)
      if (number === 20) await store.fold()
    }
    const seen: number[] = []
    let number = 31
    for (let after: string | undefined; ; ) {
      const page = await reader.mailLog({ limit: 3, after })
      seen.push(...page.items.map(({ subject }) => Number(subject)))
      if (page.next === null) break
      after = page.next
      await numbered(store, number++)
      await store.fold()
    }
    expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => 30 - index))
  })

  it('twice over while a reader sleeps makes it load anew, with all that came', async () => {
    await using house = await StoreHouse.make()
    const [store, sleeper] = [await house.open(), await house.open()]
    await numbered(store, 1)
    expect(await numbersIn(sleeper)).toEqual([1])
    for (const number of [2, 3, 4, 5]) {
      await store.fold()
      await numbered(store, number)
    }
    expect(await numbersIn(sleeper)).toEqual([1, 2, 3, 4, 5])
    expect(await expectWhole(sleeper)).toEqual([1, 2, 3, 4, 5])
    await store.fold()
    await store.fold()
    await store.fold()
    await numbered(sleeper, 6)
    expect(await expectWhole(store)).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('twice over lets one who slept read and write in the same moment', async () => {
    await using house = await StoreHouse.make()
    const [folder, sleeper] = [await house.open(), await house.open()]
    for (let round = 0; round < 30; round++) {
      const first = round * 10
      await numbered(folder, first + 1)
      await folder.fold()
      await numbered(folder, first + 2)
      await folder.fold()
      // Reads that find out that all must be loaded anew, and a transaction that does so too, beside others'.
      const reads = [sleeper.settings(), sleeper.taskCounts()]
      const writes = [3, 4].map((number) => numbered(sleeper, first + number))
      await new Promise(setImmediate)
      const more = [numbered(folder, first + 5), sleeper.settings(), numbered(sleeper, first + 6)]
      await Promise.all([...reads, ...writes, ...more])
    }
    expect(await expectWhole(sleeper)).toHaveLength(30 * 6)
    expect(await expectWhole(await house.open())).toHaveLength(30 * 6)
  })

  it('is wanted when the journal is long and longer than the snapshot, and not again when it is done', async () => {
    await using house = await StoreHouse.make(tmpdir())
    const store = await house.open()
    const put = (name: string) =>
      store.transact(anActor, 'long', async (tx) => {
        tx.put('setting', { ...anUnknownSetting(name), value: 'x'.repeat(12 * 2 ** 20) })
      })
    await put('a')
    expect(store.wantsFold).toBe(false)
    await put('a')
    await put('a')
    expect(store.wantsFold).toBe(true)
    await store.fold()
    expect(store.wantsFold).toBe(false)
    expect((await house.open()).wantsFold).toBe(false)
  })

  it('is wanted when one was cut short', async () => {
    await using house = await StoreHouse.make()
    let full = true
    const disk = tellingDisk({
      before(call) {
        if (full && call.startsWith('append snapshot')) throw systemError('ENOSPC', call)
      },
    })
    const store = await house.open({ disk })
    await numbered(store, 1)
    await expect(store.fold()).rejects.toMatchObject({ kind: 'full' })
    expect(store.wantsFold).toBe(true)
    full = false
    await store.fold()
    expect(store.wantsFold).toBe(false)
    expect(await expectWhole(store)).toEqual([1])
  })

  it('twice over while a long log is looked through takes nothing away from who looks', async () => {
    await using house = await StoreHouse.make()
    const [store, reader] = [await house.open(), await house.open()]
    for (let hundred = 0; hundred < 40; hundred++) {
      await Promise.all(Array.from({ length: 100 }, (_, index) => numbered(store, hundred * 100 + index)))
      if (hundred % 10 === 5) await store.fold()
    }
    let turns = 0
    let over = false
    const others = (async () => {
      for (; !over; turns++) await new Promise(setImmediate)
    })()
    const looking = reader.mailLog({ limit: 10_000 })
    const lookingForNone = reader.mailLog({ limit: 1, result: 'unknown' })
    await store.fold()
    await numbered(store, 9999)
    await store.fold()
    const subjects = (await looking).items.map(({ subject }) => Number(subject)).filter((subject) => subject !== 9999)
    expect(subjects).toEqual(Array.from({ length: 4000 }, (_, index) => 3999 - index))
    expect((await lookingForNone).items).toEqual([])
    over = true
    await others
    // Other work went on meanwhile.
    expect(turns).toBeGreaterThan(4)
  })

  it('twice over while a search has come half way takes nothing from it and gives nothing twice, either way', async () => {
    for (const way of ['start', 'end'] as const) {
      await using house = await StoreHouse.make()
      const store = await house.open()
      for (let number = 0; number < 40; number++) await numbered(store, number)
      await store.fold()
      for (let number = 40; number < 60; number++) await numbered(store, number)
      const found: number[] = []
      let folds = 0
      // A slow reader: each line takes a slice, so that everything else may come between any two.
      const context = { layout: house.layout, replica: await contextOf(house) }
      const take: TakeLine = (source, line) => {
        const entries = entriesOf(source, 'mail-log', line).map(({ e }) => Number(e.subject))
        found.push(...(way === 'start' ? entries.reverse() : entries))
        const until = performance.now() + SLICE_MS
        while (performance.now() < until);
        return false
      }
      const part = { from: null, to: null }
      for await (const _ of walk({ context, log: 'mail-log', part, newestFirst: way === 'start', take })) {
        if (found.length < 8 || folds === 2) continue
        await store.fold()
        folds++
      }
      expect(folds).toBe(2)
      const all = Array.from({ length: 60 }, (_, number) => number)
      expect(found).toEqual(way === 'start' ? all.reverse() : all)
    }
  })

  it('that is asked for twice at once is made one after the other', async () => {
    await using house = await StoreHouse.make()
    const store = await house.open()
    await numbered(store, 1)
    await Promise.all([store.fold(), store.fold(), numbered(store, 2)])
    expect(await expectWhole(await house.open())).toEqual([1, 2])
    expect(house.layout.generations()).toEqual({ snapshots: [3, 2], journals: [3, 4] })
  })
})
