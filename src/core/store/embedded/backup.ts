import {
  chownSync,
  closeSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { StoreError } from '../error.ts'
import { checkStore } from './check.ts'
import { realDisk, syncDirectory } from './disk.ts'
import type { EmbeddedStore } from './embedded-store.ts'
import { Layout } from './layout.ts'
import { loadReplica } from './load.ts'
import { readSnapshot, type SnapshotHead } from './snapshot.ts'
import { errorCode, storeError } from './system-error.ts'
import { pieces } from './writer.ts'
import { LOCK_FILE } from './writers-lock.ts'

export interface Backup {
  /** The directory of the copy: a data directory of its own. */
  readonly target: string
  /** The last transaction that it holds. */
  readonly sequence: number
  readonly files: number
  readonly bytes: number
  /** Files of `keys/` that this account may not read, and that are not in the copy. */
  readonly unreadable: readonly string[]
}

export interface BackupOptions {
  /** Whether `keys/` is copied, too: whoever has the copy then has the secrets of letters that are still alive. */
  readonly keys?: boolean
}

/** Folds that take a file away while it is copied; the daemon makes one in many minutes. */
const TRIES = 20

/**
 * Copies the store of the data directory `data`, as it is at one moment, into a new or an empty directory, while others
 * write and fold. The copy is durable and was read and checked when this resolves.
 * @throws StoreError `refused` for a target that is not empty, and what else keeps the store or the copy from being made.
 */
export async function backupStore(
  store: EmbeddedStore,
  data: string,
  target: string,
  { keys = true }: BackupOptions = {},
): Promise<Backup> {
  const to = resolve(target)
  refuseTarget(resolve(data), to)
  try {
    for (let tries = 1; ; tries++) {
      makeDirectory(to, statSync(data))
      try {
        return await copyOnce(store, resolve(data), to, keys)
      } catch (error) {
        empty(to)
        if (errorCode(error) !== 'ENOENT' || tries === TRIES) throw error
      }
    }
  } catch (error) {
    throw storeError(error, `no backup was made in ${to}`)
  }
}

function refuseTarget(data: string, target: string): void {
  const refuse = (why: string): never => {
    throw new StoreError('refused', `${target} cannot take a backup: ${why}.`)
  }
  const isWithin = (inner: string, outer: string) => !relative(outer, inner).startsWith('..')
  if (isWithin(target, data) || isWithin(data, target)) refuse(`it must lie apart from ${data}`)
  const status = lstatSync(target, { throwIfNoEntry: false })
  if (status === undefined && !existsSync(dirname(target))) refuse(`${dirname(target)} is missing; make that first`)
  if (status !== undefined && !status.isDirectory()) refuse('it is not a directory')
  if (status !== undefined && readdirSync(target).length > 0) refuse('it is not empty; name a new directory')
}

function empty(directory: string): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true, force: true })
}

async function copyOnce(store: EmbeddedStore, data: string, target: string, keys: boolean): Promise<Backup> {
  const layout = new Layout(data)
  const { generation, segments } = await newestGood(layout)
  // Only lengths are taken while everybody waits: journals only grow, and nothing else changes once it is there.
  const files = await store.still(async () => lengthsBehind(layout, generation))
  const copy = new Copy(target)
  copy.directory('store', statSync(layout.store))
  for (const [path, length] of files) copy.file(path, relative(data, path), length)
  for (const [name, length] of Object.entries(segments)) copySegment(copy, layout, name, length)
  copy.content(layout.lock, 'store/lock', [LOCK_FILE])
  const unreadable = keys ? copyKeys(copy, data) : []
  await copy.sync()
  await syncDirectory(realDisk, dirname(target))
  const sequence = await verify(target)
  return { target, sequence, files: copy.files, bytes: copy.bytes, unreadable }
}

/** The newest snapshot that can be used. */
async function newestGood(layout: Layout): Promise<SnapshotHead> {
  const refusals: string[] = []
  for (const generation of layout.generations().snapshots) {
    try {
      return (await readSnapshot(layout.snapshot(generation))).head
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      refusals.push(error.message)
    }
  }
  throw new StoreError('refused', refusals.join(' '))
}

/** A snapshot and the journals behind it, with their lengths. Where a fold has taken one away, ENOENT is thrown. */
function lengthsBehind(layout: Layout, generation: number): (readonly [path: string, length: number])[] {
  const { journals } = layout.generations()
  const last = journals.at(-1) ?? generation
  const numbers = Array.from({ length: Math.max(1, last - generation) }, (_, index) => generation + 1 + index)
  const paths = [layout.snapshot(generation), ...numbers.map((number) => layout.journal(number))]
  return paths.map((path) => [path, statSync(path).size])
}

function copySegment(copy: Copy, layout: Layout, name: string, length: number): void {
  const path = layout.segment(name)
  // Retention took it.
  if (!existsSync(path)) return
  copy.directory(join('store', dirname(name)), statSync(dirname(path)))
  copy.file(path, join('store', name), length)
}

/** Copies what may be read of `keys/`; the paths of what may not. */
function copyKeys(copy: Copy, data: string): string[] {
  const directory = join(data, 'keys')
  if (!existsSync(directory)) return []
  copy.directory('keys', statSync(directory))
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    try {
      copy.file(path, join('keys', name), statSync(path).size)
      return []
    } catch (error) {
      if (errorCode(error) !== 'EACCES') throw error
      return [path]
    }
  })
}

/** Opens the copy as any program would, and checks each of its records. */
async function verify(target: string): Promise<number> {
  const { findings } = await checkStore(target)
  const damage = findings.find(({ severity }) => severity === 'damage')
  if (damage !== undefined) throw new StoreError('damaged', `The copy of ${damage.file} is damaged: ${damage.sentence}`)
  const { replica } = await loadReplica(new Layout(target))
  replica.close()
  return replica.state.sequence
}

/** A directory that is being filled; what is put in it has its mode and, where we may, its owner. */
class Copy {
  readonly #target: string
  readonly #directories: string[] = []
  files = 0
  bytes = 0

  constructor(target: string) {
    this.#target = target
    this.#directories.push(target)
  }

  directory(name: string, like: Stats): void {
    const path = join(this.#target, name)
    if (this.#directories.includes(path)) return
    makeDirectory(path, like)
    this.#directories.push(path)
  }

  /** Copies the first `length` bytes of a file. */
  file(from: string, name: string, length: number): void {
    this.content(from, name, pieces(from, 0, length))
  }

  content(from: string, name: string, content: Iterable<Uint8Array>): void {
    const like = statSync(from)
    const parts = content[Symbol.iterator]()
    // What cannot be read is not made.
    const first = parts.next()
    const fd = openSync(join(this.#target, name), 'wx', 0o600)
    try {
      for (let part = first; part.done !== true; part = parts.next()) this.#write(fd, part.value)
      if (process.getuid?.() === 0) fchownSync(fd, like.uid, like.gid)
      fchmodSync(fd, like.mode & 0o7777)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    this.files++
  }

  async sync(): Promise<void> {
    for (const directory of this.#directories) await syncDirectory(realDisk, directory)
  }

  #write(fd: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += realDisk.write(fd, bytes.subarray(at))
    this.bytes += bytes.length
  }
}

function makeDirectory(path: string, like: Stats): void {
  if (!existsSync(path)) mkdirSync(path, 0o700)
  if (process.getuid?.() === 0) chownSync(path, like.uid, like.gid)
  const fd = openSync(path, 'r')
  try {
    fchmodSync(fd, like.mode & 0o7777)
  } finally {
    closeSync(fd)
  }
}
