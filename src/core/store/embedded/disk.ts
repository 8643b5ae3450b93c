import {
  fdatasync as fdatasyncCallback,
  promises as files,
  fsync,
  ftruncateSync,
  type PathLike,
  writeSync,
} from 'node:fs'
import { promisify } from 'node:util'

/** The calls whose failure the store has an answer to. Tests pass one that fails at the n-th call. */
export interface Disk {
  /** One write(2) at the end; the number of bytes that arrived. */
  write(fd: number, bytes: Uint8Array): number
  fdatasync(fd: number): Promise<void>
  fsync(fd: number): Promise<void>
  ftruncate(fd: number, length: number): void
  rename(from: PathLike, to: PathLike): Promise<void>
}

/** The operating system's. */
export const realDisk: Disk = {
  write: (fd, bytes) => writeSync(fd, bytes),
  fdatasync: promisify(fdatasyncCallback),
  fsync: promisify(fsync),
  ftruncate: ftruncateSync,
  rename: files.rename,
}

/** The error's code (`ENOSPC`), or null for what is not a system error. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** Makes a directory's entries durable: a new or renamed file is not, until its directory is synced. */
export async function syncDirectory(disk: Disk, path: string): Promise<void> {
  const handle = await files.open(path, 'r')
  try {
    await disk.fsync(handle.fd)
  } finally {
    await handle.close()
  }
}
