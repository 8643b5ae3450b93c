import { type HmacKey, hkdfExpand, hkdfExtract } from './hkdf.ts'
import { checkKeysDirectory, MasterKeyError, readKeyFile } from './key-file.ts'
import { keysDirectory, type NumberedFile, numberedFiles } from './keys-directory.ts'

/** What a derived secret is for; no two purposes share bytes. */
export type Purpose = 'temporary password' | 'link' | 'seal'

export const KEY_NAME = /^master-([1-9][0-9]{0,5})\.key$/
const CREDENTIAL_NAME = /^(?:postern-)?master-([1-9][0-9]{0,5})\.key$/
const NO_SALT = new Uint8Array(0)

/** The master keys by their numbers. What they are shows in no JSON, no log line and no inspection. */
export class MasterKeys {
  /** The number of the newest key: new secrets are made with it. */
  readonly current: number
  readonly #keys: ReadonlyMap<number, HmacKey>

  /** @param keys 32 random bytes each, by number (from 1), at least one */
  constructor(keys: ReadonlyMap<number, Uint8Array>) {
    if (keys.size === 0) throw new RangeError('MasterKeys needs at least one key.')
    this.current = Math.max(...keys.keys())
    // A salt would add nothing to keys that are uniformly random (RFC 5869, section 3.1).
    this.#keys = new Map([...keys].map(([number, key]) => [number, hkdfExtract(NO_SALT, key)]))
  }

  /** Whether what was made with key `number` can still be read. */
  has(number: number): boolean {
    return this.#keys.has(number)
  }

  /**
   * `bytes` bytes (1 to 8160) for one purpose, task and round: the same each time, and to be had by the holder of
   * the key alone. HKDF-SHA-256 (RFC 5869); purpose, task and nonce are bound with their lengths before them, so that
   * no two triples run together.
   * @throws MasterKeyError (`missing`) when there is no key of that number.
   */
  derive(purpose: Purpose, number: number, task: string, nonce: string, bytes: number): Uint8Array {
    const key = this.#keys.get(number)
    if (key === undefined) {
      const file = `keys/master-${number}.key`
      throw new MasterKeyError('missing', file, `${file} is missing and something made with it is in use: restore it.`)
    }
    return hkdfExpand(key, lengthPrefixed([purpose, task, nonce]), bytes)
  }

  toJSON(): string {
    return '[master keys]'
  }
}

/** Each part as UTF-8 after its length as a 16-bit number. */
function lengthPrefixed(parts: readonly string[]): Buffer {
  const size = parts.reduce((sum, part) => sum + 2 + Buffer.byteLength(part), 0)
  const buffer = Buffer.allocUnsafe(size)
  let end = 0
  for (const part of parts) {
    const length = buffer.write(part, end + 2)
    buffer.writeUInt16BE(length, end)
    end += 2 + length
  }
  return buffer
}

/**
 * Reads every `keys/master-N.key` of the data directory, and every credential `postern-master-N.key` or
 * `master-N.key` of `credentialsDirectory` (systemd's $CREDENTIALS_DIRECTORY), where one is given.
 * @throws MasterKeyError when there is none, or one is damaged, or not the daemon's alone, or two of one number differ.
 */
export function openMasterKeys(dataDirectory: string, credentialsDirectory?: string): MasterKeys {
  const directory = keysDirectory(dataDirectory)
  checkKeysDirectory(directory)
  const keys = new Map<number, Buffer>()
  const add = ({ number, path }: NumberedFile, origin: 'keys' | 'credential') => {
    const key = readKeyFile(path, origin)
    if (keys.get(number)?.equals(key) === false) {
      const message = `${path} is not the master key ${number} found elsewhere: remove the wrong one.`
      throw new MasterKeyError('damaged', path, message)
    }
    keys.set(number, key)
  }
  for (const file of numberedFiles(directory, KEY_NAME)) add(file, 'keys')
  if (credentialsDirectory !== undefined) {
    for (const file of numberedFiles(credentialsDirectory, CREDENTIAL_NAME)) add(file, 'credential')
  }
  if (keys.size === 0) {
    const advice = 'restore it from a backup, or "postern store init" for a new store'
    throw new MasterKeyError('missing', directory, `There is no master key in ${directory}: ${advice}.`)
  }
  const opened = new MasterKeys(keys)
  for (const key of keys.values()) key.fill(0)
  return opened
}
