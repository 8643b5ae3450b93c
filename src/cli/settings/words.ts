import { isSecretSetting, type SettingName, type Settings } from '../../core/domain/setting.ts'

/** A setting's value for people; of a secret only whether there is one. */
export function valueWords(name: SettingName, settings: Settings): string {
  const value = settings[name]
  if (isSecretSetting(name)) return value === '' ? 'not set' : 'set'
  return String(value)
}
