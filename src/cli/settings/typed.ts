import { parseAssignment } from '../../core/domain/assignment.ts'
import { parseSetting, type SettingName, type SettingValue } from '../../core/domain/setting.ts'
import type { NewSetting } from '../../core/secrets/seal-settings.ts'
import { readSecret } from '../asking.ts'
import { wrongUse } from '../input.ts'
import type { Io } from '../io.ts'
import { unknownSetting } from './named.ts'

/** A setting as it was typed; null stands for the value of a secret, of which the name alone is typed. */
export interface TypedSetting {
  readonly name: SettingName
  readonly value: SettingValue | null
}

/**
 * Parses what was typed as `NAME=VALUE`, or NAME for a secret.
 * @param secretly how a secret is given instead, behind its name: `"postern settings set NAME"`
 * @throws Stop with exit status 2; a secret on the command line is not repeated.
 */
export function parseTyped(args: readonly string[], io: Io, secretly: (name: SettingName) => string) {
  const typed = args.map((argument) => parseOne(argument, secretly))
  const twice = typed.find(({ name }, index) => typed.findIndex((other) => other.name === name) < index)
  if (twice !== undefined) throw wrongUse(`${twice.name} is given twice.`)
  if (io.ask === null && typed.filter(({ value }) => value === null).length > 1) {
    throw wrongUse('Standard input holds one secret: set the others one by one.')
  }
  return typed
}

function parseOne(argument: string, secretly: (name: SettingName) => string): TypedSetting {
  const assignment = parseAssignment(argument)
  switch (assignment.kind) {
    case 'unknown':
      throw unknownSetting(assignment.typed)
    case 'no-value':
      throw wrongUse(`${assignment.name} needs a value: ${assignment.name}=VALUE.`)
    case 'shown-secret':
      throw wrongUse(
        `${assignment.name} is a secret and is not taken from the command line, where others can read it: "${secretly(assignment.name)}" asks for it, or reads standard input.`,
      )
    case 'secret':
      return { name: assignment.name, value: null }
    case 'value':
      return { name: assignment.name, value: expectValue(assignment.name, assignment.text) }
  }
}

function expectValue(name: SettingName, text: string): SettingValue {
  const parsed = parseSetting(name, text)
  if (!parsed.ok) throw wrongUse(parsed.why)
  return parsed.value
}

/** The typed settings with their secrets, which are asked for, or read from standard input. @throws Stop */
export async function readSecrets(io: Io, typed: readonly TypedSetting[]): Promise<readonly NewSetting[]> {
  const settings: NewSetting[] = []
  for (const { name, value } of typed) {
    settings.push({ name, value: value ?? expectValue(name, await readSecret(io, name)) })
  }
  return settings
}
