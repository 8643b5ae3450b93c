import { ftruncateSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { FileLock } from './lock.ts'

const lockPath = (data: string) => join(data, 'daemon.lock')

/** A door that looks whether a daemon is there holds the lock for microseconds: a starting daemon tries again. */
const TRIES = 10
const BETWEEN_TRIES_MS = 50

export type DaemonLock =
  | { readonly ok: true; readonly lock: FileLock }
  /** Another daemon has it; its pid where it can be read. */
  | { readonly ok: false; readonly pid: number | null }

/** Takes the lock that makes this process the one daemon of the data directory, for life; its pid stands in the file. */
export async function takeDaemonLock(data: string): Promise<DaemonLock> {
  const lock = FileLock.open(lockPath(data), 0o640)
  for (let tries = 1; !lock.tryExclusive(); tries++) {
    if (tries === TRIES) {
      lock.close()
      return { ok: false, pid: ownerOf(data) }
    }
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS))
  }
  ftruncateSync(lock.descriptor, 0)
  writeSync(lock.descriptor, `${process.pid}\n`, 0)
  return { ok: true, lock }
}

/** The pid of the daemon that holds the data directory, or null when none does. Operators may read the lock, no more. */
export function daemonPid(data: string): number | null {
  let lock: FileLock
  try {
    lock = FileLock.openToLook(lockPath(data))
  } catch {
    // Where there is no lock there was never a daemon.
    return null
  }
  const free = lock.tryShared()
  lock.close()
  return free ? null : ownerOf(data)
}

function ownerOf(data: string): number | null {
  try {
    return Number.parseInt(readFileSync(lockPath(data), 'utf8'), 10) || null
  } catch {
    return null
  }
}
