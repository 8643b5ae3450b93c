import { buffer } from 'node:stream/consumers'
import { parseAssignment } from '../core/domain/assignment.ts'
import type { UnsavedSetting } from '../core/domain/check.ts'
import { parseSetting, type SettingName, type SettingValue } from '../core/domain/setting.ts'
import { EXIT, Stop } from '../core/exit.ts'
import type { MasterKeys } from '../core/secrets/master-key.ts'
import { sealPublicKey, sealSetting } from '../core/secrets/seal.ts'
import { inert } from '../core/text/inert.ts'

/** A setting of `--set`; null stands for the value of a secret, which standard input has. */
export interface GivenSetting {
  readonly name: SettingName
  readonly value: SettingValue | null
}

const wrongUse = (words: string) => new Stop(EXIT.usage, `--set: ${words}`)

/**
 * Parses what `--set` was given.
 * @throws Stop with exit status 2; a secret on the command line is not repeated.
 */
export function parseGiven(args: readonly string[]): readonly GivenSetting[] {
  const given = args.map(parseOne)
  const twice = given.find(({ name }, index) => given.findIndex((other) => other.name === name) < index)
  if (twice !== undefined) throw wrongUse(`${twice.name} is given twice.`)
  if (given.filter(({ value }) => value === null).length > 1) throw wrongUse('standard input holds one secret.')
  return given
}

function parseOne(argument: string): GivenSetting {
  const assignment = parseAssignment(argument)
  switch (assignment.kind) {
    case 'unknown':
      throw wrongUse(`there is no setting "${inert(assignment.typed, 80)}"; "postern settings list" names them all.`)
    case 'no-value':
      throw wrongUse(`${assignment.name} needs a value: ${assignment.name}=VALUE.`)
    case 'shown-secret':
      throw wrongUse(
        `${assignment.name} is a secret and is not taken from the command line, where others can read it: give its name alone, and the secret on standard input.`,
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

/**
 * The given settings as a check takes them: the secret is all of standard input but one line break at its end, and is
 * sealed. @throws Stop
 */
export async function readGiven(
  given: readonly GivenSetting[],
  keys: MasterKeys,
  input: NodeJS.ReadableStream & { readonly isTTY?: boolean },
): Promise<readonly UnsavedSetting[]> {
  return Promise.all(
    given.map(async ({ name, value }): Promise<UnsavedSetting> => {
      if (value !== null) return { name, value }
      if (input.isTTY === true)
        throw wrongUse(`${name} is read from standard input, which is a terminal that would show it.`)
      const typed = (await buffer(input)).toString('utf8').replace(/\r?\n$/, '')
      const secret = String(expectValue(name, typed))
      return { name, value: secret === '' ? '' : await sealSetting(await sealPublicKey(keys), name, secret) }
    }),
  )
}
