import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { StoreHouse } from '../support/store.ts'
import { faultyDisk, systemError, tellingDisk } from './disk.ts'
import { expectWhole } from './expectations.ts'
import { numbered } from './steps.ts'

/** A disk whose next sync fails when it is told so. */
function failingSync() {
  let failing = false
  const disk = tellingDisk({
    before(call) {
      if (failing && /^f(data)?sync /.test(call)) throw systemError('EIO', call)
    },
  })
  return {
    disk,
    fail: (fails: boolean) => {
      failing = fails
    },
  }
}

describe('a sync that fails (case 36)', () => {
  it('says that it is not known whether the change was saved, and nobody writes until a daemon has started', async () => {
    await using house = await StoreHouse.make()
    const { disk, fail } = failingSync()
    const [store, other] = [await house.open({ disk }), await house.open()]
    await numbered(other, 1)
    await numbered(store, 2)
    fail(true)
    const failed = numbered(store, 3)
    await expect(failed).rejects.toMatchObject({ kind: 'failed', message: expect.stringContaining('not known') })
    fail(false)
    // The disk says it is well again: a sync that succeeds now would call lost pages good.
    for (const instance of [store, other, await house.open()]) {
      await expect(numbered(instance, 4)).rejects.toMatchObject({ kind: 'failed' })
      await expect(instance.fold()).rejects.toMatchObject({ kind: 'failed' })
      await expect(instance.still(async () => 0)).rejects.toMatchObject({ kind: 'failed' })
      expect((await instance.settings()).length).toBeGreaterThanOrEqual(2)
    }

    const daemon = await house.open()
    await daemon.recover()
    for (const [number, instance] of [store, other, daemon].entries()) await numbered(instance, 5 + number)
    expect(await expectWhole(daemon)).toEqual([1, 2, 3, 5, 6, 7])
    expect(await expectWhole(await house.open())).toEqual([1, 2, 3, 5, 6, 7])
  })

  it('that fails again while the daemon recovers leaves the store as it was', async () => {
    await using house = await StoreHouse.make()
    const { disk, fail } = failingSync()
    const store = await house.open({ disk })
    await numbered(store, 1)
    fail(true)
    await expect(numbered(store, 2)).rejects.toMatchObject({ kind: 'failed' })
    await expect(store.recover()).rejects.toMatchObject({ kind: 'failed' })
    fail(false)
    await expect(numbered(store, 3)).rejects.toMatchObject({ kind: 'failed' })
    await (await house.open()).recover()
    await numbered(store, 4)
    expect(await expectWhole(store)).toEqual([1, 2, 4])
  })

  it('at any call of the recovery can be recovered from by the next daemon', async () => {
    for (let at = 1; ; at++) {
      await using house = await StoreHouse.make()
      const { disk, fail } = failingSync()
      const store = await house.open({ disk })
      await numbered(store, 1)
      fail(true)
      await expect(numbered(store, 2)).rejects.toMatchObject({ kind: 'failed' })
      await house.closeAll()
      const faulty = faultyDisk({ at, forever: true, fault: 'EIO' })
      const daemon = await house.open({ disk: faulty.disk })
      const recovered = await daemon.recover().then(
        () => true,
        () => false,
      )
      await house.closeAll()
      const next = await house.open()
      await next.recover()
      await numbered(next, 3)
      await next.fold()
      expect(await expectWhole(await house.open()), `call ${at}`).toEqual([1, 2, 3])
      if (recovered) {
        expect(at).toBeGreaterThan(10)
        break
      }
    }
  })

  it('with a torn line behind it keeps what was torn off', async () => {
    await using house = await StoreHouse.make()
    const store = await house.open()
    await numbered(store, 1)
    await house.closeAll()
    writeFileSync(house.layout.journal(2), 'half a li', { flag: 'a' })
    const lock = readFileSync(house.layout.lock)
    lock.write('F')
    writeFileSync(house.layout.lock, lock)
    const daemon = await house.open()
    await daemon.recover()
    expect(house.layout.names().filter((name) => name.includes('.torn-'))).toHaveLength(1)
    await numbered(daemon, 2)
    expect(await expectWhole(daemon)).toEqual([1, 2])
    expect(house.warnings).toHaveLength(2)
  })

  it('is not recovered from where nothing failed', async () => {
    await using house = await StoreHouse.make()
    const store = await house.open()
    await numbered(store, 1)
    await store.recover()
    expect(house.layout.generations()).toEqual({ snapshots: [1], journals: [2] })
    expect(house.warnings).toEqual([])
  })
})
