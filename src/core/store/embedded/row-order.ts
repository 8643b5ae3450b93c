import { OrderedKeys } from './ordered.ts'
import type { Slices } from './slices.ts'

/** Rows that are taken in between two pauses. */
const SOME = 512

/**
 * An order of a table's rows, for lists. It is made at its first use and kept up to date from then on: a program that
 * shows no such list pays nothing for it.
 */
export class RowOrder<Row extends { readonly id: string }> {
  readonly #rows: ReadonlyMap<string, Row>
  readonly #keyOf: (row: Row) => string
  #keys: OrderedKeys | null = null
  #whole = false

  /** `keyOf` gives a row's place among the others, which no two share. */
  constructor(rows: ReadonlyMap<string, Row>, keyOf: (row: Row) => string) {
    this.#rows = rows
    this.#keyOf = keyOf
  }

  /** A row came, went, or stands in another's place. */
  replace(gone: Row | undefined, come: Row | undefined): void {
    if (this.#keys === null) return
    const before = gone === undefined ? undefined : this.#keyOf(gone)
    const after = come === undefined ? undefined : this.#keyOf(come)
    if (before === after) return
    if (before !== undefined) this.#keys.remove(before)
    if (come !== undefined && after !== undefined) this.#keys.add(after, come.id)
  }

  /** The keys of all rows, in order. */
  *keys(): Slices<OrderedKeys> {
    this.#keys ??= new OrderedKeys()
    if (!this.#whole) {
      // Rows that come and go meanwhile are taken account of by `replace`, before or behind this walk.
      let taken = 0
      for (const row of this.#rows.values()) {
        this.#keys.add(this.#keyOf(row), row.id)
        if (++taken % SOME === 0) yield
      }
      this.#whole = true
    }
    yield* this.#keys.arrange()
    return this.#keys
  }
}
