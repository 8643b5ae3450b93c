import { chmodSync, existsSync, fstatSync, mkdirSync, writeSync } from 'node:fs'
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
  if (fstatSync(lock.descriptor).size < LOCK_FILE.length) writeSync(lock.descriptor, LOCK_FILE, 0, LOCK_FILE.length, 0)
  const { snapshots, journals } = layout.generations()
  const { head, rows } = emptySnapshot()
  const fresh = snapshots.length === 0 && journals.length === 0
  if (fresh) await writeSnapshot(layout.snapshot(head.generation), { head, rows }, realDisk)
  const unfinished = snapshots.length === 1 && snapshots[0] === head.generation && journals.length === 0
  if (fresh || unfinished) {
    await createJournal(layout, realDisk, { format: FORMAT, generation: head.generation + 1, sequence: head.sequence })
  }
  await syncDirectory(realDisk, data)
  return fresh
}
