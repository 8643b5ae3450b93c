import {
  isSecretSetting,
  parseSetting,
  SETTING_NAMES,
  type SettingName,
  type Settings,
} from '../../core/domain/setting.ts'
import { EXIT, Stop } from '../../core/exit.ts'
import { sealSetting } from '../../core/secrets/seal.ts'
import { readSealKey } from '../../core/secrets/seal-key.ts'
import { type SettingChange, setSettings } from '../../core/usecases/settings.ts'
import type { House } from './house.ts'

/** What an operator types, by the setting's name. */
export type Typed = Partial<Readonly<Record<SettingName, string>>>

/**
 * Sets settings as an operator does: parsed, the secret ones sealed to the daemon, all or none.
 * @returns all that are in force now.
 * @throws Stop when one is refused.
 */
export async function setAsOperator({ context, data }: House, typed: Typed): Promise<Settings> {
  const changes: SettingChange[] = []
  for (const name of SETTING_NAMES) {
    const text = typed[name]
    if (text === undefined) continue
    const parsed = parseSetting(name, text)
    if (!parsed.ok) throw new Stop(EXIT.failed, parsed.why)
    const value = isSecretSetting(name) ? await sealSetting(readSealKey(data), name, text) : parsed.value
    changes.push({ name, value, version: null })
  }
  const changed = await setSettings(context, changes)
  if (changed.kind === 'done') return changed.settings
  throw new Stop(
    EXIT.failed,
    changed.kind === 'refused' ? changed.refusals.join(' ') : `${changed.setting.name} was changed meanwhile.`,
  )
}
