import { chmodSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkStore } from '../../../../src/core/store/embedded/check.ts'
import { createStore } from '../../../../src/core/store/embedded/create.ts'
import { EmbeddedStore } from '../../../../src/core/store/embedded/embedded-store.ts'
import { Layout } from '../../../../src/core/store/embedded/layout.ts'
import { StoreError } from '../../../../src/core/store/error.ts'
import { faultyDisk } from '../../../faults/disk.ts'
import { numbered, numbersIn } from '../../../faults/steps.ts'
import { ManualClock } from '../../../support/clock.ts'
import { needs } from '../../../support/needs.ts'
import { StoreHouse, temporaryDirectory } from '../../../support/store.ts'

/** What is in the store of a directory after one more transaction. */
async function goesOn(data: string): Promise<number[]> {
  const store = await EmbeddedStore.open(data, { clock: new ManualClock() })
  try {
    await numbered(store, 7)
    return await numbersIn(store)
  } finally {
    await store.close()
  }
}

describe('a store is made', () => {
  it('where there is none, and left as it is where there is one', async () => {
    using directory = temporaryDirectory()
    expect(await createStore(directory.path)).toBe(true)
    expect(await goesOn(directory.path)).toEqual([7])
    expect(await createStore(directory.path)).toBe(false)
    expect(await goesOn(directory.path)).toEqual([7])
  })

  it('with the modes that operators need, whatever the umask', async () => {
    using directory = temporaryDirectory()
    chmodSync(directory.path, 0o750)
    const umask = process.umask(0o077)
    try {
      await createStore(directory.path)
      const store = await EmbeddedStore.open(directory.path, { clock: new ManualClock() })
      await numbered(store, 1)
      await store.fold()
      await store.close()
    } finally {
      process.umask(umask)
    }
    expect((await checkStore(directory.path)).worst).toBe('ok')
    expect(statSync(new Layout(directory.path).lock).mode & 0o777).toBe(0o660)
  })

  needs('root').it('for the group of the data directory', async () => {
    using directory = temporaryDirectory()
    const { chownSync } = await import('node:fs')
    chownSync(directory.path, 0, 4711)
    await createStore(directory.path)
    const store = join(directory.path, 'store')
    for (const name of ['', ...readdirSync(store)]) expect(statSync(join(store, name)).gid, name).toBe(4711)
  })

  it('once by twenty who try at the same moment', async () => {
    using directory = temporaryDirectory()
    const made = await Promise.all(Array.from({ length: 20 }, () => createStore(directory.path)))
    expect(made.filter(Boolean)).toHaveLength(1)
    expect(await goesOn(directory.path)).toEqual([7])
  })

  it.each(['EIO', 'ENOSPC', 'short write'] as const)(
    'by the next when one failed on the way, at whichever call: %s',
    async (fault) => {
      for (let at = 1; ; at++) {
        using directory = temporaryDirectory()
        const { disk, calls } = faultyDisk({ at, forever: true, fault })
        const made = await createStore(directory.path, disk).catch((error: unknown) => error)
        if (made === true) {
          expect(calls.length).toBeGreaterThan(8)
          return
        }
        expect(made).toBeInstanceOf(StoreError)
        await createStore(directory.path)
        expect(await goesOn(directory.path), `call ${at}`).toEqual([7])
        expect((await checkStore(directory.path)).findings.filter(({ severity }) => severity === 'damage')).toEqual([])
      }
    },
  )

  it('by nobody where one has lost its files: that is not a new one', async () => {
    using directory = temporaryDirectory()
    await createStore(directory.path)
    const layout = new Layout(directory.path)
    for (const path of [layout.snapshot(1), layout.journal(2)]) rmSync(path)
    expect(await createStore(directory.path)).toBe(false)
    expect(layout.generations()).toEqual({ snapshots: [], journals: [] })
  })

  it('by nobody where one has lost its lock file alone', async () => {
    await using house = await StoreHouse.make()
    const store = await house.open()
    await numbered(store, 1)
    await store.fold()
    await house.closeAll()
    rmSync(house.layout.lock)
    const before = house.layout.generations()
    expect(await createStore(house.data)).toBe(false)
    expect(house.layout.generations()).toEqual(before)
    expect(await goesOn(house.data)).toEqual([1, 7])
  })
})

needs('root').describe('a store is opened by an account', () => {
  const NOBODY = 65534

  async function asNobody<Result>(work: () => Promise<Result>): Promise<Result> {
    process.seteuid?.(NOBODY)
    try {
      return await work()
    } finally {
      process.seteuid?.(0)
    }
  }

  needs('root').it('that may read it only: it reads and follows, and is refused what it would write', async () => {
    await using house = await StoreHouse.make()
    const store = await house.open()
    await numbered(store, 1)
    for (const path of [house.data, house.layout.store]) chmodSync(path, 0o755)
    for (const name of house.layout.names()) chmodSync(house.layout.segment(name), 0o644)
    const reader = await asNobody(() => house.open())
    expect(await numbersIn(reader)).toEqual([1])
    await numbered(store, 2)
    expect(await numbersIn(reader)).toEqual([1, 2])
    const refused = await asNobody(() => numbered(reader, 3).catch((error: unknown) => error))
    expect(refused).toMatchObject({ kind: 'refused', message: expect.stringContaining('EACCES') })
    expect(await numbersIn(reader)).toEqual([1, 2])
  })

  needs('root').it('that may not read it is told so', async () => {
    await using house = await StoreHouse.make()
    chmodSync(house.data, 0o755)
    chmodSync(house.layout.store, 0o2700)
    const refused = await asNobody(() => house.open().catch((error: unknown) => error))
    expect(refused).toMatchObject({ kind: 'refused', message: expect.stringContaining(house.layout.store) })
  })
})

describe('whatever lies about in the store', () => {
  it('is no snapshot, no journal, and in nobody’s way', async () => {
    await using house = await StoreHouse.make()
    for (const name of ['snapshot-9.json', 'snapshot-000009.json.bak', 'journal-000009.jsonl~', 'x']) {
      writeFileSync(house.layout.segment(name), 'x')
    }
    expect(await goesOn(house.data)).toEqual([7])
  })
})
