export interface Entry {
  readonly at: number
  readonly id: string
}

/** Whose turn comes first: of one moment the smaller id's, so that everybody can tell when a letter will go. */
export const precedes = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.id < b.id)

/** Whether two entries that hold are one task's: in order, they stand next to each other. */
const sameTask = (before: Entry | undefined, entry: Entry): boolean => before?.id === entry.id

const SMALL = 1024

/**
 * Tasks by when they are due: a binary heap with the earliest on top. An entry is not taken out when its task moves on;
 * `isCurrent` tells, when it comes to the top, whether it still holds. What holds no more is swept out when it may be
 * most of the heap, so that a million letters that came and went leave nothing behind.
 *
 * Whoever takes letters out of a large heap has it put in order first: the next one of a list costs nothing, the next
 * one of a heap of 10,000 some 30 comparisons.
 */
export class DueHeap {
  #heap: Entry[] = []
  /** What was in the heap when it was put in order, from `#at` on. */
  #ordered: readonly Entry[] = []
  #at = 0
  /** What was last given by `until`: most of it is taken up, and need not be put back first. */
  #given: readonly Entry[] = []
  readonly #isCurrent: (id: string, at: number) => boolean
  readonly #small: number
  #sweepAt: number

  /** @param small a heap of this size is neither swept nor put in order */
  constructor(isCurrent: (id: string, at: number) => boolean, small = SMALL) {
    this.#isCurrent = isCurrent
    this.#small = small
    this.#sweepAt = small
  }

  add(at: number, id: string): void {
    this.#push({ at, id })
    if (this.#heap.length > this.#sweepAt) this.#sweep()
  }

  /** When the earliest is due, or null. */
  earliest(): number | null {
    this.#putBack()
    for (;;) {
      const top = this.#top()
      if (top === undefined) return null
      if (this.#isCurrent(top.id, top.at)) return top.at
      this.#take(top)
    }
  }

  /** The ids that are due at `now`, the earliest first, at most `limit`; those that stay due are given again. */
  until(now: number, limit: number): string[] {
    this.#putBack()
    // Only when it is most of all entries: else the list would be made anew for a few.
    if (this.#heap.length > Math.max(this.#small, this.#ordered.length - this.#at)) this.#order()
    const found: Entry[] = []
    while (found.length < limit) {
      const top = this.#top()
      if (top === undefined || top.at > now) break
      this.#take(top)
      if (!sameTask(found.at(-1), top) && this.#isCurrent(top.id, top.at)) found.push(top)
    }
    this.#given = found
    return found.map(({ id }) => id)
  }

  /** The earlier of the list's first and the heap's. */
  #top(): Entry | undefined {
    const first = this.#ordered[this.#at]
    const top = this.#heap[0]
    return top === undefined || (first !== undefined && precedes(first, top)) ? first : top
  }

  #take(top: Entry): void {
    if (top === this.#heap[0]) this.#pop()
    else if (++this.#at === this.#ordered.length) this.#become([])
  }

  /** All that still hold, in order, become the list; the heap is empty then. */
  #order(): void {
    const holds = ({ id, at }: Entry) => this.#isCurrent(id, at)
    const all = [...this.#ordered.slice(this.#at), ...this.#heap].filter(holds)
    all.sort((a, b) => (precedes(a, b) ? -1 : precedes(b, a) ? 1 : 0))
    this.#become(all.filter((entry, index) => !sameTask(all[index - 1], entry)))
    this.#heap = []
  }

  /** A list that is used up is let go of: it may have been as long as the whole queue. */
  #become(ordered: readonly Entry[]): void {
    this.#ordered = ordered
    this.#at = 0
  }

  #sweep(): void {
    this.#putBack()
    this.#order()
    this.#sweepAt = Math.max(this.#small, 2 * this.#ordered.length)
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
