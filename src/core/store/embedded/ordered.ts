/**
 * Keys in order, for lists by page. Adding is cheap; the order is made when somebody reads: a key that is greater than
 * all others, as a new task's is, is appended, anything else merged in.
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
      this.#sorted = [...this.#ids.keys()].sort(compare)
      this.#added = []
    }
  }

  /** `[key, id]` upwards from behind `after`. */
  *ascending(after?: string): Generator<readonly [string, string]> {
    const keys = this.#inOrder()
    for (let at = after === undefined ? 0 : position(keys, after, true); at < keys.length; at++) {
      const key = keys[at] ?? ''
      const id = this.#ids.get(key)
      if (id !== undefined) yield [key, id]
    }
  }

  /** `[key, id]` downwards from before `after`. */
  *descending(after?: string): Generator<readonly [string, string]> {
    const keys = this.#inOrder()
    for (let at = (after === undefined ? keys.length : position(keys, after, false)) - 1; at >= 0; at--) {
      const key = keys[at] ?? ''
      const id = this.#ids.get(key)
      if (id !== undefined) yield [key, id]
    }
  }

  #inOrder(): readonly string[] {
    if (this.#added.length > 0) {
      const added = this.#added.sort(compare)
      const last = this.#sorted.at(-1)
      if (last === undefined || compare(last, added[0] ?? '') < 0) for (const key of added) push(this.#sorted, key)
      else this.#sorted = merge(this.#sorted, added)
      this.#added = []
    }
    return this.#sorted
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** A key that was removed and added again stands in both lists, or twice in one. */
function push(keys: string[], key: string): void {
  if (keys.at(-1) !== key) keys.push(key)
}

function merge(one: readonly string[], other: readonly string[]): string[] {
  const merged: string[] = []
  let at = 0
  for (const key of one) {
    for (let next = other[at]; next !== undefined && next < key; next = other[++at]) push(merged, next)
    push(merged, key)
  }
  for (; at < other.length; at++) push(merged, other[at] ?? '')
  return merged
}

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
