import { isSecretSetting, isSettingName, type SettingName } from './setting.ts'

/** What a `NAME=VALUE`, or the NAME of a secret alone, on a command line comes to. */
export type Assignment =
  | { readonly kind: 'value'; readonly name: SettingName; readonly text: string }
  /** Its value is to be read from elsewhere. */
  | { readonly kind: 'secret'; readonly name: SettingName }
  | { readonly kind: 'unknown'; readonly typed: string }
  | { readonly kind: 'no-value'; readonly name: SettingName }
  /** A secret with its value: others can read it there, so it is neither taken nor repeated. */
  | { readonly kind: 'shown-secret'; readonly name: SettingName }

/** Takes a setting's assignment apart; its value is not looked at. */
export function parseAssignment(argument: string): Assignment {
  const equals = argument.indexOf('=')
  const name = equals < 0 ? argument : argument.slice(0, equals)
  if (!isSettingName(name)) return { kind: 'unknown', typed: name }
  if (isSecretSetting(name)) return { kind: equals < 0 ? 'secret' : 'shown-secret', name }
  return equals < 0 ? { kind: 'no-value', name } : { kind: 'value', name, text: argument.slice(equals + 1) }
}
