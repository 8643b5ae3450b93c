import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createFile } from './durable-file.ts'
import { KEY_BYTES } from './key-file.ts'
import { keysDirectory, makeKeysDirectory, numberedFiles } from './keys-directory.ts'
import { KEY_NAME, type MasterKeys, openMasterKeys } from './master-key.ts'
import { publishSealKey } from './seal-key.ts'

const MODE = 0o600

/**
 * Makes the first master key of a store, and the `seal.pub` that goes with it. Whatever is there already stays: called
 * again, or by two processes at once, it completes what is missing. It knows no lost key from one that never was:
 * for a store that is in use, ask the operator first.
 * @throws MasterKeyError when a key that is there cannot be used; the system's error when the disk fails.
 */
export async function createMasterKey(dataDirectory: string): Promise<MasterKeys> {
  const group = makeKeysDirectory(dataDirectory)
  const directory = keysDirectory(dataDirectory)
  if (numberedFiles(directory, KEY_NAME).length === 0) {
    createFile(join(directory, 'master-1.key'), { bytes: randomBytes(KEY_BYTES), mode: MODE, group })
  }
  const keys = openMasterKeys(dataDirectory)
  await publishSealKey(dataDirectory, keys)
  return keys
}
