import type { InertText } from '../../core/text/inert.ts'
import { type Editor, edit, editorOf } from '../input/editor.ts'
import type { Press } from '../input/press.ts'

interface FieldCommon {
  readonly name: string
  readonly label: InertText
  /** Shown while the field has the focus. */
  readonly help?: InertText
  /** A heading above the field. */
  readonly group?: InertText
  /** Why the value cannot be; shown under the field. */
  readonly error: InertText | null
  /** A doubt about the value that does not stand in the way. */
  readonly warning: InertText | null
  /** Stands behind the value, quietly: that it is the default, who changed it. */
  readonly note?: InertText
}

/** A field that is typed into. */
export interface TextField extends FieldCommon {
  readonly kind: 'text'
  readonly editor: Editor
  /** The value that is stored. */
  readonly before: string
}

/** A value that is never shown: what is stored stays until something is typed, or it is emptied. */
export interface SecretField extends FieldCommon {
  readonly kind: 'secret'
  readonly editor: Editor
  readonly isSet: boolean
  readonly isTouched: boolean
}

/** One of several values; space, left and right go through them. */
export interface ChoiceField extends FieldCommon {
  readonly kind: 'choice'
  readonly choices: readonly { readonly value: string; readonly words: InertText }[]
  readonly value: string
  readonly before: string
}

/** Yes or no; the space bar turns it round. */
export interface CheckField extends FieldCommon {
  readonly kind: 'check'
  readonly value: boolean
  readonly before: boolean
}

export type Field = TextField | SecretField | ChoiceField | CheckField

/** Fields below each other, one with the focus. */
export interface Form {
  readonly fields: readonly Field[]
  readonly focus: number
  /** One goes from field to field and types into none: the field is marked, and has no cursor. */
  readonly isResting?: boolean
}

type Given = Pick<FieldCommon, 'name' | 'label' | 'help' | 'group' | 'note'>
const quiet = { error: null, warning: null } as const

export const textField = (given: Given, value: string): TextField => ({
  ...given,
  ...quiet,
  kind: 'text',
  editor: editorOf(value),
  before: value,
})
export const secretField = (given: Given, isSet: boolean): SecretField => ({
  ...given,
  ...quiet,
  kind: 'secret',
  editor: editorOf(),
  isSet,
  isTouched: false,
})
export const choiceField = (given: Given, choices: ChoiceField['choices'], value: string): ChoiceField => ({
  ...given,
  ...quiet,
  kind: 'choice',
  choices,
  value,
  before: value,
})
export const checkField = (given: Given, value: boolean): CheckField => ({
  ...given,
  ...quiet,
  kind: 'check',
  value,
  before: value,
})

/** What a field would be saved as; null for a secret that stays as it is. */
function fieldValue(field: Field): string | null {
  switch (field.kind) {
    case 'text':
      return field.editor.text
    case 'secret':
      return field.isTouched ? field.editor.text : null
    case 'choice':
      return field.value
    case 'check':
      return String(field.value)
  }
}

/** Whether saving would change the field. */
export function isChanged(field: Field): boolean {
  switch (field.kind) {
    case 'text':
      return field.editor.text !== field.before
    case 'secret':
      return field.isTouched && (field.isSet || field.editor.text !== '')
    case 'choice':
    case 'check':
      return field.value !== field.before
  }
}

export const isDirty = ({ fields }: Form): boolean => fields.some(isChanged)

/** The value of the field of that name; null where there is none, or a secret stays. */
export function formValue({ fields }: Form, name: string): string | null {
  const field = fields.find((each) => each.name === name)
  return field === undefined ? null : fieldValue(field)
}

/** What has been changed, by name. */
export function changedValues({ fields }: Form): ReadonlyMap<string, string> {
  return new Map(
    fields.flatMap((field) => {
      const value = isChanged(field) ? fieldValue(field) : null
      return value === null ? [] : [[field.name, value] as const]
    }),
  )
}

/** The form with what is wrong with its fields, by name; the first of them has the focus. */
export function withErrors(form: Form, errors: ReadonlyMap<string, InertText>): Form {
  const fields = form.fields.map((field) => ({ ...field, error: errors.get(field.name) ?? null }))
  const first = fields.findIndex(({ error }) => error !== null)
  return { ...form, fields, focus: first === -1 ? form.focus : first }
}

/** The form with doubts about its fields, by name. */
export const withWarnings = (form: Form, warnings: ReadonlyMap<string, InertText>): Form => ({
  ...form,
  fields: form.fields.map((field) => ({ ...field, warning: warnings.get(field.name) ?? null })),
})

/** The form with the focus on the field of that name, where there is one. */
export function focusField(form: Form, name: string): Form {
  const focus = form.fields.findIndex((field) => field.name === name)
  return focus === -1 ? form : { ...form, focus }
}

const NEXT: readonly string[] = ['tab', 'down', 'enter']
const BEFORE: readonly string[] = ['shift+tab', 'up']

/** A press within a form: it goes from field to field, or changes the one that has the focus. */
export function typeIntoForm(form: Form, press: Press): Form {
  const last = form.fields.length - 1
  if (press.kind === 'key' && NEXT.includes(press.key)) return { ...form, focus: Math.min(last, form.focus + 1) }
  if (press.kind === 'key' && BEFORE.includes(press.key)) return { ...form, focus: Math.max(0, form.focus - 1) }
  const field = form.fields[form.focus]
  const changed = field === undefined ? undefined : changeField(field, press)
  if (changed === undefined) return form
  return { ...form, fields: form.fields.map((each, index) => (index === form.focus ? changed : each)) }
}

/** The field after a press; undefined when it means nothing to it. What was wrong with it is asked again when it is saved. */
function changeField(field: Field, press: Press): Field | undefined {
  const fresh = { error: null, warning: null }
  switch (field.kind) {
    case 'text': {
      const editor = edit(field.editor, press)
      if (editor === null) return undefined
      return editor.text === field.editor.text ? { ...field, editor } : { ...field, editor, ...fresh }
    }
    case 'secret': {
      const editor = edit(field.editor, press)
      return editor === null ? undefined : { ...field, editor, isTouched: field.isTouched || touches(press), ...fresh }
    }
    case 'choice': {
      const step = stepOf(press)
      return step === 0 ? undefined : { ...field, value: stepped(field, step), ...fresh }
    }
    case 'check':
      return stepOf(press) === 0 ? undefined : { ...field, value: !field.value, ...fresh }
  }
}

/** What is typed replaces a secret, and deleting within it empties it; going about in it does neither. */
const DELETING: readonly string[] = [
  'backspace',
  'delete',
  'ctrl+u',
  'ctrl+k',
  'ctrl+w',
  'ctrl+d',
  'alt+d',
  'alt+backspace',
]
const touches = (press: Press): boolean => press.kind !== 'key' || DELETING.includes(press.key)

function stepOf(press: Press): -1 | 0 | 1 {
  if (press.kind === 'text') return press.text === ' ' ? 1 : 0
  if (press.kind === 'paste') return 0
  return press.key === 'right' ? 1 : press.key === 'left' ? -1 : 0
}

function stepped({ choices, value }: ChoiceField, step: -1 | 1): string {
  const at = choices.findIndex((choice) => choice.value === value)
  return choices[(at + step + choices.length) % choices.length]?.value ?? value
}
