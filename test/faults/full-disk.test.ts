import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { anActor, aUser } from '../support/builders.ts'
import { needs } from '../support/needs.ts'
import { StoreHouse, temporaryDirectory } from '../support/store.ts'
import { expectWhole } from './expectations.ts'
import { numbered } from './steps.ts'

/** A disk of one mebibyte, until it is disposed of. */
function smallDisk(): Disposable & { readonly path: string } {
  const directory = temporaryDirectory()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', directory.path])
  return {
    path: directory.path,
    [Symbol.dispose]() {
      execFileSync('umount', ['-l', directory.path])
      directory[Symbol.dispose]()
    },
  }
}

/** Fills a disk to the last byte; what frees it again. */
function fill(directory: string): () => void {
  const path = join(directory, 'ballast')
  const fd = openSync(path, 'w')
  for (const size of [64 * 1024, 4096, 1]) {
    try {
      for (;;) if (writeSync(fd, Buffer.alloc(size)) < size) break
    } catch {
      // Full, down to this size.
    }
  }
  closeSync(fd)
  return () => rmSync(path)
}

needs('tmpfs').describe('a disk that is full (case 35)', () => {
  needs('tmpfs').it(
    'refuses the change in words, keeps all others, and goes on when there is space again',
    async () => {
      using disk = smallDisk()
      await using house = await StoreHouse.make(disk.path)
      const store = await house.open()
      await numbered(store, 1)
      for (const round of [2, 4, 6]) {
        const free = fill(disk.path)
        let refused: unknown = null
        // What is left of the journal's last page is room for some.
        for (let tries = 0; tries < 99 && refused === null; tries++) {
          refused = await store
            .transact(anActor, 'users.add', async (tx) => tx.put('user', aUser()))
            .then(() => null)
            .catch((error: unknown) => error)
        }
        expect(refused).toMatchObject({
          kind: 'full',
          message: expect.stringContaining('nothing of this change was saved'),
        })
        await expect(store.fold()).rejects.toMatchObject({ kind: 'full' })
        const users = (await store.users({ limit: 99 })).items
        expect((await (await house.open()).users({ limit: 99 })).items).toEqual(users)
        free()
        await numbered(store, round)
        if (round === 4) await store.fold()
      }
      const reader = await house.open()
      expect(reader.damage).toBeNull()
      expect((await reader.mailLog({ limit: 9 })).items.map(({ subject }) => subject)).toEqual(['6', '4', '2', '1'])
      expect(house.warnings).toEqual([])
    },
  )

  needs('tmpfs').it(
    'on which a writer died in the middle of a line goes on when there is space for the torn off part',
    async () => {
      using disk = smallDisk()
      await using house = await StoreHouse.make(disk.path)
      const store = await house.open()
      await numbered(store, 1)
      const free = fill(disk.path)
      // The rest of the last page is all that a line could have.
      const fd = openSync(house.layout.journal(2), 'a')
      writeSync(fd, 'torn')
      closeSync(fd)
      await expect(numbered(store, 2)).rejects.toMatchObject({ kind: 'full' })
      free()
      await numbered(store, 3)
      expect(await expectWhole(await house.open())).toEqual([1, 3])
      expect(house.warnings).toHaveLength(1)
    },
  )
})
