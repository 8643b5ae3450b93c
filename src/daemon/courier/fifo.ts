/** A queue whose ends cost the same however long it is; `Array.shift` moves what is left. */
export class Fifo<Item> {
  #items: Item[] = []
  #head = 0

  push(item: Item): void {
    this.#items.push(item)
  }

  /** Puts an item before all others: it has been taken out, and comes back. */
  unshift(item: Item): void {
    if (this.#head > 0) this.#items[--this.#head] = item
    else this.#items.unshift(item)
  }

  /** The first item, or null. */
  peek(): Item | null {
    return this.#items[this.#head] ?? null
  }

  /** Takes the first item out, or gives null. */
  shift(): Item | null {
    const item = this.peek()
    if (item === null) return null
    this.#head++
    if (this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}
