import type { Store } from '../../core/store/port.ts'

export interface Waiting {
  /** Ends the waiting with its reason as the error. */
  readonly signal: AbortSignal
  /** How long to wait at most, in ms. */
  readonly patience: number
}

/**
 * Looks, and looks again after each change of the store, until `look` finds something.
 * @returns what it found, or null when the patience was over first.
 */
export async function until<Found>(
  store: Pick<Store, 'changes'>,
  { signal, patience }: Waiting,
  look: () => Promise<Found | null>,
): Promise<Found | null> {
  const found = new AbortController()
  const ends = AbortSignal.any([signal, AbortSignal.timeout(patience), found.signal])
  const changes = store.changes(ends)[Symbol.asyncIterator]()
  try {
    // Subscribed before the first look, so that nothing falls between.
    let change = changes.next()
    for (;;) {
      signal.throwIfAborted()
      const result = await look()
      if (result !== null) return result
      if ((await change).done === true) break
      change = changes.next()
    }
    signal.throwIfAborted()
    return null
  } finally {
    found.abort()
  }
}
