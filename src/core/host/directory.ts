import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { groupName, userName } from './accounts.ts'
import { fileSystemOf, isNetworkFileSystem } from './file-system.ts'

/** Nothing in the data directory itself can be made or renamed by an operator: keys/ above all. */
const DATA_MODE = 0o750
/** What is made in store/ belongs to the operators' group, whoever makes it. */
const STORE_MODE = 0o2770

const { R_OK, W_OK, X_OK } = fs.constants

export type InspectedDirectory =
  | {
      readonly ok: true
      /** The directory's absolute path. */
      readonly path: string
      /** Whether it was missing and has been made. */
      readonly created: boolean
    }
  | {
      readonly ok: false
      /** A whole sentence: what is wrong with which directory, and what to do. */
      readonly why: string
    }

interface Circumstances {
  readonly create: boolean
  /** The content of /proc/self/mountinfo. */
  readonly mountinfo: string
}

/** Raised and caught in this file only. */
class Refusal extends Error {}

/** Errors of the system that say something of the path or of us, and nothing of the disk. */
const OPERATORS_TO_MEND = ['EACCES', 'EPERM', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EROFS', 'EEXIST', 'ENOENT']

const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0')

/** The mounts that this process sees; nothing where the kernel does not tell. */
const readMountinfo = (): string =>
  fs.existsSync('/proc/self/mountinfo') ? fs.readFileSync('/proc/self/mountinfo', 'utf8') : ''

function refuseNetwork(path: string, mountinfo: string): void {
  const mount = fileSystemOf(fs.realpathSync(path), mountinfo)
  if (mount === null || !isNetworkFileSystem(mount.type)) return
  throw new Refusal(
    `${path} is on a network file system (${mount.type}, mounted on ${mount.point}), where locks and fsync cannot be relied on: use a directory on a local disk.`,
  )
}

/** Refuses what is no directory of its own or is open to more people than it should be. */
function refuseExposed(directory: string, status: fs.Stats, forbidden: number, mode: number): void {
  if (status.isSymbolicLink()) {
    throw new Refusal(
      `${directory} is a symbolic link: name the directory that it leads to, ${fs.readlinkSync(directory)}.`,
    )
  }
  if (!status.isDirectory()) throw new Refusal(`${directory} is not a directory: move it away, or name another one.`)
  if ((status.mode & forbidden) === 0) return
  const whom = (status.mode & 0o007) === 0 ? 'lets its group rename the keys' : 'is open to every user of this machine'
  throw new Refusal(`${directory} has mode ${octal(status.mode)} and ${whom}: "chmod ${octal(mode)} ${directory}".`)
}

/** Refuses what we may not use, and says who may. */
function refuseClosed(directory: string, status: fs.Stats, needs: number, mode: number): void {
  try {
    fs.accessSync(directory, needs)
    return
  } catch {
    // Said below, with more words than the system has.
  }
  const uid = process.getuid?.() ?? 0
  const us = userName(uid) ?? `uid ${uid}`
  const owner = userName(status.uid) ?? `uid ${status.uid}`
  const group = groupName(status.gid)
  const verb = (needs & W_OK) === 0 ? 'read' : 'write'
  const chmod = `"chmod ${octal(mode)} ${directory}"`
  const groupMay = (status.mode & (needs << 3)) === needs << 3
  const remedy =
    status.uid === uid
      ? chmod
      : groupMay
        ? `run it as ${owner}, or join the group ("usermod -aG ${group} ${us}", then log in again)`
        : `run it as ${owner}, or have ${owner} say ${chmod}`
  throw new Refusal(`${us} cannot ${verb} ${directory}, which belongs to ${owner} and the group ${group}: ${remedy}.`)
}

/** Makes a directory that has its mode and group from the moment it has its name; one that is there is left alone. */
function makeDirectory(directory: string, mode: number, group: number | null): void {
  const temporary = join(dirname(directory), `.${basename(directory)}.${randomBytes(8).toString('hex')}`)
  fs.mkdirSync(temporary, 0o700)
  try {
    if (group !== null && fs.statSync(temporary).gid !== group) fs.chownSync(temporary, -1, group)
    fs.chmodSync(temporary, mode)
    fs.renameSync(temporary, directory)
  } catch (error) {
    fs.rmdirSync(temporary)
    // Another process was faster, and has begun to fill it.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error
  }
  const descriptor = fs.openSync(dirname(directory), 'r')
  try {
    fs.fsyncSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}

const statusOf = (path: string): fs.Stats | undefined => fs.lstatSync(path, { throwIfNoEntry: false })

/** Makes the data directory where it is missing and may be made; says whether it did. */
function provide(directory: string, { create, mountinfo }: Circumstances): boolean {
  if (statusOf(directory) !== undefined) return false
  const parent = dirname(directory)
  if (statusOf(parent) === undefined) {
    throw new Refusal(
      `${directory} cannot be made, for ${parent} is missing: make that first, or name another directory.`,
    )
  }
  if (!create) throw new Refusal(`There is no data directory ${directory}: start the daemon, or "postern store init".`)
  refuseNetwork(parent, mountinfo)
  makeDirectory(directory, DATA_MODE, null)
  return true
}

function inspectData(directory: string, { mountinfo }: Circumstances): fs.Stats {
  const status = fs.lstatSync(directory)
  refuseExposed(directory, status, 0o027, DATA_MODE)
  refuseNetwork(directory, mountinfo)
  // An operator need not write here, the daemon must.
  const needs = status.uid === process.getuid?.() ? R_OK | W_OK | X_OK : R_OK | X_OK
  refuseClosed(directory, status, needs, DATA_MODE)
  return status
}

/** Inspects `store/`, too. Where there is none and none is to be made, the store will say so when it is opened. */
function inspectStore(directory: string, group: number, { create, mountinfo }: Circumstances): void {
  if (create && statusOf(directory) === undefined) makeDirectory(directory, STORE_MODE, group)
  const status = statusOf(directory)
  if (status === undefined) return
  refuseExposed(directory, status, 0o007, STORE_MODE)
  refuseNetwork(directory, mountinfo)
  refuseClosed(directory, status, R_OK | W_OK | X_OK, STORE_MODE)
}

/**
 * Whether `path` can be the data directory: a directory itself and not a link to one, on a local file system, closed
 * to strangers and to writing by its group, and one that we may use, `store/` in it included. To be asked after
 * `becomeOwner`: root may use everything.
 * @param create make what is missing of it and `store/`; its parent must be there. Not under systemd, which provides it.
 * @param mountinfo for tests: mounts other than this machine's
 * @throws the system's error where the disk fails.
 */
export function inspectDataDirectory(
  path: string,
  { create, mountinfo = readMountinfo() }: Pick<Circumstances, 'create'> & Partial<Circumstances>,
): InspectedDirectory {
  const directory = resolve(path)
  const circumstances = { create, mountinfo }
  try {
    const created = provide(directory, circumstances)
    const { gid } = inspectData(directory, circumstances)
    inspectStore(join(directory, 'store'), gid, circumstances)
    return { ok: true, path: directory, created }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, why: error.message }
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!OPERATORS_TO_MEND.includes(code)) throw error
    const advice = 'run it as a user who may, or name another one'
    return { ok: false, why: `${directory} cannot be used as the data directory (${code}): ${advice}.` }
  }
}
