import {
  DEFAULTS,
  definitionOf,
  isSecretSetting,
  SETTING_NAMES,
  type SettingName,
  type StoredSetting,
} from '../../../core/domain/setting.ts'
import { SETTING_GROUPS } from '../../../core/domain/setting-catalogue.ts'
import type { Instant } from '../../../core/domain/time.ts'
import { humanTime } from '../../../core/text/human.ts'
import { type InertText, inert } from '../../../core/text/inert.ts'
import { checkField, choiceField, type Field, type Form, isChanged, secretField, textField } from '../../form/form.ts'
import { editorOf } from '../../input/editor.ts'
import type { Shared } from '../../screen.ts'

const inGroups: readonly SettingName[] = SETTING_GROUPS.flatMap((group) =>
  SETTING_NAMES.filter((name) => definitionOf(name).group === group),
)

const PREFIX = 'SERVICE_'

/** The name as the form has it: all begin alike. */
export const labelOf = (name: SettingName): string => name.slice(PREFIX.length)

/** When the settings are looked at, and whether by someone who may change them. */
type Beheld = Pick<Shared, 'now' | 'readOnly'>

/** The catalogue as a form, with what is stored in it. */
function settingsForm(rows: readonly StoredSetting[], beheld: Beheld): Form {
  const fields = inGroups.map((name, index) => {
    const { group } = definitionOf(name)
    const before = inGroups[index - 1]
    const isFirst = before === undefined || definitionOf(before).group !== group
    return fieldOf(
      name,
      rows.find((row) => row.name === name),
      beheld,
      isFirst ? inert(group) : undefined,
    )
  })
  return { fields, focus: 0, isResting: true }
}

function fieldOf(
  name: SettingName,
  row: StoredSetting | undefined,
  { now, readOnly }: Beheld,
  group: InertText | undefined,
): Field {
  const definition = definitionOf(name)
  const value = row?.value ?? DEFAULTS[name]
  const given = {
    name,
    label: inert(labelOf(name)),
    help: inert(helpOf(name, readOnly), 400),
    ...(group === undefined ? {} : { group }),
    ...noteOf(name, row, now),
  }
  switch (definition.type) {
    case 'boolean':
      return checkField(given, value === true)
    case 'choice':
      return choiceField(
        given,
        definition.choices.map((choice) => ({ value: choice, words: inert(choice) })),
        String(value),
      )
    case 'secret':
      return secretField(given, value !== '')
    case 'integer':
    case 'text':
    case 'host':
    case 'address':
    case 'url':
    case 'origin':
    case 'listener':
    case 'networks':
    case 'path':
      return textField(given, String(value))
  }
}

const HOW: Readonly<Partial<Record<string, string>>> = {
  boolean: ' Space changes it.',
  choice: ' Space changes it.',
  secret: ' Enter, then type, replaces it.',
}

/** `SERVICE_MAIL_PORT: … Default: 587. From 1 to 65535.`, and how it is changed where that can be. */
function helpOf(name: SettingName, readOnly: boolean): string {
  const definition = definitionOf(name)
  const usual = definition.type === 'boolean' ? (definition.default ? 'yes' : 'no') : String(definition.default)
  const byDefault = definition.type === 'secret' ? '' : usual === '' ? ' Empty by default.' : ` Default: ${usual}.`
  const range =
    definition.type === 'integer'
      ? ` From ${definition.min} to ${definition.max}${definition.unit === undefined ? '' : ` ${definition.unit}`}.`
      : ''
  const how = readOnly ? '' : (HOW[definition.type] ?? '')
  return `${name}: ${definition.help}${byDefault}${range}${how}`
}

/** Who changed it and when; that it is the default, where nobody did. */
function noteOf(name: SettingName, row: StoredSetting | undefined, now: Instant): { readonly note?: InertText } {
  const isSecret = isSecretSetting(name)
  if (row === undefined) return isSecret || DEFAULTS[name] === '' ? {} : { note: inert('(default)') }
  if (!isSecret) return row.value === DEFAULTS[name] && row.value !== '' ? { note: inert('(default)') } : {}
  return { note: inert(`changed ${humanTime(row.changedAt, now)} by ${row.changedBy}`) }
}

/** The form with what is stored now; what was typed and not saved stays as it is. */
export function withStored(form: Form, rows: readonly StoredSetting[], beheld: Beheld): Form {
  const fresh = settingsForm(rows, beheld)
  if (form.fields.length === 0) return fresh
  const fields = fresh.fields.map((field) => {
    const mine = form.fields.find(({ name }) => name === field.name)
    return mine !== undefined && isChanged(mine) ? onTopOf(field, mine) : field
  })
  return { ...form, fields }
}

/** What was typed, over another stored value. */
function onTopOf(stored: Field, mine: Field): Field {
  switch (mine.kind) {
    case 'text':
      return stored.kind === 'text' ? { ...stored, editor: mine.editor, error: mine.error } : stored
    case 'secret':
      return stored.kind === 'secret' ? { ...stored, editor: mine.editor, isTouched: mine.isTouched } : stored
    case 'choice':
      return stored.kind === 'choice' ? { ...stored, value: mine.value } : stored
    case 'check':
      return stored.kind === 'check' ? { ...stored, value: mine.value } : stored
  }
}

/** A field as it is stored. */
export function asStored(field: Field): Field {
  switch (field.kind) {
    case 'text':
      return { ...field, editor: editorOf(field.before) }
    case 'secret':
      return { ...field, editor: editorOf(), isTouched: false }
    case 'choice':
      return { ...field, value: field.before }
    case 'check':
      return { ...field, value: field.before }
  }
}

/** A field as it is once its value is stored. */
export function taken(field: Field): Field {
  switch (field.kind) {
    case 'text':
      return { ...field, before: field.editor.text }
    case 'secret':
      return { ...field, isSet: field.editor.text !== '', editor: editorOf(), isTouched: false }
    case 'choice':
      return { ...field, before: field.value }
    case 'check':
      return { ...field, before: field.value }
  }
}
