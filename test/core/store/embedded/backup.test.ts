import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DAY } from '../../../../src/core/domain/time.ts'
import { backupStore } from '../../../../src/core/store/embedded/backup.ts'
import { checkStore } from '../../../../src/core/store/embedded/check.ts'
import { EmbeddedStore } from '../../../../src/core/store/embedded/embedded-store.ts'
import { expectWhole } from '../../../faults/expectations.ts'
import { numbered } from '../../../faults/steps.ts'
import { needs } from '../../../support/needs.ts'
import { everythingIn, StoreHouse, temporaryDirectory } from '../../../support/store.ts'

/** An account that is in no group of ours. */
const NOBODY = '65534'

async function aStore(): Promise<{ house: StoreHouse; store: EmbeddedStore }> {
  const house = await StoreHouse.make()
  const store = await house.open()
  for (let number = 1; number <= 9; number++) {
    await numbered(store, number)
    if (number % 4 === 0) await store.fold()
    if (number === 6) house.clock.advance(40 * DAY)
  }
  return { house, store }
}

/** What is in a backup, opened as a data directory of its own. */
async function restored<Seen>(target: string, look: (store: EmbeddedStore) => Promise<Seen>): Promise<Seen> {
  const store = await EmbeddedStore.open(target, { clock: { wall: () => 0, monotonic: () => 0 } })
  try {
    return await look(store)
  } finally {
    await store.close()
  }
}

describe('a backup', () => {
  it('opens and holds everything, logs and all', async () => {
    const { house, store } = await aStore()
    await using _ = house
    using place = temporaryDirectory()
    const target = join(place.path, 'backup')
    const { sequence, bytes, files } = await backupStore(store, house.data, target)
    expect(sequence).toBe(9)
    expect(files).toBeGreaterThan(5)
    expect(bytes).toBeGreaterThan(1000)
    const before = await everythingIn(store)
    expect(await restored(target, everythingIn)).toEqual(before)
    expect(await restored(target, expectWhole)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect((await checkStore(target)).worst).toBe('ok')
  })

  it('is a store that goes on, and is folded, and takes nothing from the one it was made of', async () => {
    const { house, store } = await aStore()
    await using _ = house
    using place = temporaryDirectory()
    const target = join(place.path, 'backup')
    await backupStore(store, house.data, target)
    await numbered(store, 20)
    await restored(target, async (copy) => {
      await numbered(copy, 10)
      await copy.fold()
      await numbered(copy, 11)
      await copy.fold()
      expect(await expectWhole(copy)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    })
    expect(await expectWhole(store)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 20])
  })

  it('has the modes of the original, whatever the umask', async () => {
    const { house, store } = await aStore()
    await using _ = house
    using place = temporaryDirectory()
    const target = join(place.path, 'backup')
    chmodSync(house.data, 0o750)
    const umask = process.umask(0o077)
    try {
      await backupStore(store, house.data, target)
    } finally {
      process.umask(umask)
    }
    const mode = (...names: string[]) => statSync(join(target, ...names)).mode & 0o7777
    expect(mode()).toBe(0o750)
    expect(mode('store')).toBe(0o2770)
    expect(mode('store', 'audit')).toBe(0o2770)
    for (const name of ['lock', 'journal-000004.jsonl', 'snapshot-000003.json']) expect(mode('store', name)).toBe(0o660)
  })

  it('holds all that was acknowledged before it began, while others write and fold', async () => {
    const { house, store } = await aStore()
    await using _ = house
    using place = temporaryDirectory()
    const [writer, folder] = [await house.open(), await house.open()]
    let [acknowledged, over] = [9, false]
    const writing = (async () => {
      for (let number = 10; !over; number++) {
        await numbered(writer, number)
        acknowledged = number
      }
    })()
    const folding = (async () => {
      while (!over) {
        await folder.fold()
        const before = acknowledged
        while (!over && acknowledged < before + 10) await new Promise(setImmediate)
      }
    })()
    for (let round = 0; round < 8; round++) {
      const target = join(place.path, `backup-${round}`)
      const before = acknowledged
      const { sequence } = await backupStore(store, house.data, target)
      const numbers = await restored(target, expectWhole)
      expect(numbers).toEqual(Array.from({ length: sequence }, (_, index) => index + 1))
      expect(sequence).toBeGreaterThanOrEqual(before)
    }
    over = true
    await Promise.all([writing, folding])
  })

  it('holds the keys, unless it is not to', async () => {
    const { house, store } = await aStore()
    await using _ = house
    using place = temporaryDirectory()
    mkdirSync(join(house.data, 'keys'), { mode: 0o750 })
    writeFileSync(join(house.data, 'keys', 'master-1.key'), Buffer.alloc(32, 7), { mode: 0o600 })
    const [withKeys, without] = [join(place.path, 'a'), join(place.path, 'b')]
    expect((await backupStore(store, house.data, withKeys)).unreadable).toEqual([])
    expect(readFileSync(join(withKeys, 'keys', 'master-1.key'))).toEqual(Buffer.alloc(32, 7))
    expect(statSync(join(withKeys, 'keys', 'master-1.key')).mode & 0o777).toBe(0o600)
    await backupStore(store, house.data, without, { keys: false })
    expect(readdirSync(without)).toEqual(['store'])
  })

  needs('root').it('made by an operator says which keys it may not read', async () => {
    const { house, store } = await aStore()
    await using _ = house
    using place = temporaryDirectory()
    const keys = join(house.data, 'keys')
    mkdirSync(keys)
    for (const name of ['master-1.key', 'seal.pub']) writeFileSync(join(keys, name), name)
    execFileSync('chown', ['-R', NOBODY, house.data, place.path])
    chownSync(join(keys, 'master-1.key'), 0, 0)
    chmodSync(join(keys, 'master-1.key'), 0o600)
    const target = join(place.path, 'backup')
    process.seteuid?.(Number(NOBODY))
    try {
      const { unreadable } = await backupStore(store, house.data, target)
      expect(unreadable).toEqual([join(keys, 'master-1.key')])
    } finally {
      process.seteuid?.(0)
    }
    expect(readdirSync(join(target, 'keys'))).toEqual(['seal.pub'])
    expect(await restored(target, expectWhole)).toHaveLength(9)
  })

  it('is made from the snapshot before where the newest is damaged', async () => {
    const { house } = await aStore()
    await using _ = house
    using place = temporaryDirectory()
    await house.closeAll()
    const [newest = 0] = house.layout.generations().snapshots
    writeFileSync(house.layout.snapshot(newest), '')
    const store = await house.open()
    const target = join(place.path, 'backup')
    await backupStore(store, house.data, target)
    expect(await restored(target, expectWhole)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('is refused into what is not empty, not a directory, without a parent, or within the data directory', async () => {
    const { house, store } = await aStore()
    await using _ = house
    using place = temporaryDirectory()
    const file = join(place.path, 'file')
    writeFileSync(file, '')
    for (const target of [
      place.path,
      file,
      join(place.path, 'no', 'parent'),
      join(house.data, 'backup'),
      house.data,
      '/',
    ]) {
      const refused = backupStore(store, house.data, target)
      await expect(refused, target).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining(target) })
    }
    expect(readdirSync(place.path)).toEqual(['file'])
  })

  it('is made in an empty directory', async () => {
    const { house, store } = await aStore()
    await using _ = house
    using place = temporaryDirectory()
    expect((await backupStore(store, house.data, place.path)).sequence).toBe(9)
  })

  it('of a store with a damaged log leaves nothing behind, and says what is damaged', async () => {
    const { house, store } = await aStore()
    await using _ = house
    using place = temporaryDirectory()
    writeFileSync(house.layout.segment('audit/2026-11.jsonl'), Buffer.alloc(5000))
    const target = join(place.path, 'backup')
    await expect(backupStore(store, house.data, target)).rejects.toThrow('audit/2026-11.jsonl')
    expect(readdirSync(target)).toEqual([])
    rmSync(target, { recursive: true })
  })
})
