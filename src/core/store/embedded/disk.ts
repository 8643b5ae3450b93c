import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fdatasync as fdatasyncCallback,
  promises as files,
  fsync,
  ftruncateSync,
  openSync,
  rmSync,
  write,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { StoreError } from '../error.ts'
import { FILE_MODE } from './layout.ts'

/** The calls that change the disk. Tests pass one that fails, or kills the process, at the n-th call. */
export interface Disk {
  /** One write(2) at the end; the number of bytes that arrived. */
  write(fd: number, bytes: Uint8Array): number
  /** Appends all of `bytes` beside the other work of the process, in as many writes as it takes. */
  append(fd: number, bytes: Uint8Array): Promise<void>
  fdatasync(fd: number): Promise<void>
  fsync(fd: number): Promise<void>
  ftruncate(fd: number, length: number): void
  rename(from: string, to: string): Promise<void>
  /** Removes a file, if it is there. */
  remove(path: string): Promise<void>
}

const writeSome = promisify(write)

/** The operating system's. */
export const realDisk: Disk = {
  write: (fd, bytes) => writeSync(fd, bytes),
  async append(fd, bytes) {
    for (let at = 0; at < bytes.length; ) at += (await writeSome(fd, bytes, at)).bytesWritten
  },
  fdatasync: promisify(fdatasyncCallback),
  fsync: promisify(fsync),
  ftruncate: ftruncateSync,
  rename: files.rename,
  remove: (path) => files.rm(path, { force: true }),
}

/** `disk`, where each sync that fails is told to `onFailure`, and fails with what that makes of it. */
export function watchSyncs(disk: Disk, onFailure: (cause: unknown) => StoreError): Disk {
  const watched = (sync: (fd: number) => Promise<void>) => (fd: number) =>
    sync(fd).catch((cause: unknown) => {
      throw onFailure(cause)
    })
  return {
    write: (fd, bytes) => disk.write(fd, bytes),
    append: (fd, bytes) => disk.append(fd, bytes),
    fdatasync: watched((fd) => disk.fdatasync(fd)),
    fsync: watched((fd) => disk.fsync(fd)),
    ftruncate: (fd, length) => disk.ftruncate(fd, length),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
  }
}

/** Opens a new file for appending with its final mode, whatever the umask says; refuses one that is there. */
export function openNew(path: string): number {
  const fd = openSync(path, 'ax', FILE_MODE)
  try {
    fchmodSync(fd, FILE_MODE)
  } catch (error) {
    closeSync(fd)
    throw error
  }
  return fd
}

/**
 * Puts a file in place of whatever `path` names, all of it or nothing, and for good: temporary file, fsync, rename,
 * fsync of the directory. It is a new file on new blocks.
 */
export async function replaceFile(disk: Disk, path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  const fd = openNew(temporary)
  try {
    try {
      for (const piece of pieces) await disk.append(fd, piece)
      await disk.fsync(fd)
    } finally {
      closeSync(fd)
    }
    await disk.rename(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  await syncDirectory(disk, dirname(path))
}

/** Makes a directory's entries durable: a new or renamed file is not, until its directory is synced. */
export async function syncDirectory(disk: Disk, path: string): Promise<void> {
  const fd = openSync(path, 'r')
  try {
    await disk.fsync(fd)
  } finally {
    closeSync(fd)
  }
}
