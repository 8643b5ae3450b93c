import type { Settings } from '../../core/domain/setting.ts'
import { EXIT, Stop } from '../../core/exit.ts'
import { sealSettings } from '../../core/secrets/seal-settings.ts'
import { settingJson } from '../../core/text/json.ts'
import { type SettingsChanged, setSettings } from '../../core/usecases/settings.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { wrongUse } from '../input.ts'
import type { Io } from '../io.ts'
import { printItems } from '../output/json.ts'
import { parseTyped, readSecrets } from './typed.ts'
import { valueWords } from './words.ts'

/** `postern settings set` */
export const set: Run = async (call) => {
  const { io, input } = call
  const typed = parseTyped(input.arguments, io, (name) => `postern settings set ${name}`)
  const values = await readSecrets(io, typed)
  return atStore(call, async ({ data, context }) => {
    const changes = (await sealSettings(data, values)).map((setting) => ({ ...setting, version: null }))
    const settings = expectDone(io, await setSettings(context, changes))
    const names = typed.map(({ name }) => name)
    if (call.json)
      await printItems(
        io,
        names.map((name) => settingJson(name, settings, true)),
      )
    else for (const name of names) io.print(`${name} = ${valueWords(name, settings)}`)
    return EXIT.done
  })
}

function expectDone(io: Io, changed: SettingsChanged): Settings {
  switch (changed.kind) {
    case 'done':
      for (const warning of changed.warnings) io.complain(`! ${warning}`)
      return changed.settings
    case 'refused':
      throw wrongUse(`${changed.refusals.join(' ')} Nothing was changed.`)
    case 'changed-meanwhile':
      throw new Stop(EXIT.failed, `${changed.setting.name} was changed meanwhile; nothing was saved.`)
  }
}
