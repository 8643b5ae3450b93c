import { randomUUID } from 'node:crypto'
import { closeSync, promises as files, openSync, readFileSync, readSync } from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { type Adapter, Low } from 'lowdb'
import type { Instant } from '../../domain/time.ts'
import { StoreError } from '../error.ts'
import { TABLES, type Table, type Tables } from '../port.ts'
import { FORMAT } from './commit.ts'
import { type Disk, errorCode, syncDirectory } from './disk.ts'
import { FILE_MODE } from './layout.ts'
import { checksum, NEWLINE } from './line.ts'

/** What a snapshot says of itself; it stands in the file's first line. */
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
    rows: { user: [], credential: [], task: [], setting: [], queue: [], template: [] },
  }
}

/** Bytes of text made at a time, so that a large snapshot never holds up the event loop for long. */
const CHUNK = 256 * 1024
const HEAD_LIMIT = 64 * 1024
const TAIL = /,"checksum":"([0-9a-f]{8})"\}\n$/
const TAIL_LENGTH = ',"checksum":"00000000"}\n'.length

const refused = (path: string, why: string) => new StoreError('refused', `The snapshot ${path} cannot be used: ${why}.`)

/** The document as text, row by row: a JSON object whose rows stand one a line. */
function* texts({ head, rows }: Snapshot): Generator<string> {
  yield `{"head":${JSON.stringify(head)}`
  for (const table of TABLES) {
    yield `,\n"${table}":[`
    let separator = '\n'
    for (const row of rows[table]) {
      yield separator + JSON.stringify(row)
      separator = ',\n'
    }
    yield ']'
  }
}

function* chunks(snapshot: Snapshot): Generator<Buffer> {
  let text = ''
  for (const piece of texts(snapshot)) {
    text += piece
    if (text.length < CHUNK) continue
    yield Buffer.from(text)
    text = ''
  }
  yield Buffer.from(text)
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
    let bytes: Buffer
    try {
      bytes = readFileSync(this.#path)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null
      throw error
    }
    const tail = TAIL.exec(bytes.toString('latin1', Math.max(0, bytes.length - TAIL_LENGTH)))
    const body = bytes.subarray(0, bytes.length - TAIL_LENGTH)
    if (tail === null) throw refused(this.#path, 'it is empty or cut short')
    if (checksum(body) !== tail[1]) throw refused(this.#path, 'its checksum is wrong')
    return parseSnapshot(this.#path, JSON.parse(`${body.toString()}}`))
  }

  async write(snapshot: Snapshot): Promise<void> {
    const temporary = `${this.#path}.${randomUUID()}.tmp`
    const file = await files.open(temporary, 'wx', FILE_MODE)
    try {
      let crc = 0
      for (const chunk of chunks(snapshot)) {
        crc = crc32(chunk, crc)
        await file.writeFile(chunk)
      }
      await file.writeFile(`,"checksum":"${crc.toString(16).padStart(8, '0')}"}\n`)
      await this.#disk.fsync(file.fd)
    } catch (error) {
      await files.rm(temporary, { force: true })
      throw error
    } finally {
      await file.close()
    }
    await this.#disk.rename(temporary, this.#path)
    await syncDirectory(this.#disk, dirname(this.#path))
  }
}

/** A checked document as a snapshot: the checksum vouches for its rows, so only its outline is looked at. */
function parseSnapshot(path: string, value: unknown): Snapshot {
  if (typeof value !== 'object' || value === null || !('head' in value)) throw refused(path, 'it has no head')
  const head = parseHead(path, value.head)
  const document = value as Readonly<Record<string, unknown>>
  for (const table of TABLES) if (!Array.isArray(document[table])) throw refused(path, `it has no list "${table}"`)
  return { head, rows: document as unknown as SnapshotRows }
}

function parseHead(path: string, value: unknown): SnapshotHead {
  const head = value as Partial<SnapshotHead> | null
  if (typeof head !== 'object' || head === null) throw refused(path, 'it has no head')
  const { format, generation, sequence, time, segments } = head
  if (typeof format === 'number' && format > FORMAT) {
    throw refused(
      path,
      `it is of format ${format} and this program knows formats up to ${FORMAT}; a newer Postern wrote it`,
    )
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
export async function readSnapshot(path: string, disk: Disk): Promise<Snapshot> {
  const none = emptySnapshot()
  const database = new Low<Snapshot>(new SnapshotAdapter(path, disk), none)
  await database.read()
  if (database.data === none) throw refused(path, 'it is not there')
  return database.data
}

/** Writes the snapshot durably: whoever reads `path` finds the old one, or none, or the whole new one. */
export async function writeSnapshot(path: string, snapshot: Snapshot, disk: Disk): Promise<void> {
  const database = new Low<Snapshot>(new SnapshotAdapter(path, disk), snapshot)
  await database.write()
}

/** A snapshot's head alone, without reading its rows; null when the file is gone or its head cannot be read. */
export function readHead(path: string): SnapshotHead | null {
  try {
    const fd = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(HEAD_LIMIT)
      const end = bytes.subarray(0, readSync(fd, bytes, 0, HEAD_LIMIT, 0)).indexOf(NEWLINE)
      // The first line is `{"head":{…},`: without its comma and with a brace it is a document of its own.
      const value: unknown = JSON.parse(`${bytes.toString('utf8', 0, end - 1)}}`)
      return typeof value === 'object' && value !== null && 'head' in value ? parseHead(path, value.head) : null
    } finally {
      closeSync(fd)
    }
  } catch {
    return null
  }
}
