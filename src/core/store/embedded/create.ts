import { chmodSync, existsSync, fstatSync, fsyncSync, mkdirSync, writeSync } from 'node:fs'
import { FileLock } from '../../host/lock.ts'
import { FORMAT } from './commit.ts'
import { realDisk, syncDirectory } from './disk.ts'
import { createJournal } from './fold.ts'
import { FILE_MODE, Layout, STORE_MODE } from './layout.ts'
import { emptySnapshot, writeSnapshot } from './snapshot.ts'
import { LOCK_FILE } from './writers-lock.ts'

/**
 * Makes an empty store in the data directory `data`, which is there; one that exists is left as it is. Any number of
 * processes may call it at once, and one that died on the way is finished by the next.
 * @returns whether there was none.
 */
export async function createStore(data: string): Promise<boolean> {
  const layout = new Layout(data)
  if (!existsSync(layout.store)) {
    mkdirSync(layout.store, { recursive: true })
    // mkdir's own mode would be cut by the umask.
    chmodSync(layout.store, STORE_MODE)
  }
  using lock = FileLock.open(layout.lock, FILE_MODE)
  if (!lock.tryExclusive()) await lock.waitExclusive()
  // The lock file is filled last: a store that was once made and has lost its files is not a new one.
  if (fstatSync(lock.descriptor).size >= LOCK_FILE.length) return false
  const { head, rows } = emptySnapshot()
  const { snapshots, journals } = layout.generations()
  if (!snapshots.includes(head.generation)) await writeSnapshot(layout.snapshot(head.generation), { head, rows }, realDisk)
  if (!journals.includes(head.generation + 1)) {
    await createJournal(layout, realDisk, { format: FORMAT, generation: head.generation + 1, sequence: head.sequence })
  }
  writeSync(lock.descriptor, LOCK_FILE, 0, LOCK_FILE.length, 0)
  fsyncSync(lock.descriptor)
  await syncDirectory(realDisk, layout.store)
  await syncDirectory(realDisk, data)
  return true
}
