import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadReplica } from '../../src/core/store/embedded/load.ts'
import { anActor, anUnknownSetting, aSetting } from '../support/builders.ts'
import { StoreHouse } from '../support/store.ts'
import { numbered, numbersIn } from './steps.ts'

/** A store with a snapshot and a journal of a few commits, to be spoiled in copies. */
let house: StoreHouse
let journal: Buffer
/** Where the journal's lines begin, the header's among them, and its end. */
let starts: number[]

const GENERATION = 3

beforeAll(async () => {
  house = await StoreHouse.make()
  const store = await house.open()
  await numbered(store, 1)
  await store.fold()
  await numbered(store, 2)
  await Promise.all([numbered(store, 3), numbered(store, 4)])
  for (const number of [5, 6, 7]) {
    await store.transact(anActor, `number.${number}`, async (tx) => tx.put('setting', anUnknownSetting(String(number))))
  }
  await numbered(store, 8)
  await house.closeAll()
  journal = readFileSync(house.layout.journal(GENERATION))
  starts = [0]
  for (let at = journal.indexOf('\n'); at >= 0; at = journal.indexOf('\n', at + 1)) starts.push(at + 1)
})
afterAll(() => house[Symbol.asyncDispose]())

/** The numbers that are there when only so many lines of the journal are, its header among them. */
const NUMBERS_BY_LINES = [[1], [1], [1, 2], [1, 2, 3, 4], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 7]]

/** What the journal's bytes are taken for. */
async function seen(bytes: Uint8Array) {
  writeFileSync(house.layout.journal(GENERATION), bytes)
  const { replica } = await loadReplica(house.layout)
  replica.close()
  const numbers = [...replica.state.rows.setting.keys()].map(Number).sort((a, b) => a - b)
  return { numbers, damage: replica.damage, torn: replica.torn }
}

const flip = (bit: number): Buffer => {
  const flipped = Buffer.from(journal)
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return flipped
}

/** The line that a byte of the journal belongs to. */
const lineOf = (byte: number): number => starts.findLastIndex((start) => start <= byte)

/** A copy of the house, spoiled, in which anything may be done. */
async function spoiled(bytes: Uint8Array): Promise<StoreHouse> {
  const copy = await StoreHouse.make()
  rmSync(copy.layout.store, { recursive: true })
  cpSync(house.layout.store, copy.layout.store, { recursive: true })
  writeFileSync(copy.layout.journal(GENERATION), bytes)
  return copy
}

describe('a journal that was cut', () => {
  it('at any byte is read up to the last whole line, and no further', async () => {
    for (let cut = 0; cut <= journal.length; cut++) {
      const lines = starts.filter((start) => start <= cut).length - 1
      const { numbers, damage, torn } = await seen(journal.subarray(0, cut))
      const what = `cut at ${cut}`
      expect(numbers, what).toEqual(NUMBERS_BY_LINES[lines] ?? [1, 2, 3, 4, 5, 6, 7, 8])
      const start = starts[lines] ?? 0
      // A journal has its first line when it gets its name: one without was not left so by a crash.
      if (lines === 0) expect(damage, what).toMatchObject({ offset: 0 })
      else expect(damage, what).toBeNull()
      if (lines === 0 || cut === start) expect(torn, what).toBeNull()
      else expect(torn, what).toMatchObject({ offset: start, size: cut })
    }
  })

  it('in its last line goes on without it, keeps what was torn off, and says so (case 31)', async () => {
    const start = starts.at(-2) ?? 0
    for (const cut of [start + 1, start + 9, journal.length - 1]) {
      await using copy = await spoiled(journal.subarray(0, cut))
      const store = await copy.open()
      expect(await numbersIn(store)).toEqual([1, 2, 3, 4, 5, 6, 7])
      expect(await store.mailLog({ limit: 9 })).toMatchObject({ next: null, items: { length: 4 } })
      await numbered(store, 9)
      expect(await numbersIn(await copy.open())).toEqual([1, 2, 3, 4, 5, 6, 7, 9])
      const kept = copy.layout.names().filter((name) => name.includes('.torn-'))
      expect(kept).toHaveLength(1)
      expect(readFileSync(join(copy.layout.store, kept[0] ?? ''))).toEqual(journal.subarray(start, cut))
      expect(copy.warnings).toEqual([expect.stringContaining(`torn line at byte ${start}`)])
      expect(copy.warnings[0]).toContain(kept[0])
    }
  })

  it('and is folded already, is mended by nothing and says where it ends too soon', async () => {
    await using copy = await StoreHouse.make()
    const store = await copy.open()
    await numbered(store, 1)
    await numbered(store, 2)
    await store.fold()
    await copy.closeAll()
    const path = copy.layout.journal(2)
    const whole = readFileSync(path)
    rmSync(copy.layout.snapshot(2))
    for (const cut of [whole.lastIndexOf('\n', -2) + 1, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, cut))
      const reader = await copy.open()
      expect(await numbersIn(reader)).toEqual([1])
      expect(reader.damage).not.toBeNull()
      await expect(numbered(reader, 3)).rejects.toMatchObject({ kind: 'damaged' })
    }
  })
})

describe('a journal with one bit that is another (case 43)', () => {
  it('is never silently wrong, whichever bit it is', async () => {
    const last = starts.length - 2
    for (let bit = 0; bit < journal.length * 8; bit++) {
      const line = lineOf(bit >> 3)
      const { numbers, damage, torn } = await seen(flip(bit))
      const what = `bit ${bit & 7} of byte ${bit >> 3}`
      expect(numbers, what).toEqual(NUMBERS_BY_LINES[line])
      // The last line may have been torn; any other is damage, said with its place.
      if (damage !== null)
        expect(damage, what).toMatchObject({ file: house.layout.journal(GENERATION), offset: starts[line] })
      else expect([line, torn?.offset], what).toEqual([last, starts[last]])
    }
  }, 120_000)

  it('opens for reading alone, and says the file and the place to whoever would write or fold (case 32)', async () => {
    for (const [line, start] of starts.slice(0, -2).entries()) {
      await using copy = await spoiled(flip((start + 12) * 8))
      const store = await copy.open()
      const path = copy.layout.journal(GENERATION)
      expect(store.damage).toMatchObject({ file: path, offset: start })
      expect(await numbersIn(store)).toEqual(NUMBERS_BY_LINES[line])
      expect((await store.mailLog({ limit: 9 })).items.length).toBeGreaterThan(0)
      for (const write of [
        () => numbered(store, 9),
        () => store.fold(),
        () => store.recover(),
        () => store.still(async () => 0),
      ]) {
        await expect(write()).rejects.toThrow(`${path} is damaged at byte ${start}`)
        if (line === 0) break
      }
      expect(readFileSync(path)).toEqual(flip((start + 12) * 8))
      expect(copy.layout.names().filter((name) => name.includes('.torn'))).toEqual([])
    }
  })

  it('is met by one who has the good journal in memory as soon as it folds, and nothing is lost by that', async () => {
    await using copy = await spoiled(journal)
    const store = await copy.open()
    await store.settings()
    writeFileSync(copy.layout.journal(GENERATION), flip(((starts[2] ?? 0) + 12) * 8))
    await expect(store.fold()).rejects.toMatchObject({ kind: 'damaged' })
    expect(existsSync(copy.layout.snapshot(GENERATION))).toBe(false)
    expect(existsSync(copy.layout.snapshot(GENERATION - 1))).toBe(true)
    expect(existsSync(copy.layout.journal(GENERATION))).toBe(true)
  })
})

describe('a journal whose lines are good, each by itself', () => {
  const line = (number: number) => journal.subarray(starts[number], starts[number + 1])

  it.each([
    ['one is missing', [0, 1, 3], [1, 2], 2],
    ['one is there twice', [0, 1, 1, 2], [1, 2], 2],
    ['two are the wrong way round', [0, 2, 1, 3], [1], 1],
    ['the first one is missing', [1, 2], [1], 0],
    ['one is the first line of a journal', [0, 1, 0, 2], [1, 2], 2],
  ] as const)('is damaged where %s', async (_, lines, numbers, at) => {
    const there = lines.map(line)
    const result = await seen(Buffer.concat(there))
    expect(result.numbers).toEqual(numbers)
    expect(result.damage).toMatchObject({ offset: Buffer.concat(there.slice(0, at)).length })
  })
})

describe('a store whose files are not whole', () => {
  it('is refused without the journal behind its newest snapshot, rather than opened as it was long ago', async () => {
    await using copy = await spoiled(journal)
    rmSync(copy.layout.journal(GENERATION))
    await expect(copy.open()).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('is missing') })
  })

  it('is opened for reading up to a journal that is missing between others', async () => {
    await using copy = await spoiled(journal)
    const store = await copy.open()
    await store.fold()
    await numbered(store, 9)
    // The next fold dies: two journals stand behind the snapshot.
    await copy.closeAll()
    rmSync(copy.layout.snapshot(GENERATION))
    writeFileSync(copy.layout.journal(GENERATION + 2), readFileSync(copy.layout.journal(GENERATION + 1)))
    rmSync(copy.layout.journal(GENERATION + 1))
    const reader = await copy.open()
    expect(reader.damage).toMatchObject({ file: copy.layout.journal(GENERATION + 1), offset: 0 })
    await expect(numbered(reader, 10)).rejects.toMatchObject({ kind: 'damaged' })
  })

  it('is refused when its journal is of a newer format, and left as it is', async () => {
    const { encodeLine } = await import('../../src/core/store/embedded/line.ts')
    await using copy = await spoiled(encodeLine({ format: 2, generation: GENERATION, sequence: 1 }))
    await expect(copy.open()).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('newer') })
  })

  it('that comes to life again is followed by one who had seen it damaged', async () => {
    await using copy = await spoiled(flip(((starts[2] ?? 0) + 12) * 8))
    const console = await copy.open()
    expect(console.damage).not.toBeNull()
    // Somebody restores the journal.
    const path = copy.layout.journal(GENERATION)
    rmSync(path)
    writeFileSync(path, journal)
    expect(await numbersIn(console)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    await console.transact(anActor, 'number.9', async (tx) => tx.put('setting', aSetting()))
  })
})

it('the spoiled journal is a small one, so that each of its bits can be tried', () => {
  expect(starts).toHaveLength(8)
  expect(journal.length).toBeLessThan(6000)
  expect(readdirSync(house.layout.store).map((name) => basename(name))).toContain('journal-000003.jsonl')
})
