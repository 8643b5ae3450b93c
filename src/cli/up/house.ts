import { join } from 'node:path'
import { currentActor } from '../../core/host/environment.ts'
import { systemIds } from '../../core/host/random.ts'
import { openStore } from '../../core/open.ts'
import type { MasterKeys } from '../../core/secrets/master-key.ts'
import type { Store } from '../../core/store/port.ts'
import type { Context } from '../../core/usecases/context.ts'
import { beginDaemon, keysOf, lockOrStop } from '../../daemon/begin.ts'
import { makeLog } from '../../daemon/log.ts'

/** A store with its daemon, both in this process. */
export interface House extends AsyncDisposable {
  readonly data: string
  readonly store: Store
  /** For what the operator does, at this door. */
  readonly context: Context
  readonly keys: MasterKeys
  /** The daemon's log of this run. */
  readonly log: string
  /** Aborts, with the error as its reason, when the daemon breaks. */
  readonly broken: AbortSignal
  /** Why what is read may be old, in a sentence: the store is damaged, or no longer there. Null while all is well. */
  readonly trouble: () => string | null
}

/**
 * Opens the store of a data directory, makes what is missing of it, and starts its daemon. Disposing of it stops the
 * daemon: letters under way are finished first.
 * @throws Stop when the directory cannot be used or another daemon holds it, StoreError, MasterKeyError.
 */
export async function openHouse(data: string, warn: (sentence: string) => void): Promise<House> {
  // Asked first: opening the store gives up root's privileges.
  const actor = currentActor('command line')
  await using opened = new AsyncDisposableStack()
  const store = await openStore(data, { create: true, warn })
  opened.defer(() => store.close())
  opened.use(await lockOrStop(data))
  const log = join(data, 'up.log')
  const daemon = await beginDaemon(data, store, makeLog(log), 'everything')
  const breaking = new AbortController()
  daemon.ended.catch((error: unknown) => breaking.abort(error))
  // One that broke has said so already.
  opened.defer(() => (breaking.signal.aborted ? undefined : daemon.stop()))

  const held = opened.move()
  return {
    data,
    store,
    context: { store, actor, ids: systemIds },
    keys: keysOf(data),
    log,
    broken: breaking.signal,
    trouble: () => store.trouble,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
