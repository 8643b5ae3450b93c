import { EXIT, Stop } from '../core/exit.ts'
import { systemClock } from '../core/host/clock.ts'
import { takeDaemonLock } from '../core/host/daemon-lock.ts'
import { currentActor, environment } from '../core/host/environment.ts'
import type { FileLock } from '../core/host/lock.ts'
import { systemIds } from '../core/host/random.ts'
import { templatesDirectory, version } from '../core/open.ts'
import type { MasterKeys } from '../core/secrets/master-key.ts'
import { openMasterKeys } from '../core/secrets/master-key.ts'
import { publishSealKey } from '../core/secrets/seal-key.ts'
import type { Store, Upkeep } from '../core/store/port.ts'
import { type Daemon, type DaemonWork, startDaemon } from './daemon.ts'
import type { Log } from './log.ts'

/**
 * The lock of the one daemon of a data directory.
 * @throws Stop with exit status 78 naming the owner's pid.
 */
export async function lockOrStop(data: string): Promise<FileLock> {
  const taken = await takeDaemonLock(data)
  if (taken.ok) return taken.lock
  const owner = `Another daemon (pid ${taken.pid ?? 'unknown'}) holds ${data}`
  throw new Stop(EXIT.config, `${owner}: there is one daemon a store. Stop that one first, or use it as it is.`)
}

/** The master keys of a data directory, and those that systemd hands over. */
export const keysOf = (data: string): MasterKeys =>
  openMasterKeys(data, environment().credentialsDirectory ?? undefined)

/**
 * Starts the daemon of an open store; this process holds the daemon's lock.
 * @throws StoreError for a store that is damaged, MasterKeyError.
 */
export async function beginDaemon(data: string, store: Store & Upkeep, log: Log, work: DaemonWork): Promise<Daemon> {
  await store.recover()
  const keys = keysOf(data)
  await publishSealKey(data, keys)
  return startDaemon(
    {
      context: { store, actor: currentActor('daemon'), ids: systemIds },
      upkeep: store,
      keys,
      data,
      templates: templatesDirectory(data),
      version: version(),
      clock: systemClock,
      log,
      random: Math.random,
    },
    work,
  )
}
