import * as fs from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from './durable-file.ts'
import { MasterKeyError } from './key-file.ts'
import { keysDirectory, makeKeysDirectory } from './keys-directory.ts'
import type { MasterKeys } from './master-key.ts'
import { sealPublicKey } from './seal.ts'

const MODE = 0o640

const sealKeyFile = (dataDirectory: string): string => join(keysDirectory(dataDirectory), 'seal.pub')

/**
 * Writes `keys/seal.pub` for the current key, unless it says just that already. To be called at each start of the
 * daemon: a key may have come by a credential, and a file may have been lost.
 */
export async function publishSealKey(dataDirectory: string, keys: MasterKeys): Promise<void> {
  const group = makeKeysDirectory(dataDirectory)
  const file = sealKeyFile(dataDirectory)
  const text = await sealPublicKey(keys)
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) return
  replaceFile(file, { bytes: Buffer.from(text), mode: MODE, group })
}

/**
 * What doors seal settings with: the text of `keys/seal.pub`.
 * @throws MasterKeyError (`missing`) when it cannot be read.
 */
export function readSealKey(dataDirectory: string): string {
  const file = sealKeyFile(dataDirectory)
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (cause) {
    const advice = 'start the daemon, which writes it, or "postern store init"'
    throw new MasterKeyError('missing', file, `${file} cannot be read: ${advice}.`, { cause })
  }
}
