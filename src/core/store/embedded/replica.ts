import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs'
import { StoreError } from '../error.ts'
import type { Table } from '../port.ts'
import { FORMAT, type JournalTransaction, parseCommit, parseHeader } from './commit.ts'
import type { Layout } from './layout.ts'
import { readLines, type UseLine } from './lines.ts'
import type { SnapshotHead } from './snapshot.ts'
import { State } from './state.ts'
import { errorCode } from './system-error.ts'
import { parseWithoutEntries } from './without-entries.ts'

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
 * This process's copy of what is on the disk: a snapshot with the journals behind it, followed as they grow. It reads
 * only; what a torn tail means is for the holder of the lock to say.
 */
export class Replica {
  readonly #layout: Layout
  readonly state = new State()
  /** The snapshot that it stands on: the one it was loaded from, or the newest of its own folds. */
  base: SnapshotHead
  /** The journal it has come to, its descriptor, and how far it has read. */
  generation: number
  fd = -1
  offset = 0
  /** The bytes of the journals between `base` and this one. */
  earlierBytes = 0
  /** Whether the descriptor can be written to. */
  writable = false
  damage: Damage | null = null
  torn: TornTail | null = null
  /** Whether it holds bytes that another process may have left unsynced: they are synced before anything follows them. */
  unsynced = true
  /** Whether it came to a journal that another process made, and whose name may be unsynced. */
  unlisted = true
  /** The journal's size when the damage was found: once it is mended, it has another. */
  #damagedSize = 0

  /** `head` is that of the snapshot whose rows are still to be loaded into the state. */
  constructor(layout: Layout, head: SnapshotHead) {
    this.#layout = layout
    this.base = head
    this.generation = head.generation
    this.state.sequence = head.sequence
    this.state.time = head.time
  }

  /**
   * Reads what was appended since. `reload` says that this copy has no part in what is there now (two folds went by, or
   * the journal was mended): the caller loads anew.
   * @throws StoreError `refused` at a journal of a newer format.
   */
  catchUp(): { readonly kinds: Kinds; readonly reload: boolean } {
    const kinds: Kinds = new Set()
    if (this.fd < 0) this.#openJournal(this.generation + 1)
    if (this.damage !== null) return { kinds, reload: this.#wasMended() }
    for (;;) {
      const following = existsSync(this.#layout.journal(this.generation + 1))
      const { size, nlink } = fstatSync(this.fd)
      if (nlink === 0 || size < this.offset) return { kinds, reload: true }
      this.torn = null
      if (size > this.offset || size === 0) this.#read(size, kinds, following)
      if (!following || this.damage !== null) return { kinds, reload: false }
      this.earlierBytes += this.offset
      this.#openJournal(this.generation + 1)
    }
  }

  /** The bytes of journal that the next start would replay. */
  get journalBytes(): number {
    return this.earlierBytes + this.offset
  }

  /** Says that nothing goes on behind here, although something is there. */
  refuse(file: string, offset: number, why: string): void {
    this.damage = { file, offset, why }
    this.#damagedSize = fstatSync(this.fd).size
  }

  close(): void {
    if (this.fd >= 0) closeSync(this.fd)
    this.fd = -1
  }

  #wasMended(): boolean {
    const { size, nlink } = fstatSync(this.fd)
    return nlink === 0 || size !== this.#damagedSize
  }

  #read(size: number, kinds: Kinds, following: boolean): void {
    const file = this.#layout.journal(this.generation)
    const use: UseLine = (value, offset) => (offset === 0 ? this.#checkHeader(value) : this.#apply(value, kinds))
    const end = readLines(this.fd, this.offset, size, use, undefined, parseWithoutEntries)
    this.unsynced = true
    this.offset = end.offset
    // A journal is renamed into place with its first line, and the next one is made behind a last line that is whole.
    const explained = end.offset > 0 && !following
    if (end.kind === 'torn' && explained) this.torn = { file, offset: end.offset, size, why: end.why }
    else if (end.kind !== 'clean' || end.offset === 0) this.refuse(file, end.offset, end.why || 'it is empty')
  }

  #apply(value: unknown, kinds: Kinds): string | null {
    const commit = parseCommit(value)
    if (commit === null) return 'it is not a commit that this program knows'
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

  #openJournal(generation: number): void {
    const { fd, writable } = openForAppend(this.#layout.journal(generation))
    this.close()
    this.fd = fd
    this.writable = writable
    this.generation = generation
    this.offset = 0
    this.unlisted = true
  }

  #checkHeader(value: unknown): string | null {
    const header = parseHeader(value)
    if (header === null) return 'it does not begin with a header'
    if (header.format > FORMAT) {
      const what = `is of format ${header.format} and this program knows formats up to ${FORMAT}`
      throw new StoreError('refused', `${this.#layout.journal(this.generation)} ${what}; a newer Postern wrote it.`)
    }
    if (header.generation !== this.generation) return `it says it is journal ${header.generation}`
    if (header.sequence !== this.state.sequence) {
      return `it begins behind transaction ${header.sequence}, and the one before ends with ${this.state.sequence}`
    }
    return null
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
