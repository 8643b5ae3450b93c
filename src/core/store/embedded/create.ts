import {
  chmodSync,
  chownSync,
  existsSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  statSync,
  writeSync,
} from 'node:fs'
import { FileLock } from '../../host/lock.ts'
import { FORMAT } from './commit.ts'
import { type Disk, realDisk, syncDirectory } from './disk.ts'
import { createJournal } from './fold.ts'
import { FILE_MODE, Layout, STORE_MODE } from './layout.ts'
import { emptySnapshot, writeSnapshot } from './snapshot.ts'
import { storeError } from './system-error.ts'
import { LOCK_FILE } from './writers-lock.ts'

/**
 * Makes an empty store in the data directory `data`, which is there; one that exists is left as it is. Any number of
 * processes may call it at once, and one that died on the way is finished by the next.
 * @returns whether there was none.
 * @throws StoreError
 */
export async function createStore(data: string, disk: Disk = realDisk): Promise<boolean> {
  try {
    const layout = new Layout(data)
    makeStoreDirectory(layout.store, data)
    using lock = FileLock.open(layout.lock, FILE_MODE)
    if (!lock.tryExclusive()) await lock.waitExclusive()
    // The lock file is filled last: a store that was once made and has lost its files is not a new one.
    if (fstatSync(lock.descriptor).size >= LOCK_FILE.length) return false
    const fresh = isFresh(layout)
    if (fresh) await fill(layout, disk)
    fchmodSync(lock.descriptor, FILE_MODE)
    writeSync(lock.descriptor, LOCK_FILE, 0, LOCK_FILE.length, 0)
    fsyncSync(lock.descriptor)
    await syncDirectory(disk, layout.store)
    await syncDirectory(disk, data)
    return fresh
  } catch (error) {
    throw storeError(error, `no store was made in ${data}`)
  }
}

function makeStoreDirectory(store: string, data: string): void {
  if (existsSync(store)) return
  mkdirSync(store, { recursive: true })
  const { gid } = statSync(data)
  if (statSync(store).gid !== gid) chownSync(store, -1, gid)
  // mkdir's own mode would be cut by the umask.
  chmodSync(store, STORE_MODE)
}

const FIRST = emptySnapshot()

/** Whether nothing is there but what one who died while making a store may have left. */
function isFresh(layout: Layout): boolean {
  const { snapshots, journals } = layout.generations()
  const { generation } = FIRST.head
  return snapshots.every((found) => found === generation) && journals.every((found) => found === generation + 1)
}

/** The journal comes first, as always: a snapshot without the journal behind it has lost something. */
async function fill(layout: Layout, disk: Disk): Promise<void> {
  const { snapshots, journals } = layout.generations()
  const { generation, sequence } = FIRST.head
  if (journals.length === 0) await createJournal(layout, disk, { format: FORMAT, generation: generation + 1, sequence })
  if (snapshots.length === 0) await writeSnapshot(layout.snapshot(generation), FIRST, disk)
}
