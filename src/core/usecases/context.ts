import type { Actor } from '../domain/actor.ts'
import type { Ids } from '../domain/ids.ts'
import type { Store } from '../store/port.ts'

/** What every use case works with: the store, who asks, and a source of ids. */
export interface Context {
  readonly store: Store
  readonly actor: Actor
  readonly ids: Ids
}

/** Bytes of a round's nonce: as many as the master key has. */
export const NONCE_BYTES = 32
