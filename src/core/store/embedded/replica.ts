import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs'
import { StoreError } from '../error.ts'
import { TABLES, type Table } from '../port.ts'
import { FORMAT, type JournalTransaction, parseCommit, parseHeader } from './commit.ts'
import { type Disk, errorCode } from './disk.ts'
import type { Layout } from './layout.ts'
import { readLines } from './lines.ts'
import { readSnapshot, type Snapshot } from './snapshot.ts'
import { State } from './state.ts'

export type Kinds = Set<Table | 'mail-log'>

/** A record that no crash explains: nothing may be written behind it. */
export interface Damage {
  readonly file: string
  readonly offset: number
  readonly why: string
}

export const describeDamage = ({ file, offset, why }: Damage): string =>
  `${file} is damaged at byte ${offset}: ${why}. Nothing is written until it is mended; "postern store check" says more.`

/** Where a torn last line stands, which a crash may leave. */
export interface TornTail {
  readonly file: string
  readonly offset: number
  readonly size: number
  readonly why: string
}

/**
 * This process's copy of what is on the disk: the newest good snapshot with the journals behind it, followed as they
 * grow. It reads only; what a torn tail means is for the holder of the lock to say.
 */
export class Replica {
  readonly #layout: Layout
  state = new State()
  /** The snapshot it began with, and the log segments' lengths there. */
  base = 0
  segments: Readonly<Record<string, number>> = {}
  /** The journal it has come to, its descriptor, and how far it has read. */
  generation = 0
  fd = -1
  offset = 0
  /** Whether the descriptor can be written to. */
  writable = false
  damage: Damage | null = null
  torn: TornTail | null = null
  /** Whether it holds bytes that another process may have left unsynced: they are synced before anything follows them. */
  unsynced = true
  /** Sentences for the log: snapshots passed over. */
  readonly warnings: string[] = []

  private constructor(layout: Layout) {
    this.#layout = layout
  }

  /**
   * Loads the store.
   * @throws StoreError `missing` where there is none, `refused` when no snapshot with its journals can be used.
   */
  static async load(layout: Layout, disk: Disk): Promise<Replica> {
    const replica = new Replica(layout)
    const snapshot = await replica.#newestSnapshot(disk)
    const { state } = replica
    for (const table of TABLES) for (const row of snapshot.rows[table]) state.load([table, row] as never)
    state.sequence = snapshot.head.sequence
    state.time = snapshot.head.time
    replica.base = snapshot.head.generation
    replica.segments = snapshot.head.segments
    replica.#openJournal(replica.base + 1)
    replica.catchUp()
    return replica
  }

  /**
   * Reads what was appended since. `reload` says that this copy has no part in what is there now (two folds went by, or
   * a journal was cut): the caller loads anew.
   */
  catchUp(): { readonly kinds: Kinds; readonly reload: boolean } {
    const kinds: Kinds = new Set()
    while (this.damage === null) {
      const following = existsSync(this.#layout.journal(this.generation + 1))
      const { size, nlink } = fstatSync(this.fd)
      if (nlink === 0 || size < this.offset) return { kinds, reload: true }
      this.torn = null
      if (size > this.offset || size === 0) {
        this.unsynced = true
        this.#read(size, kinds, following)
      }
      if (!following || this.damage !== null) break
      this.#openJournal(this.generation + 1)
    }
    return { kinds, reload: false }
  }

  close(): void {
    if (this.fd >= 0) closeSync(this.fd)
    this.fd = -1
  }

  #read(size: number, kinds: Kinds, following: boolean): void {
    const file = this.#layout.journal(this.generation)
    const end = readLines(this.fd, this.offset, size, (value, offset) =>
      offset === 0 ? this.#checkHeader(value) : this.#apply(value, kinds),
    )
    this.offset = end.offset
    // A journal is renamed into place with its first line, and the next one is made behind a last line that is whole.
    const explained = end.offset > 0 && !following
    if (end.kind === 'torn' && explained) this.torn = { file, offset: end.offset, size, why: end.why }
    else if (end.kind !== 'clean' || end.offset === 0) {
      this.damage = { file, offset: end.offset, why: end.why || 'it is empty' }
    }
  }

  #apply(value: unknown, kinds: Kinds): string | null {
    const commit = parseCommit(value)
    if (commit === null) return 'it is not a commit'
    for (const transaction of commit.x) {
      const expected = this.state.sequence + 1
      if (transaction.n !== expected) return `transaction ${transaction.n} stands where ${expected} belongs`
      this.#take(transaction, kinds)
    }
    return null
  }

  #take(transaction: JournalTransaction, kinds: Kinds): void {
    for (const put of transaction.p) {
      this.state.load(put)
      kinds.add(put[0])
    }
    if (transaction.l !== undefined) kinds.add('mail-log')
    this.state.sequence = transaction.n
    this.state.time = transaction.t
  }

  async #newestSnapshot(disk: Disk): Promise<Snapshot> {
    const { snapshots, journals } = generations(this.#layout)
    const refusals: string[] = []
    for (const generation of snapshots) {
      try {
        const snapshot = await readSnapshot(this.#layout.snapshot(generation), disk)
        // Without the journal behind it a snapshot is a store of long ago.
        if (existsSync(this.#layout.journal(generation + 1))) {
          this.warnings.push(...refusals)
          return snapshot
        }
        refusals.push(`The journal ${this.#layout.journal(generation + 1)} is missing.`)
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        refusals.push(error.message)
      }
    }
    if (journals.length > 0 && snapshots.length === 0)
      refusals.push(`${this.#layout.store} has journals and no snapshot.`)
    if (refusals.length > 0) throw new StoreError('refused', refusals.join(' '))
    throw new StoreError('missing', `There is no store in ${this.#layout.store}; "postern store init" makes one.`)
  }

  #openJournal(generation: number): void {
    const { fd, writable } = openForAppend(this.#layout.journal(generation))
    this.close()
    this.fd = fd
    this.writable = writable
    this.generation = generation
    this.offset = 0
  }

  #checkHeader(value: unknown): string | null {
    const header = parseHeader(value)
    if (header === null) return 'it does not begin with a header'
    if (header.format > FORMAT) {
      throw new StoreError(
        'refused',
        `${this.#layout.journal(this.generation)} is of format ${header.format} and this program knows formats up to ${FORMAT}; a newer Postern wrote it.`,
      )
    }
    if (header.generation !== this.generation) return `it says it is journal ${header.generation}`
    if (header.sequence !== this.state.sequence) {
      return `it begins behind transaction ${header.sequence}, and the one before ends with ${this.state.sequence}`
    }
    return null
  }
}

function generations(layout: Layout): ReturnType<Layout['generations']> {
  try {
    return layout.generations()
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { snapshots: [], journals: [] }
    throw error
  }
}

/** The journal for reading and appending, or for reading alone where we may not write. */
function openForAppend(path: string): { readonly fd: number; readonly writable: boolean } {
  try {
    return { fd: openSync(path, constants.O_RDWR | constants.O_APPEND), writable: true }
  } catch (error) {
    if (errorCode(error) !== 'EACCES' && errorCode(error) !== 'EROFS') throw error
    return { fd: openSync(path, 'r'), writable: false }
  }
}
