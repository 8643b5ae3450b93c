import { atOnce, type Slices } from './slices.ts'

/** Steps that are taken between two pauses: a millisecond or two. */
const RUN = 2048
/** Keys that are sorted between two pauses, as long: what is left to be merged is fewer, longer runs. */
const SORTED = 8192

/**
 * Keys in order, for lists by page. Adding is cheap; the order is made when somebody reads: a key that is greater than
 * all others, as a new task's is, is appended, anything else merged in. Many are sorted in slices.
 */
export class OrderedKeys {
  readonly #ids = new Map<string, string>()
  #sorted: string[] = []
  #added: string[] = []
  /** Counts the orders made: work in slices finds out whether somebody else was quicker. */
  #orders = 0

  add(key: string, id: string): void {
    if (!this.#ids.has(key)) this.#added.push(key)
    this.#ids.set(key, id)
  }

  remove(key: string): void {
    if (!this.#ids.delete(key)) return
    // Gone keys are passed over on reading, and left out of the next order when they are many.
    if (this.#sorted.length + this.#added.length > 2 * this.#ids.size + RUN) {
      this.#sorted = []
      this.#added = [...this.#ids.keys()]
      this.#orders++
    }
  }

  /** Makes the order of what was added, after which reading begins at once. */
  *arrange(): Slices<void> {
    while (this.#added.length > 0) {
      const orders = this.#orders
      const taken = this.#added.length
      const added = yield* sort(this.#added.slice())
      const sorted = yield* join(this.#sorted, added)
      if (orders !== this.#orders) continue
      this.#sorted = sorted
      this.#added = this.#added.slice(taken)
      this.#orders++
    }
  }

  /** `[key, id]` upwards from `from` on. */
  *ascending(from?: string): Generator<readonly [string, string]> {
    const keys = this.#inOrder()
    for (let at = from === undefined ? 0 : position(keys, from); at < keys.length; at++) {
      const key = keys[at] ?? ''
      const id = this.#ids.get(key)
      if (id !== undefined) yield [key, id]
    }
  }

  /** `[key, id]` downwards from before `below`. */
  *descending(below?: string): Generator<readonly [string, string]> {
    const keys = this.#inOrder()
    for (let at = (below === undefined ? keys.length : position(keys, below)) - 1; at >= 0; at--) {
      const key = keys[at] ?? ''
      const id = this.#ids.get(key)
      if (id !== undefined) yield [key, id]
    }
  }

  #inOrder(): readonly string[] {
    atOnce(this.arrange())
    return this.#sorted
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** A key that was removed and added again stands in both lists, or twice in one. */
function push(keys: string[], key: string): void {
  if (keys.at(-1) !== key) keys.push(key)
}

/** The keys in order: runs of them, merged two by two. */
function* sort(keys: string[]): Slices<string[]> {
  // Without a function to compare by, strings are sorted by their UTF-16 units, as < does, in a third of the time.
  if (keys.length <= SORTED) return keys.sort()
  let runs: string[][] = []
  for (let at = 0; at < keys.length; at += SORTED) {
    runs.push(keys.slice(at, at + SORTED).sort())
    yield
  }
  while (runs.length > 1) {
    const merged: string[][] = []
    for (let at = 0; at < runs.length; at += 2) merged.push(yield* join(runs[at] ?? [], runs[at + 1] ?? []))
    runs = merged
  }
  return runs[0] ?? []
}

/** Two ordered lists as one; the first may be made longer in place, which those who read it do not mind. */
function* join(one: string[], other: readonly string[]): Slices<string[]> {
  const last = one.at(-1)
  if (other.length <= RUN && (last === undefined || compare(last, other[0] ?? '') <= 0)) {
    for (const key of other) push(one, key)
    return one
  }
  const merged: string[] = []
  let at = 0
  for (const key of one) {
    for (let next = other[at]; next !== undefined && next < key; next = other[++at]) push(merged, next)
    push(merged, key)
    if (merged.length % RUN === 0) yield
  }
  for (; at < other.length; at++) {
    push(merged, other[at] ?? '')
    if (at % RUN === 0) yield
  }
  return merged
}

/** The index of the first key that is not less than `key`. */
function position(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] ?? '') < key) low = middle + 1
    else high = middle
  }
  return low
}
