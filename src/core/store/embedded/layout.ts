import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from './system-error.ts'

/** Modes of DESIGN, "Embedded": operators share the store by its group, and nobody else sees it. */
export const STORE_MODE = 0o2770
export const FILE_MODE = 0o660

export const SNAPSHOT = /^snapshot-(\d{6,})\.json$/
export const JOURNAL = /^journal-(\d{6,})\.jsonl$/
/** A file that is written under this name first and renamed when it is whole. */
export const TEMPORARY = /\.tmp$/
/** What was cut off and kept: torn tails, and what a repair took away. */
export const KEPT = /\.(torn|damaged)-/
const padded = (generation: number) => String(generation).padStart(6, '0')

export interface Generations {
  /** Newest first. */
  readonly snapshots: readonly number[]
  /** Oldest first. */
  readonly journals: readonly number[]
}

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

  /** The names in the store's directory, or in a folder of it; none where it is missing. */
  names(folder = ''): readonly string[] {
    try {
      return readdirSync(join(this.store, folder)).sort()
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return []
      throw error
    }
  }

  /** The generations that are there. */
  generations(): Generations {
    const names = this.names()
    const numbers = (pattern: RegExp) => names.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number)
    return {
      snapshots: numbers(SNAPSHOT).sort((a, b) => b - a),
      journals: numbers(JOURNAL).sort((a, b) => a - b),
    }
  }
}
