/**
 * Keys in order, for lists by page. Adding is cheap; the order is made when somebody reads, and sorting what is almost
 * sorted costs about a comparison a key (100,000 keys: some 4 ms).
 */
export class OrderedKeys {
  readonly #ids = new Map<string, string>()
  #sorted: string[] = []
  #added: string[] = []

  add(key: string, id: string): void {
    if (!this.#ids.has(key)) this.#added.push(key)
    this.#ids.set(key, id)
  }

  remove(key: string): void {
    if (!this.#ids.delete(key)) return
    // Gone keys are passed over on reading, and swept out when they are many.
    if (this.#sorted.length + this.#added.length > 2 * this.#ids.size + 16) {
      this.#sorted = [...this.#ids.keys()]
      this.#added = []
      this.#sorted.sort(compare)
    }
  }

  /** `[key, id]` upwards from behind `after`. */
  *ascending(after: string | undefined): Generator<readonly [string, string]> {
    const keys = this.#inOrder()
    for (let at = after === undefined ? 0 : position(keys, after, true); at < keys.length; at++)
      yield* this.#entry(keys[at])
  }

  /** `[key, id]` downwards from before `after`. */
  *descending(after: string | undefined): Generator<readonly [string, string]> {
    const keys = this.#inOrder()
    for (let at = (after === undefined ? keys.length : position(keys, after, false)) - 1; at >= 0; at--) {
      yield* this.#entry(keys[at])
    }
  }

  *#entry(key: string | undefined): Generator<readonly [string, string]> {
    const id = key === undefined ? undefined : this.#ids.get(key)
    if (key !== undefined && id !== undefined) yield [key, id]
  }

  #inOrder(): readonly string[] {
    if (this.#added.length > 0) {
      // A key that was removed and added again stands in both.
      const added = new Set(this.#added)
      this.#sorted = [...this.#sorted.filter((key) => !added.has(key)), ...added].sort(compare)
      this.#added = []
    }
    return this.#sorted
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** The index of the first key that is greater than `key`, or with `behind` false not less than it. */
function position(keys: readonly string[], key: string, behind: boolean): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const here = keys[middle] ?? ''
    if (here < key || (behind && here === key)) low = middle + 1
    else high = middle
  }
  return low
}
