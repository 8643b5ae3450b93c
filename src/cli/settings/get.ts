import { settingsInForce } from '../../core/domain/setting.ts'
import { EXIT } from '../../core/exit.ts'
import { settingJson } from '../../core/text/json.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { printJson } from '../output/json.ts'
import { expectSettingName } from './named.ts'
import { valueWords } from './words.ts'

/** `postern settings get` */
export const getSetting: Run = async (call) => {
  const name = expectSettingName(call.input.first)
  return atStore(call, async ({ store }) => {
    const rows = await store.settings()
    const settings = settingsInForce(rows)
    const isSet = rows.some((row) => row.name === name)
    if (call.json) await printJson(call.io, settingJson(name, settings, isSet))
    else call.io.print(valueWords(name, settings))
    return EXIT.done
  })
}
