import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createStore } from '../../src/core/store/embedded/create.ts'
import { anActor, anUnknownSetting } from '../support/builders.ts'
import { StoreHouse, temporaryDirectory } from '../support/store.ts'
import { tellingDisk } from './disk.ts'
import { numbered, runScript } from './steps.ts'

/** A disk that notes its calls: `fsync journal-000003.jsonl.tmp`. */
function notingDisk() {
  const calls: string[] = []
  return { calls, disk: tellingDisk({ before: (call) => calls.push(call) }) }
}

/** What must hold before and after each call, so that no power loss takes what was acknowledged. */
function expectSafe(calls: readonly string[]): void {
  for (const [at, call] of calls.entries()) {
    const [kind, file = ''] = call.split(' ')
    const before = calls.slice(0, at)
    const what = `${call}, call ${at} of:\n${calls.join('\n')}`
    // What is renamed into place has been synced, all of it, and its name is synced next.
    if (kind === 'rename') {
      const wrote = before.lastIndexOf(`append ${file}.tmp`)
      expect(before.slice(wrote + 1), what).toEqual([`fsync ${file}.tmp`])
      expect(calls[at + 1], what).toBe('fsync store')
    }
    // A commit is synced before anything else happens, and so before it is acknowledged.
    if (kind === 'write') expect(calls[at + 1], what).toBe(`fdatasync ${file}`)
    // Log entries are durable before the snapshot that has their lengths, and new files are named durably.
    if (kind === 'append' && /^\d{4}-/.test(file)) {
      const snapshot = calls.findIndex((other, index) => index > at && /^rename snapshot/.test(other))
      expect(calls.slice(at, snapshot), what).toContain(`fdatasync ${file}`)
    }
    // Nothing is removed before what replaces it is durable.
    if (kind === 'remove' && !file.endsWith('.tmp')) {
      const renamed = before.findLastIndex((other) => /^rename snapshot/.test(other))
      expect(renamed, what).toBeGreaterThan(-1)
      expect(before[renamed + 1], what).toBe('fsync store')
    }
  }
}

describe('the order of what is written and synced', () => {
  it('keeps all that was acknowledged, through commits and folds', async () => {
    await using house = await StoreHouse.make()
    const { disk, calls } = notingDisk()
    await runScript(await house.open({ disk }), () => {})
    expect(calls.filter((call) => call.startsWith('rename '))).toHaveLength(6)
    expectSafe(calls)
  })

  it('makes the next journal, durably, before the snapshot that stands in for the one before', async () => {
    await using house = await StoreHouse.make()
    const { disk, calls } = notingDisk()
    const store = await house.open({ disk })
    await numbered(store, 1)
    await store.fold()
    const journal = calls.indexOf('rename journal-000003.jsonl')
    const snapshot = calls.indexOf('rename snapshot-000002.json')
    expect(calls.slice(journal, snapshot)).toContain('fsync store')
    expect(calls.indexOf('append 2026-11.jsonl')).toBeGreaterThan(journal)
    expect(calls.lastIndexOf('fdatasync 2026-11.jsonl')).toBeLessThan(snapshot)
  })

  it('makes a store whose journal is there before its snapshot is', async () => {
    using directory = temporaryDirectory()
    const { disk, calls } = notingDisk()
    await createStore(directory.path, disk)
    const renames = calls.filter((call) => call.startsWith('rename '))
    expect(renames).toEqual(['rename journal-000002.jsonl', 'rename snapshot-000001.json'])
    expectSafe(calls)
    expect(calls.at(-1)).toBe(`fsync ${directory.path.slice(dirname(directory.path).length + 1)}`)
  })

  it('syncs what another process wrote before anything is written behind it', async () => {
    await using house = await StoreHouse.make()
    const { disk, calls } = notingDisk()
    const [store, other] = [await house.open({ disk }), await house.open()]
    await numbered(store, 1)
    calls.length = 0
    await numbered(store, 2)
    expect(calls).toEqual(['write journal-000002.jsonl', 'fdatasync journal-000002.jsonl'])
    await numbered(other, 3)
    calls.length = 0
    await numbered(store, 4)
    const [journal] = ['journal-000002.jsonl']
    expect(calls).toEqual([`fdatasync ${journal}`, `write ${journal}`, `fdatasync ${journal}`])
  })

  it('syncs the name of a journal that another process made before anything is written to it', async () => {
    await using house = await StoreHouse.make()
    const { disk, calls } = notingDisk()
    const [store, folder] = [await house.open({ disk }), await house.open()]
    await numbered(store, 1)
    await folder.fold()
    calls.length = 0
    await numbered(store, 2)
    const journal = 'journal-000003.jsonl'
    expect(calls).toEqual([`fdatasync ${journal}`, 'fsync store', `write ${journal}`, `fdatasync ${journal}`])
  })

  it('writes a commit of many transactions in one write and one sync', async () => {
    await using house = await StoreHouse.make()
    const { disk, calls } = notingDisk()
    const store = await house.open({ disk })
    await numbered(store, 1)
    calls.length = 0
    await Promise.all(Array.from({ length: 500 }, (_, index) => numbered(store, 2 + index)))
    expect(calls).toHaveLength(2)
  })

  it('makes several commits of what is too much for one', async () => {
    await using house = await StoreHouse.make()
    const { disk, calls } = notingDisk()
    const store = await house.open({ disk })
    const long = (name: string) => ({ ...anUnknownSetting(name), value: 'x'.repeat(10 * 2 ** 20) })
    const put = (name: string) => store.transact(anActor, 'long', async (tx) => tx.put('setting', long(name)))
    await Promise.all(['a', 'b', 'c'].map(put))
    expect(calls.filter((call) => call.startsWith('write '))).toHaveLength(2)
    await Promise.all(Array.from({ length: 1500 }, (_, index) => numbered(store, index)))
    expect(calls.filter((call) => call.startsWith('write '))).toHaveLength(4)
  })
})
