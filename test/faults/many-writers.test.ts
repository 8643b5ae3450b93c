import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { allPages, StoreHouse } from '../support/store.ts'
import { countOf, countOfAll } from './counting.ts'
import { startWorker, untilEnded } from './process.ts'
import { SEED, seeded } from './random.ts'

const WRITERS = 4
const TRANSACTIONS = 10_000

describe('four processes that make ten thousand transactions each while a fifth folds', () => {
  it('lose and repeat nothing', () =>
    seeded(async () => {
      // Some fifty megabytes: more than there may be of memory for files.
      await using house = await StoreHouse.make(tmpdir())
      const names = Array.from({ length: WRITERS }, (_, number) => `writer ${number}`)
      const workers = names.map((name, number) =>
        startWorker('counter', [house.data, String(SEED + number), name, String(TRANSACTIONS)]),
      )
      const folder = await house.open()
      let over = false
      const ends = Promise.all(workers.map(untilEnded)).finally(() => {
        over = true
      })
      let folds = 0
      for (; !over; folds++) {
        await folder.fold()
        // Another thousand or so before the next one.
        const before = await countOfAll(folder)
        while (!over && (await countOfAll(folder)) < before + 1000) await new Promise(setImmediate)
      }
      expect(await ends).toEqual(names.map(() => 0))
      expect(folds).toBeGreaterThan(5)

      const total = WRITERS * TRANSACTIONS
      const acks = workers.flatMap(({ lines }) => lines.map((line) => Number(line.slice('ack '.length))))
      expect(acks.sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, index) => index + 1))
      for (const store of [folder, await house.open()]) {
        expect(await countOfAll(store)).toBe(total)
        for (const name of names) expect(await countOf(store, name)).toBe(TRANSACTIONS)
        expect((await store.settings()).filter(({ name }) => String(name).endsWith('has ended'))).toHaveLength(WRITERS)
      }
      const store = await house.open()
      const entries = await allPages((paging) => store.mailLog(paging), 5000)
      expect(entries.map(({ subject }) => Number(subject))).toEqual(Array.from(entries, (_, index) => total - index))
      const sequences = (await allPages((paging) => store.audit(paging), 5000)).map(({ sequence }) => sequence)
      expect(sequences).toEqual(Array.from({ length: total + WRITERS }, (_, index) => total + WRITERS - index))
    }))
})
