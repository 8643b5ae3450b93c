import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkStore } from '../../../../src/core/store/embedded/check.ts'
import { repairStore } from '../../../../src/core/store/embedded/repair.ts'
import { expectWhole } from '../../../faults/expectations.ts'
import { numbered, numbersIn } from '../../../faults/steps.ts'
import { StoreHouse } from '../../../support/store.ts'

/** A store with snapshots 2 and 3, numbers 1 to 6, the last three in the journal behind them. */
async function aStore(): Promise<StoreHouse> {
  const house = await StoreHouse.make()
  const store = await house.open()
  await numbered(store, 1)
  await store.fold()
  await numbered(store, 2)
  await numbered(store, 3)
  await store.fold()
  for (const number of [4, 5, 6]) await numbered(store, number)
  await house.closeAll()
  return house
}

/** What is not as it should be, file by file. */
async function complaints(house: StoreHouse) {
  const { findings } = await checkStore(house.data)
  return findings
    .filter(({ severity }) => severity !== 'ok')
    .map(({ severity, file, offset }) => [severity, file.slice(house.layout.store.length + 1), offset])
}

function flipByte(path: string, byte: number): void {
  const bytes = readFileSync(path)
  bytes[byte] = (bytes[byte] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

/** Where the n-th line of a file begins. */
function lineStart(path: string, line: number): number {
  return readFileSync(path, 'utf8').split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0)
}

describe('a check of a store', () => {
  it('finds all well where all is well, and says of each file what it holds', async () => {
    await using house = await aStore()
    const { worst, findings } = await checkStore(house.data)
    expect(worst).toBe('ok')
    expect(findings.map(({ file }) => file.slice(house.layout.store.length + 1)).sort()).toEqual([
      'audit/2026-11.jsonl',
      'journal-000003.jsonl',
      'journal-000004.jsonl',
      'lock',
      'mail-log/2026-11.jsonl',
      'snapshot-000002.json',
      'snapshot-000003.json',
    ])
    for (const { sentence } of findings) expect(sentence).toMatch(/^[A-Z].*\.$/)
  })

  it('changes nothing', async () => {
    await using house = await aStore()
    writeFileSync(house.layout.journal(4), 'torn', { flag: 'a' })
    const before = house.layout.names().map((name) => [name, house.layout.segment(name)])
    const bytes = readFileSync(house.layout.journal(4))
    await checkStore(house.data)
    expect(house.layout.names().map((name) => [name, house.layout.segment(name)])).toEqual(before)
    expect(readFileSync(house.layout.journal(4))).toEqual(bytes)
  })

  it('says where there is none', async () => {
    await using house = await StoreHouse.make()
    rmSync(house.layout.store, { recursive: true })
    await expect(checkStore(house.data)).rejects.toMatchObject({ kind: 'missing' })
  })

  it.each<[string, (house: StoreHouse) => void, readonly unknown[]]>([
    ['a damaged snapshot', ({ layout }) => flipByte(layout.snapshot(3), 300), ['damage', 'snapshot-000003.json', null]],
    [
      'a damaged record in the journal, with its place',
      ({ layout }) => flipByte(layout.journal(4), lineStart(layout.journal(4), 2) + 50),
      ['damage', 'journal-000004.jsonl', 'line 2'],
    ],
    [
      'a damaged record in a journal that a snapshot holds, as no more than a warning',
      ({ layout }) => flipByte(layout.journal(3), lineStart(layout.journal(3), 1) + 50),
      ['warning', 'journal-000003.jsonl', 'line 1'],
    ],
    [
      'a torn last line',
      ({ layout }) => truncateSync(layout.journal(4), readFileSync(layout.journal(4)).length - 5),
      ['warning', 'journal-000004.jsonl', 'line 3'],
    ],
    ['a missing journal', ({ layout }) => rmSync(layout.journal(4)), ['damage', 'journal-000004.jsonl', null]],
    [
      'a damaged log entry',
      ({ layout }) => flipByte(layout.segment('mail-log/2026-11.jsonl'), 100),
      ['damage', 'mail-log/2026-11.jsonl', 0],
    ],
    [
      'a log that is too short',
      ({ layout }) => truncateSync(layout.segment('audit/2026-11.jsonl'), 0),
      ['damage', 'audit/2026-11.jsonl', 0],
    ],
    [
      'a missing log',
      ({ layout }) => rmSync(layout.segment('audit'), { recursive: true }),
      ['warning', 'audit/2026-11.jsonl', null],
    ],
    [
      'the flag of a failed sync',
      ({ layout }) => writeFileSync(layout.lock, `F${' '.repeat(254)}\n`),
      ['damage', 'lock', null],
    ],
    ['a missing lock file', ({ layout }) => rmSync(layout.lock), ['warning', 'lock', null]],
    [
      'a file with another mode',
      ({ layout }) => chmodSync(layout.journal(4), 0o644),
      ['warning', 'journal-000004.jsonl', null],
    ],
    ['a directory with another mode', ({ layout }) => chmodSync(layout.store, 0o2777), ['warning', '', null]],
    [
      'a link in place of a file',
      ({ layout }) => {
        rmSync(layout.snapshot(2))
        symlinkSync('snapshot-000003.json', layout.snapshot(2))
      },
      ['warning', 'snapshot-000002.json', null],
    ],
    [
      'what a fold that died left',
      ({ layout }) => writeFileSync(`${layout.snapshot(4)}.x.tmp`, '', { mode: 0o660 }),
      ['warning', 'snapshot-000004.json.x.tmp', null],
    ],
    [
      'a torn line that was kept',
      ({ layout }) => writeFileSync(`${layout.journal(2)}.torn-9-1`, 'torn'),
      ['warning', 'journal-000002.jsonl.torn-9-1', null],
    ],
    [
      'a file that is not its own',
      ({ layout }) => writeFileSync(join(layout.store, 'notes'), ''),
      ['warning', 'notes', null],
    ],
  ])('finds %s', async (_, spoil, [severity, file, at]) => {
    await using house = await aStore()
    spoil(house)
    const offset = typeof at === 'string' ? lineStart(house.layout.segment(String(file)), Number(at.slice(5))) : at
    const found = await complaints(house)
    expect(found).toContainEqual([severity, file, offset])
    const worst = found.some(([severity]) => severity === 'damage') ? 'damage' : 'warning'
    expect((await checkStore(house.data)).worst).toBe(worst)
  })

  it('leaves operators their templates', async () => {
    await using house = await aStore()
    mkdirSync(join(house.layout.store, 'templates', 'en'), { recursive: true })
    expect((await checkStore(house.data)).worst).toBe('ok')
  })

  it('finds nothing amiss while others write and fold', async () => {
    await using house = await aStore()
    const store = await house.open()
    let over = false
    const busy = (async () => {
      for (let number = 7; !over; number++) {
        await Promise.all([numbered(store, number), numbered(store, number + 1000)])
        if (number % 2 === 0) await store.fold()
      }
    })()
    for (let times = 0; times < 20; times++) {
      const { findings } = await checkStore(house.data)
      expect(findings.filter(({ severity }) => severity === 'damage')).toEqual([])
    }
    over = true
    await busy
  })
})

describe('a repair', () => {
  const repair = (house: StoreHouse) => repairStore(house.data, house.clock)

  it('does nothing where nothing is damaged', async () => {
    await using house = await aStore()
    const before = house.layout.names()
    expect(await repair(house)).toBeNull()
    expect(house.layout.names()).toEqual(before)
  })

  it('cuts a journal at its bad record, keeps a copy, and says exactly what is lost', async () => {
    await using house = await aStore()
    const path = house.layout.journal(4)
    const start = lineStart(path, 2)
    flipByte(path, start + 50)
    const damaged = readFileSync(path)
    const console = await house.open()
    expect(console.damage).toMatchObject({ offset: start })

    const repaired = await repair(house)
    expect(repaired).toMatchObject({
      file: path,
      offset: start,
      bytes: damaged.length - start,
      lost: { first: 6, last: 6 },
    })
    expect(repaired?.kept).toEqual([`${path}.damaged-${house.clock.wall()}`])
    expect(readFileSync(repaired?.kept[0] ?? '')).toEqual(damaged)
    expect(repaired?.sentence).toContain(`${damaged.length - start} bytes`)
    expect(repaired?.sentence).toContain('6 to 6')

    const daemon = await house.open()
    await daemon.fold()
    await numbered(daemon, 7)
    for (const store of [daemon, console, await house.open()]) expect(await expectWhole(store)).toEqual([1, 2, 3, 4, 7])
    expect((await complaints(house)).map(([, file]) => file)).toEqual([
      `journal-000004.jsonl.damaged-${house.clock.wall()}`,
    ])
  })

  it('makes a bad first line of a journal anew, and loses nothing by it', async () => {
    await using house = await aStore()
    const path = house.layout.journal(4)
    const whole = readFileSync(path)
    flipByte(path, 3)
    expect((await house.open()).damage).toMatchObject({ offset: 0 })
    expect(await repair(house)).toMatchObject({ bytes: 0, lost: null })
    expect(readFileSync(path)).toEqual(whole)
    expect(await expectWhole(await house.open())).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('of an empty journal gives it its first line', async () => {
    await using house = await aStore()
    truncateSync(house.layout.journal(4), 0)
    expect(await repair(house)).toMatchObject({ bytes: 0, lost: null })
    const store = await house.open()
    await numbered(store, 7)
    expect(await expectWhole(store)).toEqual([1, 2, 3, 7])
  })

  it('takes away the journals behind the damaged one, and the snapshots that know more than is left', async () => {
    await using house = await aStore()
    const store = await house.open()
    await store.fold()
    await numbered(store, 7)
    await house.closeAll()
    // Snapshot 4 is lost, and journal 4, which it had held, is damaged: journal 5 hangs in the air.
    flipByte(house.layout.snapshot(4), 400)
    const path = house.layout.journal(4)
    const start = lineStart(path, 2)
    flipByte(path, start + 50)
    const sleeper = await house.open()
    const bytes = readFileSync(path).length - start + readFileSync(house.layout.journal(5)).length
    const repaired = await repair(house)
    expect(repaired).toMatchObject({ file: path, offset: start, bytes, lost: { first: 6, last: 7 } })
    expect(repaired?.kept).toHaveLength(3)
    expect(house.layout.generations()).toEqual({ snapshots: [3], journals: [4] })
    const daemon = await house.open()
    await daemon.fold()
    await numbered(daemon, 8)
    for (const reader of [daemon, sleeper, await house.open()]) expect(await numbersIn(reader)).toEqual([1, 2, 3, 4, 8])
  })

  it('is noticed by one who had read behind the bad record before it was bad', async () => {
    await using house = await aStore()
    const console = await house.open()
    expect(await numbersIn(console)).toEqual([1, 2, 3, 4, 5, 6])
    flipByte(house.layout.journal(4), lineStart(house.layout.journal(4), 2) + 50)
    await repair(house)
    const daemon = await house.open()
    // More is written than was cut off: its length does not tell.
    for (const number of [7, 8, 9]) await numbered(daemon, number)
    expect(await numbersIn(console)).toEqual([1, 2, 3, 4, 7, 8, 9])
    await numbered(console, 10)
    expect(await expectWhole(daemon)).toEqual([1, 2, 3, 4, 7, 8, 9, 10])
  })

  it('does not help a store without any good snapshot', async () => {
    await using house = await aStore()
    for (const generation of [2, 3]) flipByte(house.layout.snapshot(generation), 300)
    await expect(repair(house)).rejects.toMatchObject({ kind: 'refused' })
  })
})
