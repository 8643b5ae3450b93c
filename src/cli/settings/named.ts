import { isSettingName, SETTING_NAMES, type SettingName } from '../../core/domain/setting.ts'
import type { Stop } from '../../core/exit.ts'
import { quoted, wrongUse } from '../input.ts'

/** How many letters must be added, taken away or changed to make `b` of `a` (Levenshtein). */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const change = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

const LONGEST_NAME = 80

/** The setting whose name is most like what was typed. */
function nearest(typed: string): SettingName | undefined {
  const name = typed.toUpperCase().slice(0, LONGEST_NAME)
  const wanted = name.startsWith('SERVICE_') ? name : `SERVICE_${name}`
  const [best] = SETTING_NAMES.map((known) => ({ known, far: distance(wanted, known) })).sort((a, b) => a.far - b.far)
  return best !== undefined && best.far <= wanted.length / 2 ? best.known : undefined
}

/** @throws Stop with exit status 2, and with the nearest name as a hint, when there is no such setting. */
export function expectSettingName(typed: string): SettingName {
  if (isSettingName(typed)) return typed
  throw unknownSetting(typed)
}

/** Exit status 2 for a name that is no setting's, with the nearest one as a hint. */
export function unknownSetting(typed: string): Stop {
  const guess = nearest(typed)
  const hint = guess === undefined ? '"postern settings list" names them all' : `did you mean ${guess}?`
  return wrongUse(`There is no setting ${quoted(typed)}; ${hint}${guess === undefined ? '.' : ''}`)
}
