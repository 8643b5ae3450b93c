import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Modes of DESIGN, "Embedded": operators share the store by its group, and nobody else sees it. */
export const STORE_MODE = 0o2770
export const FILE_MODE = 0o660

const SNAPSHOT = /^snapshot-(\d{6,})\.json$/
const JOURNAL = /^journal-(\d{6,})\.jsonl$/
const padded = (generation: number) => String(generation).padStart(6, '0')

/** The paths of a store in the data directory `data`. Snapshot N holds all up to the end of journal N. */
export class Layout {
  readonly store: string
  readonly lock: string

  constructor(data: string) {
    this.store = join(data, 'store')
    this.lock = join(this.store, 'lock')
  }

  snapshot(generation: number): string {
    return join(this.store, `snapshot-${padded(generation)}.json`)
  }

  journal(generation: number): string {
    return join(this.store, `journal-${padded(generation)}.jsonl`)
  }

  /** A log segment by its name, as `mail-log/2026-11.jsonl`. */
  segment(name: string): string {
    return join(this.store, name)
  }

  /** The generations that are there: snapshots newest first, journals oldest first. */
  generations(): { readonly snapshots: readonly number[]; readonly journals: readonly number[] } {
    const names = readdirSync(this.store)
    const numbers = (pattern: RegExp) => names.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number)
    return {
      snapshots: numbers(SNAPSHOT).sort((a, b) => b - a),
      journals: numbers(JOURNAL).sort((a, b) => a - b),
    }
  }
}
