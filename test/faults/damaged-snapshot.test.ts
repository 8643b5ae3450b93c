import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { realDisk } from '../../src/core/store/embedded/disk.ts'
import { encodeLine } from '../../src/core/store/embedded/line.ts'
import { readSnapshot, writeSnapshot } from '../../src/core/store/embedded/snapshot.ts'
import { StoreError } from '../../src/core/store/error.ts'
import { StoreHouse } from '../support/store.ts'
import { expectWhole } from './expectations.ts'
import { randomFrom, SEED, seeded } from './random.ts'
import { numbered } from './steps.ts'

const NUMBERS = [1, 2, 3, 4, 5]

/** A store with two snapshots (3 and 4), as a fold leaves it, and a transaction behind them. */
async function makeFolded(): Promise<StoreHouse> {
  const house = await StoreHouse.make()
  const store = await house.open()
  for (const number of NUMBERS) {
    if (number > 2) await store.fold()
    await numbered(store, number)
  }
  await house.closeAll()
  expect(house.layout.generations()).toEqual({ snapshots: [4, 3], journals: [4, 5] })
  return house
}

const SPOILING: readonly (readonly [what: string, spoil: (path: string) => void])[] = [
  ['empty', (path) => truncateSync(path, 0)],
  ['cut short', (path) => truncateSync(path, readFileSync(path).length - 10)],
  ['full of zeros', (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length))],
  ['another text altogether', (path) => writeFileSync(path, '{"users":[]}\n')],
  ['one of another generation', (path) => writeFileSync(path, readFileSync(path.replace('4.json', '3.json')))],
]

describe('a store whose newest snapshot (case 33)', () => {
  it.each(SPOILING)('is %s goes on from the one before, says so, and mends it with the next fold', async (_, spoil) => {
    await using house = await makeFolded()
    spoil(house.layout.snapshot(4))
    const store = await house.open()
    expect(await expectWhole(store)).toEqual(NUMBERS)
    expect(house.warnings).toEqual([expect.stringContaining(house.layout.snapshot(4))])
    expect(store.wantsFold).toBe(true)
    await numbered(store, 6)
    await store.fold()
    await house.closeAll()
    expect(await expectWhole(await house.open())).toEqual([...NUMBERS, 6])
    expect(house.warnings).toHaveLength(1)
    const again = await house.open()
    await again.fold()
    await again.fold()
    expect(await expectWhole(await house.open())).toEqual([...NUMBERS, 6])
  })

  it('has a bit that is another is never taken for good', () =>
    seeded(async () => {
      await using house = await makeFolded()
      const path = house.layout.snapshot(4)
      const whole = readFileSync(path)
      const random = randomFrom(SEED)
      for (let byte = 0; byte < whole.length; byte++) {
        const flipped = Buffer.from(whole)
        flipped[byte] = (flipped[byte] ?? 0) ^ (1 << random(8))
        writeFileSync(path, flipped)
        const store = await house.open()
        expect(await store.settings(), `byte ${byte}`).toHaveLength(NUMBERS.length)
        expect((await store.mailLog({ limit: 9 })).items).toHaveLength(NUMBERS.length)
        expect(house.warnings.splice(0)).toHaveLength(1)
        await house.closeAll()
      }
    }))

  it('and the one before it are spoiled is refused, and never taken for an empty one', async () => {
    for (const [, spoil] of SPOILING.slice(0, 4)) {
      await using house = await makeFolded()
      spoil(house.layout.snapshot(4))
      spoil(house.layout.snapshot(3))
      const refused = house.open()
      await expect(refused).rejects.toBeInstanceOf(StoreError)
      await expect(refused).rejects.toMatchObject({ kind: 'refused' })
      for (const generation of [3, 4]) await expect(refused).rejects.toThrow(house.layout.snapshot(generation))
    }
  })

  it('and all others are gone is refused: journals alone are no store', async () => {
    await using house = await makeFolded()
    for (const generation of [3, 4]) rmSync(house.layout.snapshot(generation))
    await expect(house.open()).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('no snapshot'),
    })
  })

  it('and everything else is gone: that is a store that is missing', async () => {
    await using house = await makeFolded()
    rmSync(house.layout.store, { recursive: true })
    await expect(house.open()).rejects.toMatchObject({ kind: 'missing' })
  })

  it('is of a newer format, with a journal of that format: it is refused in words that say so', async () => {
    await using house = await makeFolded()
    const snapshot = await readSnapshot(house.layout.snapshot(4))
    await writeSnapshot(house.layout.snapshot(4), { ...snapshot, head: { ...snapshot.head, format: 2 } }, realDisk)
    writeFileSync(house.layout.journal(5), encodeLine({ format: 2, generation: 5, sequence: snapshot.head.sequence }))
    await expect(house.open()).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('newer') })
  })

  it('was removed by hand falls back on the one before without losing anything', async () => {
    await using house = await makeFolded()
    rmSync(house.layout.snapshot(4))
    expect(await expectWhole(await house.open())).toEqual(NUMBERS)
  })
})

describe('a log segment', () => {
  const segments = (house: StoreHouse) =>
    ['mail-log', 'audit'].flatMap((log) =>
      house.layout.names(log).map((name) => house.layout.segment(`${log}/${name}`)),
    )

  it('with a bit that is another is said to be damaged, with its place, and the rest of the store goes on', async () => {
    await using house = await makeFolded()
    const [path = ''] = segments(house)
    const whole = readFileSync(path)
    for (let bit = 3; bit < whole.length * 8; bit += 7) {
      const flipped = Buffer.from(whole)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      writeFileSync(path, flipped)
      const store = await house.open()
      await expect(store.mailLog({ limit: 9 }), `bit ${bit}`).rejects.toThrow(`${path} is damaged`)
      // Nor is what is looked for not found because it is no longer spelt so.
      await expect(store.mailLog({ limit: 9, idPrefix: 'z' }), `bit ${bit}`).rejects.toThrow(`${path} is damaged`)
      await house.closeAll()
    }
    await numbered(await house.open(), 6)
  })

  it('that is shorter than it was says so when it is read, and the next fold goes on behind what is whole', async () => {
    await using house = await makeFolded()
    const [mailLog = '', audit = ''] = segments(house)
    const lines = readFileSync(mailLog, 'utf8').split('\n')
    writeFileSync(mailLog, `${lines[0]}\n${lines[1]?.slice(0, 20)}`)
    truncateSync(audit, 0)
    const store = await house.open()
    await expect(store.mailLog({ limit: 9 })).rejects.toThrow('log entries are lost')
    await store.fold()
    expect(house.warnings).toEqual([expect.stringContaining(mailLog), expect.stringContaining(audit)])
    const reader = await house.open()
    const subjects = (await reader.mailLog({ limit: 9 })).items.map(({ subject }) => Number(subject))
    // The second line was cut short, and all that had stood behind it is gone.
    expect(subjects).toEqual([5, 1])
  })

  it('that retention took is no damage, while it is read and afterwards', async () => {
    await using house = await makeFolded()
    const store = await house.open()
    const [first] = (await store.mailLog({ limit: 1 })).items
    house.clock.advance(40 * 24 * 3_600_000)
    await numbered(store, 6)
    await store.fold()
    expect(store.retireLogs(house.clock.wall())).toEqual(['mail-log/2026-11.jsonl', 'audit/2026-11.jsonl'])
    for (const reader of [store, await house.open()]) {
      expect((await reader.mailLog({ limit: 9 })).items.map(({ subject }) => subject)).toEqual(['6'])
      expect((await reader.audit({ limit: 9 })).items).toHaveLength(1)
    }
    await numbered(store, 7)
    await store.fold()
    expect((await (await house.open()).mailLog({ limit: 9 })).items).toHaveLength(2)
    expect(first).toBeDefined()
  })
})
