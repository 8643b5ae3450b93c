export interface Entry {
  readonly at: number
  readonly id: string
}

/** Whose turn comes first: of one moment the smaller id's, so that everybody can tell when a letter will go. */
export const precedes = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.id < b.id)

/** A heap of this size is never swept. */
const SMALL = 1024

/**
 * Tasks by when they are due: a binary heap with the earliest on top. An entry is not taken out when its task moves on;
 * `isCurrent` tells, when it comes to the top, whether it still holds. What holds no more is swept out when it may be
 * most of the heap, so that a million letters that came and went leave nothing behind.
 */
export class DueHeap {
  #heap: Entry[] = []
  /** What was last given by `until`: most of it is taken up, and need not be put back first. */
  #given: readonly Entry[] = []
  #sweepAt = SMALL
  readonly #isCurrent: (id: string, at: number) => boolean

  constructor(isCurrent: (id: string, at: number) => boolean) {
    this.#isCurrent = isCurrent
  }

  add(at: number, id: string): void {
    this.#push({ at, id })
    if (this.#heap.length > this.#sweepAt) this.#sweep()
  }

  /** When the earliest is due, or null. */
  earliest(): number | null {
    this.#putBack()
    for (;;) {
      const top = this.#heap[0]
      if (top === undefined) return null
      if (this.#isCurrent(top.id, top.at)) return top.at
      this.#pop()
    }
  }

  /** The ids that are due at `now`, the earliest first, at most `limit`; those that stay due are given again. */
  until(now: number, limit: number): string[] {
    this.#putBack()
    const found = new Map<string, Entry>()
    while (found.size < limit) {
      const top = this.#heap[0]
      if (top === undefined || top.at > now) break
      this.#pop()
      if (this.#isCurrent(top.id, top.at)) found.set(top.id, top)
    }
    this.#given = [...found.values()]
    return [...found.keys()]
  }

  /** When the earliest of those is due that `fits`, or null; nothing is taken out. */
  earliestOf(fits: (id: string) => boolean): number | null {
    this.#putBack()
    let best = Number.POSITIVE_INFINITY
    for (const { at, id } of this.#heap) if (at < best && this.#isCurrent(id, at) && fits(id)) best = at
    return best === Number.POSITIVE_INFINITY ? null : best
  }

  #current(): Map<string, Entry> {
    this.#putBack()
    const current = new Map<string, Entry>()
    for (const entry of this.#heap) if (this.#isCurrent(entry.id, entry.at)) current.set(entry.id, entry)
    return current
  }

  #sweep(): void {
    // In order, a list is a heap.
    this.#heap = [...this.#current().values()].sort((a, b) => (precedes(a, b) ? -1 : 1))
    this.#sweepAt = Math.max(SMALL, 2 * this.#heap.length)
  }

  /** What was given and still holds is looked for in the heap again. */
  #putBack(): void {
    const given = this.#given
    this.#given = []
    for (const entry of given) if (this.#isCurrent(entry.id, entry.at)) this.#push(entry)
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(entry)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !precedes(entry, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      const right = heap[child + 1]
      const left = heap[child]
      if (left === undefined) break
      if (right !== undefined && precedes(right, left)) child++
      const smaller = heap[child]
      if (smaller === undefined || !precedes(smaller, last)) break
      heap[at] = smaller
      at = child
    }
    heap[at] = last
  }
}
