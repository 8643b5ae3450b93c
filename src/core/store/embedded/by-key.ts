/**
 * Finds rows by a key of theirs, by their ids. Several rows may have one key, if only within a transaction that swaps
 * two usernames: none is lost when another lets go of it.
 */
export class ByKey {
  /** Nearly every key has one row: a set for each would cost several times the memory. */
  readonly #ids = new Map<string, string | Set<string>>()

  add(key: string, id: string): void {
    const found = this.#ids.get(key)
    if (found === undefined) this.#ids.set(key, id)
    else if (typeof found !== 'string') found.add(id)
    else if (found !== id) this.#ids.set(key, new Set([found, id]))
  }

  remove(key: string, id: string): void {
    const found = this.#ids.get(key)
    if (found === id) this.#ids.delete(key)
    if (found === undefined || typeof found === 'string') return
    found.delete(id)
    const [only] = found
    if (found.size === 1 && only !== undefined) this.#ids.set(key, only)
  }

  /** One of the key's ids. */
  first(key: string): string | undefined {
    const found = this.#ids.get(key)
    return found === undefined || typeof found === 'string' ? found : found.values().next().value
  }

  all(key: string): readonly string[] {
    const found = this.#ids.get(key)
    if (found === undefined) return []
    return typeof found === 'string' ? [found] : [...found]
  }
}
