import { forgotPasswordLacks, reviewForgotPassword, unconfirmed } from '../../../core/domain/forgot-password.ts'
import {
  isSecretSetting,
  isSettingName,
  parseSetting,
  SETTING_NAMES,
  type SettingName,
  type Settings,
  settingsInForce,
} from '../../../core/domain/setting.ts'
import { reviewSettings } from '../../../core/domain/setting-review.ts'
import { type InertText, inert } from '../../../core/text/inert.ts'
import { changedValues, type Form } from '../../form/form.ts'
import type { SettingsState, TypedChange } from './settings.state.ts'

/** What stands against the settings as the form has them. */
export interface FormReview {
  /** What cannot be saved, by name, whole sentences. */
  readonly errors: ReadonlyMap<string, InertText>
  readonly warnings: ReadonlyMap<string, InertText>
  /** The warnings one by one. */
  readonly doubts: readonly string[]
}

/** What was changed, with the versions that the operator saw. */
export function changesOf({ form, rows }: Pick<SettingsState, 'form' | 'rows'>): readonly TypedChange[] {
  return [...changedValues(form)].flatMap(([name, text]) => {
    const version = rows?.find((row) => row.name === name)?.version ?? 0
    return isSettingName(name) ? [{ name, text, version }] : []
  })
}

/** Reviews what is typed as saving would, before anything is saved; what is to be done is said in the console's keys. */
export function reviewForm(
  state: Pick<SettingsState, 'form' | 'rows' | 'theirs' | 'queue'>,
  readOnly = false,
): FormReview {
  const worded = readOnly ? (sentence: string) => sentence : inConsole
  const { rows, theirs, queue } = state
  const errors = new Map<string, InertText>()
  const before = settingsInForce(rows ?? [])
  const values: { name: SettingName; value: Settings[SettingName] }[] = []
  const changes = changesOf(state)
  for (const { name, text } of changes) {
    const parsed = parseSetting(name, text)
    if (parsed.ok) values.push({ name, value: parsed.value })
    // A secret is not repeated, whatever is wrong with it.
    else errors.set(name, inert(isSecretSetting(name) ? `${name} cannot be that.` : parsed.why, 300))
  }
  const after: Settings = { ...before, ...Object.fromEntries(values.map(({ name, value }) => [name, value])) }
  const names = values.map(({ name }) => name)
  const links = reviewForgotPassword(before, after, names, queue)
  for (const refusal of [...reviewSettings(after, names).refusals, ...links.refusals]) {
    const name = placeOf(refusal, names)
    if (!errors.has(name)) errors.set(name, inert(worded(refusal), 600))
  }
  const doubts = [...reviewSettings(after, SETTING_NAMES).warnings, ...links.warnings, ...standing(after)].map(worded)
  const warnings = new Map<string, InertText>()
  const remark = (name: string, text: string) => {
    const known = warnings.get(name)
    warnings.set(name, inert(known === undefined ? text : `${known} ${text}`, 900))
  }
  for (const doubt of doubts) remark(placeOf(doubt, names), doubt)
  for (const name of theirs) remark(name, theirsWords(name, state))
  const lacks = after.SERVICE_FORGOT_PASSWORD_ENABLE ? [] : forgotPasswordLacks(after, queue)
  if (lacks.length > 0) remark('SERVICE_FORGOT_PASSWORD_ENABLE', worded(`Cannot be turned on yet. ${lacks.join(' ')}`))
  const doubt = toConfirm(state)
  if (doubt !== null && links.warnings.length === 0) remark('SERVICE_FORGOT_PASSWORD_ENABLE', worded(doubt))
  return { errors, warnings, doubts }
}

/** That a test mail was taken under the stored settings, and nobody has said yet that it came in; else null. */
export const toConfirm = ({ rows, queue }: Pick<SettingsState, 'rows' | 'queue'>): string | null =>
  unconfirmed(settingsInForce(rows ?? []), queue)

/** Where a sentence is shown: at the setting that it begins with, else at one that was changed. */
function placeOf(sentence: string, changed: readonly SettingName[]): string {
  const named = sentence.match(/SERVICE_[A-Z0-9_]+/g) ?? []
  return named.find((name) => changed.some((each) => each === name)) ?? named[0] ?? changed[0] ?? ''
}

/** What the command line's words are here. */
const inConsole = (sentence: string): string =>
  sentence
    .replaceAll('send one with "postern mail test ADDRESS"', 'press t to send one')
    .replaceAll('then "postern mail confirm"', 'then press y here')

/** What is to be known of settings that contradict nothing. */
function standing({ SERVICE_MAIL_AUTH: auth }: Settings): readonly string[] {
  if (auth) return []
  return ['SERVICE_MAIL_AUTH is false: letters leave without signing in, which most servers refuse.']
}

/** `ops changed it meanwhile to "mx2"; what you typed is kept.` */
function theirsWords(name: string, { rows }: Pick<SettingsState, 'rows'>): string {
  const row = rows?.find((each) => each.name === name)
  if (row === undefined) return ''
  const value = isSecretSetting(row.name) ? 'a new value' : `"${row.value}"`
  return `Changed meanwhile by ${row.changedBy}: theirs is ${value}, yours is kept above. Saving puts yours over it.`
}

/** The form with what the review says; the field that is typed into is left in peace. */
export function remarked(form: Form, { errors, warnings }: FormReview, typing: string | null): Form {
  return {
    ...form,
    fields: form.fields.map((field) => ({
      ...field,
      error: field.name === typing ? field.error : (errors.get(field.name) ?? null),
      warning: warnings.get(field.name) ?? null,
    })),
  }
}
