import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { basename, dirname, join } from 'node:path'

export interface FileContent {
  readonly bytes: Uint8Array
  /** Permission bits, whatever the umask says. */
  readonly mode: number
  /** The group the file belongs to. */
  readonly group: number
}

/** Makes what was done to the entries of `directory` survive a power loss. */
function syncDirectory(directory: string): void {
  const descriptor = fs.openSync(directory, 'r')
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}

/** Writes and syncs a file of an unused name beside `path`, and says that name. */
function writeBeside(path: string, { bytes, mode, group }: FileContent): string {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}`)
  // Never wider than the owner's until it has its group.
  const descriptor = fs.openSync(temporary, 'wx', 0o600)
  try {
    // The call to change a group is refused to those outside it, even when nothing would change.
    if (fs.fstatSync(descriptor).gid !== group) fs.fchownSync(descriptor, -1, group)
    fs.fchmodSync(descriptor, mode)
    fs.writeFileSync(descriptor, bytes)
    fs.fsyncSync(descriptor)
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw error
  } finally {
    fs.closeSync(descriptor)
  }
  return temporary
}

/** Puts a file in place of whatever `path` names, all of it or nothing: temp file, fsync, rename, fsync. */
export function replaceFile(path: string, content: FileContent): void {
  fs.renameSync(writeBeside(path, content), path)
  syncDirectory(dirname(path))
}

/**
 * Like `replaceFile`, but leaves alone what is already there: of two processes that race, one wins and both go on
 * with its file. Needs hard links, which every file system that a data directory may be on has.
 * @returns whether the file is ours.
 */
export function createFile(path: string, content: FileContent): boolean {
  const temporary = writeBeside(path, content)
  try {
    fs.linkSync(temporary, path)
    return true
  } catch (error) {
    if (fs.existsSync(path)) return false
    throw error
  } finally {
    fs.rmSync(temporary)
    syncDirectory(dirname(path))
  }
}
