import * as fs from 'node:fs'

export const KEY_BYTES = 32

export type MasterKeyFault = 'missing' | 'unsafe' | 'damaged'

/** Why the master key cannot be used. The message is a sentence that names the file and says what to do. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError'
  /** `missing`: there is none; `unsafe`: others may have read or changed it; `damaged`: it is not a key. */
  readonly kind: MasterKeyFault
  /** The file or directory in question. */
  readonly file: string

  constructor(kind: MasterKeyFault, file: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
    this.file = file
  }
}

/**
 * Refuses a file that anyone but its owner may have read or changed. A service manager owns its credentials as root
 * and lets the daemon in by an access list, which shows as group bits: there only the others' bits count.
 */
function checkKeeper(path: string, status: fs.Stats, origin: 'keys' | 'credential'): void {
  const us = process.geteuid?.() ?? status.uid
  const owners = origin === 'credential' ? [us, 0] : [us]
  if (!owners.includes(status.uid)) {
    const advice = `run the daemon as its owner, or "chown ${us} ${path}"`
    throw new MasterKeyError('unsafe', path, `${path} belongs to uid ${status.uid}, not to uid ${us}: ${advice}.`)
  }
  if ((status.mode & (origin === 'credential' ? 0o007 : 0o177)) !== 0) {
    const mode = (status.mode & 0o7777).toString(8).padStart(4, '0')
    const advice = `if nobody else can have read it, "chmod 0600 ${path}"`
    throw new MasterKeyError('unsafe', path, `${path} has mode ${mode}, wider than 0600: ${advice}.`)
  }
}

/**
 * Refuses a keys directory in which others than its owner could put a key of theirs; one that is missing is fine.
 * @throws MasterKeyError
 */
export function checkKeysDirectory(directory: string): void {
  const status = fs.lstatSync(directory, { throwIfNoEntry: false })
  if (status === undefined) return
  if (!status.isDirectory()) {
    throw new MasterKeyError('unsafe', directory, `${directory} is not a directory: move it away and restore the keys.`)
  }
  if ((status.mode & 0o022) !== 0) {
    const message = `${directory} can be written by others than its owner: "chmod 0750 ${directory}" and check the keys.`
    throw new MasterKeyError('unsafe', directory, message)
  }
}

/**
 * The 32 bytes of a master key.
 * @throws MasterKeyError when the file is not exactly a key, or not ours alone.
 */
export function readKeyFile(path: string, origin: 'keys' | 'credential'): Buffer {
  let descriptor: number
  try {
    // Non-blocking, so that a FIFO of that name cannot hold up the start.
    descriptor = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK)
  } catch (cause) {
    const advice = 'it must be a plain file that the user of the daemon can read'
    throw new MasterKeyError('unsafe', path, `${path} cannot be opened: ${advice}.`, { cause })
  }
  try {
    const status = fs.fstatSync(descriptor)
    if (!status.isFile()) throw new MasterKeyError('damaged', path, `${path} is not a plain file: restore the key.`)
    checkKeeper(path, status, origin)
    if (status.size !== KEY_BYTES) {
      const advice = 'restore it from a backup; what was made with it cannot be read without it'
      throw new MasterKeyError('damaged', path, `${path} holds ${status.size} bytes, not ${KEY_BYTES}: ${advice}.`)
    }
    return fs.readFileSync(descriptor)
  } finally {
    fs.closeSync(descriptor)
  }
}
