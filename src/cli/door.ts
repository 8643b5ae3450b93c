import { EXIT, Stop } from '../core/exit.ts'
import { takeDaemonLock } from '../core/host/daemon-lock.ts'
import { currentActor } from '../core/host/environment.ts'
import type { FileLock } from '../core/host/lock.ts'
import { systemIds } from '../core/host/random.ts'
import { inCheckout, openStore } from '../core/open.ts'
import type { EmbeddedStore } from '../core/store/embedded/embedded-store.ts'
import { describeDamage } from '../core/store/embedded/replica.ts'
import type { Context } from '../core/usecases/context.ts'
import type { Call } from './definition.ts'

/** The store, open, with all that a use case needs. */
export interface Door {
  readonly store: EmbeddedStore
  readonly context: Context
  readonly data: string
}

/**
 * Opens the store once, does `work` and closes it. In a checkout what is missing is made on the way.
 * @throws Stop, StoreError or MasterKeyError where there is no store that can be used.
 */
export async function atStore<Result>(
  { data, io }: Call,
  work: (door: Door) => Promise<Result>,
  create = inCheckout(),
): Promise<Result> {
  // Asked first: opening the store gives up root's privileges.
  const actor = currentActor('command line')
  const store = await openStore(data, { create, warn: (sentence) => io.complain(sentence) })
  try {
    const result = await work({ store, context: { store, actor, ids: systemIds }, data })
    // What was read is what stood before the damage; what writes has been refused with these words.
    if (store.damage !== null) io.complain(`! ${describeDamage(store.damage)}`)
    return result
  } finally {
    await store.close()
  }
}

/**
 * The lock of the one daemon, for what only its holder may do.
 * @param otherwise what to say where a daemon has it, behind its pid
 * @throws Stop
 */
export async function lockForUpkeep(data: string, otherwise: string): Promise<FileLock> {
  const taken = await takeDaemonLock(data).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code !== 'EACCES' && code !== 'EROFS') throw error
    throw new Stop(
      EXIT.config,
      `${data}/daemon.lock may not be written by this account: run it as the owner of ${data}.`,
    )
  })
  if (taken.ok) return taken.lock
  throw new Stop(EXIT.failed, `A daemon (pid ${taken.pid ?? 'unknown'}) is running: ${otherwise}`)
}
