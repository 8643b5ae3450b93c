import {
  isSecretSetting,
  parseSetting,
  type SettingName,
  type Settings,
  type SettingValue,
} from '../../core/domain/setting.ts'
import { EXIT, Stop } from '../../core/exit.ts'
import { sealSetting } from '../../core/secrets/seal.ts'
import { readSealKey } from '../../core/secrets/seal-key.ts'
import { settingJson } from '../../core/text/json.ts'
import { type SettingsChanged, setSettings } from '../../core/usecases/settings.ts'
import { readSecret } from '../asking.ts'
import type { Call, Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { wrongUse } from '../input.ts'
import type { Io } from '../io.ts'
import { printItems } from '../output/json.ts'
import { expectSettingName } from './named.ts'
import { valueWords } from './words.ts'

interface Typed {
  readonly name: SettingName
  /** Null for the name of a secret alone. */
  readonly text: string | null
}

/** @throws Stop with exit status 2; a secret on the command line is not repeated. */
function parseTyped(argument: string): Typed {
  const equals = argument.indexOf('=')
  const name = expectSettingName(equals < 0 ? argument : argument.slice(0, equals))
  const secret = isSecretSetting(name)
  if (secret && equals >= 0) {
    throw wrongUse(
      `${name} is a secret and is not taken from the command line, where others can read it: "postern settings set ${name}" asks for it, or reads standard input.`,
    )
  }
  if (!secret && equals < 0) throw wrongUse(`${name} needs a value: ${name}=VALUE.`)
  return { name, text: secret ? null : argument.slice(equals + 1) }
}

function parseAll({ input, io }: Call): readonly Typed[] {
  const typed = input.arguments.map(parseTyped)
  const twice = typed.find(({ name }, index) => typed.findIndex((other) => other.name === name) < index)
  if (twice !== undefined) throw wrongUse(`${twice.name} is given twice.`)
  if (io.ask === null && typed.filter(({ text }) => text === null).length > 1) {
    throw wrongUse('Standard input holds one secret: set the others one by one.')
  }
  return typed
}

interface Parsed {
  readonly name: SettingName
  readonly value: SettingValue
}

/** The parsed values; secrets are asked for last, when all else can be taken. */
async function parseValues(io: Io, typed: readonly Typed[]): Promise<readonly Parsed[]> {
  const values: Parsed[] = []
  for (const { name, text } of typed.toSorted((a, b) => Number(a.text === null) - Number(b.text === null))) {
    const parsed = parseSetting(name, text ?? (await readSecret(io, name)))
    if (!parsed.ok) throw wrongUse(parsed.why)
    values.push({ name, value: parsed.value })
  }
  return values
}

/** Seals a secret; an empty one stays empty, which means that none is set. */
async function sealed(data: string, { name, value }: Parsed): Promise<SettingValue> {
  if (!isSecretSetting(name) || value === '') return value
  return sealSetting(readSealKey(data), name, String(value))
}

/** `postern settings set` */
export const set: Run = async (call) => {
  const typed = parseAll(call)
  const values = await parseValues(call.io, typed)
  return atStore(call, async ({ data, context }) => {
    const changes = await Promise.all(
      values.map(async (parsed) => ({ name: parsed.name, value: await sealed(data, parsed), version: null })),
    )
    const settings = expectDone(call.io, await setSettings(context, changes))
    const names = typed.map(({ name }) => name)
    if (call.json)
      await printItems(
        call.io,
        names.map((name) => settingJson(name, settings, true)),
      )
    else for (const name of names) call.io.print(`${name} = ${valueWords(name, settings)}`)
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
