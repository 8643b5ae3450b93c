import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { type Adapter, Low } from 'lowdb'
import type { Instant } from '../../domain/time.ts'
import { StoreError } from '../error.ts'
import { TABLES, type Table, type Tables } from '../port.ts'
import { FORMAT } from './commit.ts'
import { type Disk, realDisk, replaceFile } from './disk.ts'
import { checksum, hex, NEWLINE } from './line.ts'
import { errorCode } from './system-error.ts'
import { isTable, perTable } from './tables.ts'

/** What a snapshot says of itself; it stands in the file's first line, with a checksum of its own. */
export interface SnapshotHead {
  readonly format: number
  readonly generation: number
  /** The last transaction it holds, and that transaction's store time. */
  readonly sequence: number
  readonly time: Instant
  /** The lengths in bytes of the log segments that belong to it, by name. */
  readonly segments: Readonly<Record<string, number>>
}

export type SnapshotRows = { readonly [T in Table]: readonly Tables[T][] }
export interface Snapshot {
  readonly head: SnapshotHead
  readonly rows: SnapshotRows
}

/** The snapshot of a new store. */
export function emptySnapshot(): Snapshot {
  return {
    head: { format: FORMAT, generation: 1, sequence: 0, time: 0, segments: {} },
    rows: perTable<SnapshotRows>(() => []),
  }
}

/** Bytes made and read at a time, so that a large snapshot never holds up the event loop for long. */
const CHUNK = 256 * 1024
const HEAD_LIMIT = 256 * 1024
const HEAD = /^\{"head":(\{.*\}),"headChecksum":"([0-9a-f]{8})",$/
const BEGINNING = /^"(.*)":\[$/
const TAIL = /^"checksum":"([0-9a-f]{8})"\}\n$/
const tailOf = (crc: number) => `"checksum":"${hex(crc)}"}\n`
/** A row is an object, and no row has a line break in it. */
const ROW_BEGINS = 0x7b
const COMMA = 0x2c
const LIST_ENDS = '\n],\n'
const TAIL_LENGTH = tailOf(0).length

const refused = (path: string, why: string) => new StoreError('refused', `The snapshot ${path} cannot be used: ${why}.`)

/** The document as text: a JSON object with its head in the first line, then a row a line. */
function* texts({ head, rows }: Snapshot): Generator<string> {
  const text = JSON.stringify(head)
  yield `{"head":${text},"headChecksum":"${checksum(Buffer.from(text))}",\n`
  for (const table of TABLES) {
    yield `"${table}":[`
    let separator = '\n'
    for (const row of rows[table]) {
      yield separator + JSON.stringify(row)
      separator = ',\n'
    }
    yield '\n],\n'
  }
}

function* chunks(snapshot: Snapshot): Generator<Buffer> {
  let crc = 0
  let text = ''
  const take = () => {
    const bytes = Buffer.from(text)
    crc = crc32(bytes, crc)
    text = ''
    return bytes
  }
  for (const piece of texts(snapshot)) {
    text += piece
    if (text.length >= CHUNK) yield take()
  }
  yield take()
  yield Buffer.from(tailOf(crc))
}

/** lowdb's adapter for one snapshot file: checked when read; synced, renamed and synced again when written. */
class SnapshotAdapter implements Adapter<Snapshot> {
  readonly #path: string
  readonly #disk: Disk

  constructor(path: string, disk: Disk) {
    this.#path = path
    this.#disk = disk
  }

  async read(): Promise<Snapshot | null> {
    const fd = openOrNull(this.#path)
    if (fd === null) return null
    try {
      return await readDocument(this.#path, fd)
    } finally {
      closeSync(fd)
    }
  }

  write(snapshot: Snapshot): Promise<void> {
    return replaceFile(this.#disk, this.#path, chunks(snapshot))
  }
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

/** Reads and checks a snapshot a chunk at a time; one that is larger than the longest string can be read, too. */
async function readDocument(path: string, fd: number): Promise<Snapshot> {
  const end = fstatSync(fd).size - TAIL_LENGTH
  const tail = end < 0 ? null : TAIL.exec(readAt(fd, end, TAIL_LENGTH).toString('latin1'))
  if (tail === null) throw refused(path, 'it is empty or cut short')
  const reader = new DocumentReader(path)
  let crc = 0
  // One piece of memory for the whole document: a hundred of them would lie about until garbage is collected.
  let memory = Buffer.allocUnsafe(CHUNK)
  /** The bytes at its beginning that are a line whose end is still to come. */
  let pending = 0
  for (let at = 0; at < end; ) {
    if (pending === memory.length) memory = Buffer.concat([memory], 2 * memory.length)
    const read = readSync(fd, memory, pending, Math.min(memory.length - pending, end - at), at)
    if (read === 0) throw refused(path, 'it was cut short while it was read')
    at += read
    crc = crc32(memory.subarray(pending, pending + read), crc)
    const rest = reader.take(memory.subarray(0, pending + read))
    pending = rest.length
    rest.copy(memory)
    await new Promise(setImmediate)
  }
  if (pending > 0 || hex(crc) !== tail[1]) throw refused(path, 'its checksum is wrong')
  return reader.finish()
}

function readAt(fd: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  return bytes.subarray(0, readSync(fd, bytes, 0, length, from))
}

/** Takes a snapshot's lines in order. What they hold is worth nothing until the checksum of all of them is right. */
class DocumentReader {
  readonly #path: string
  readonly #rows = perTable<{ [T in Table]: Tables[T][] }>(() => [])
  #head: SnapshotHead | null = null
  /** The list that is being read. */
  #list: unknown[] | null = null

  constructor(path: string) {
    this.#path = path
  }

  /** Takes the whole lines of `bytes`, and gives the beginning of the next one back. */
  take(bytes: Buffer): Buffer {
    let start = 0
    for (;;) {
      if (this.#list !== null) start = this.#takeRows(this.#list, bytes, start)
      const stop = bytes.indexOf(NEWLINE, start)
      if (stop < 0) return bytes.subarray(start)
      this.#line(bytes.toString('utf8', start, stop))
      start = stop + 1
    }
  }

  finish(): Snapshot {
    if (this.#head === null) throw refused(this.#path, 'it has no head')
    return { head: this.#head, rows: this.#rows }
  }

  /** Takes all whole rows from `start` on at once, which is a third faster than one by one; where the next line begins. */
  #takeRows(list: unknown[], bytes: Buffer, start: number): number {
    if (bytes[start] !== ROW_BEGINS) return start
    const end = bytes.indexOf(LIST_ENDS, start)
    const stop = end < 0 ? bytes.lastIndexOf(NEWLINE) : end
    if (stop < start) return start
    const rows = this.#parse(`[${bytes.toString('utf8', start, bytes[stop - 1] === COMMA ? stop - 1 : stop)}]`)
    if (Array.isArray(rows)) for (const row of rows) list.push(row)
    return stop + 1
  }

  #line(line: string): void {
    if (this.#head === null) this.#head = parseHead(this.#path, line)
    else if (this.#list === null) this.#list = this.#listOf(BEGINNING.exec(line)?.[1])
    else if (line === '],') this.#list = null
    else if (line !== '') throw refused(this.#path, 'its checksum is wrong')
  }

  /** A list that is missing belongs to a table that is newer than the snapshot, and stays empty. */
  #listOf(table: string | undefined): unknown[] {
    if (isTable(table)) return this.#rows[table]
    throw refused(this.#path, `it holds a list ${JSON.stringify(table)}, which this program does not know`)
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch {
      throw refused(this.#path, 'its checksum is wrong')
    }
  }
}

/** @throws StoreError `refused` when the line is no head, or one of a newer format. */
function parseHead(path: string, line: string): SnapshotHead {
  const [, text = '', sum] = HEAD.exec(line) ?? []
  if (checksum(Buffer.from(text)) !== sum) throw refused(path, 'its head is damaged')
  const head: Partial<SnapshotHead> = JSON.parse(text)
  const { format, generation, sequence, time, segments } = head
  if (typeof format === 'number' && format > FORMAT) {
    const what = `it is of format ${format} and this program knows formats up to ${FORMAT}`
    throw refused(path, `${what}; a newer Postern wrote it`)
  }
  if (
    format !== FORMAT ||
    typeof generation !== 'number' ||
    typeof sequence !== 'number' ||
    typeof time !== 'number' ||
    typeof segments !== 'object' ||
    segments === null
  ) {
    throw refused(path, 'its head is incomplete')
  }
  return { format, generation, sequence, time, segments }
}

/**
 * Reads and checks the snapshot at `path`.
 * @throws StoreError `refused` when it is missing, damaged or of a newer format.
 */
export async function readSnapshot(path: string): Promise<Snapshot> {
  const none = emptySnapshot()
  const database = new Low<Snapshot>(new SnapshotAdapter(path, realDisk), none)
  await database.read()
  if (database.data === none) throw refused(path, 'it is not there')
  return database.data
}

/** Writes the snapshot durably: whoever reads `path` finds the old one, or none, or the whole new one. */
export async function writeSnapshot(path: string, snapshot: Snapshot, disk: Disk): Promise<void> {
  await new Low<Snapshot>(new SnapshotAdapter(path, disk), snapshot).write()
}

/** A snapshot's head alone, without reading its rows; null when the file is gone or its head cannot be trusted. */
export function readHead(path: string): SnapshotHead | null {
  const fd = openOrNull(path)
  if (fd === null) return null
  try {
    const bytes = readAt(fd, 0, HEAD_LIMIT)
    return parseHead(path, bytes.toString('utf8', 0, Math.max(0, bytes.indexOf(NEWLINE))))
  } catch (error) {
    if (error instanceof StoreError) return null
    throw error
  } finally {
    closeSync(fd)
  }
}
