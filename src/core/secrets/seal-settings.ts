import { isSecretSetting, type SettingName, type SettingValue } from '../domain/setting.ts'
import { sealSetting } from './seal.ts'
import { readSealKey } from './seal-key.ts'

/** A setting with its value; a secret's is not yet sealed. */
export interface NewSetting {
  readonly name: SettingName
  readonly value: SettingValue
}

/**
 * The settings as they are kept: secrets sealed with the key of the data directory. An empty one stays empty, which means
 * that none is set.
 * @throws MasterKeyError (`missing`) when a secret is to be sealed and the key cannot be read.
 */
export function sealSettings(data: string, settings: readonly NewSetting[]): Promise<readonly NewSetting[]> {
  return Promise.all(
    settings.map(async ({ name, value }) => {
      if (!isSecretSetting(name) || value === '') return { name, value }
      return { name, value: await sealSetting(readSealKey(data), name, String(value)) }
    }),
  )
}
