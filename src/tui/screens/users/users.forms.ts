import { LOCALES } from '../../../core/domain/locale.ts'
import { type Instant, MINUTE } from '../../../core/domain/time.ts'
import { USER_STATUSES, type User } from '../../../core/domain/user.ts'
import { humanTime } from '../../../core/text/human.ts'
import { type InertText, inert } from '../../../core/text/inert.ts'
import {
  changedValues,
  checkField,
  choiceField,
  type Field,
  type Form,
  focusField,
  formValue,
  isDirty,
  textField,
  withErrors,
  withWarnings,
} from '../../form/form.ts'
import { editorOf } from '../../input/editor.ts'
import type { Line, Span } from '../../line.ts'
import type { AddPanel, ChangedBy, EditPanel, ImportPanel, Outlook, Panel, Wanted } from './users.state.ts'
import { leavesWords } from './users.words.ts'

/** What a user has that the form shows, in its order. */
const EDITED = ['email', 'name', 'locale', 'status'] as const
type Edited = (typeof EDITED)[number]

const LABELS: Readonly<Record<Edited | 'username' | 'reset' | 'file', InertText>> = {
  username: inert('Username'),
  email: inert('E-mail'),
  name: inert('Name'),
  locale: inert('Language'),
  status: inert('Status'),
  reset: inert('Reset password'),
  file: inert('CSV file'),
}

const HELP = {
  username: inert('What the person signs in with: letters, digits and . _ @ + -'),
  email: inert('Where letters go. What was sent to an old address stops working.'),
  name: inert('How letters address the person; may be empty.'),
  locale: inert('The language of the letters. Space, left and right choose.'),
  status: inert('Disabled: no signing in, no letters. Space, left and right choose.'),
  file: inert(
    'Its first line must be: username,email,name,locale. Nothing is imported before you have seen what it holds.',
  ),
} as const

const RESET_HELP = 'Tick it with the space bar: a letter with a temporary password is sent.'

const locales = LOCALES.map((value) => ({ value, words: inert(value) }))
const statuses = USER_STATUSES.map((value) => ({ value, words: inert(value) }))

const resetField = () => checkField({ name: 'reset', label: LABELS.reset, help: inert(RESET_HELP) }, false)
const text = (name: 'username' | 'email' | 'name', value: string) =>
  textField({ name, label: LABELS[name], help: HELP[name] }, value)
const locale = (value: string) =>
  choiceField({ name: 'locale', label: LABELS.locale, help: HELP.locale }, locales, value)
const status = (value: string) =>
  choiceField({ name: 'status', label: LABELS.status, help: HELP.status }, statuses, value)

/** A form with what a user is now. */
export function editPanel(user: User): EditPanel {
  const fields = [text('email', user.email), text('name', user.name), locale(user.locale), status(user.status)]
  const form: Form = { fields: [...fields, resetField()], focus: 0 }
  return { kind: 'edit', user, form, meanwhile: null, outlook: null, isSaving: false }
}

/** An empty form. */
export function addPanel(): AddPanel {
  const fields = [text('username', ''), text('email', ''), text('name', ''), locale(LOCALES[0]), resetField()]
  return { kind: 'add', form: { fields, focus: 0 }, outlook: null, isSaving: false }
}

/** Asks for a file. */
export function importPanel(file = ''): ImportPanel {
  const field = textField({ name: 'file', label: LABELS.file, help: HELP.file }, file)
  return { kind: 'import', form: { fields: [field], focus: 0 }, isLooking: false }
}

/** Whether leaving the panel would lose what was typed. A path alone is no loss. */
export const isPanelDirty = (panel: Panel): boolean =>
  (panel.kind === 'edit' || panel.kind === 'add') && isDirty(panel.form)

/** Whether what was asked for in the panel is being done. */
export function isBusy(panel: Panel): boolean {
  switch (panel.kind) {
    case 'none':
      return false
    case 'edit':
    case 'add':
      return panel.isSaving
    case 'import':
      return panel.isLooking
    case 'preview':
      return panel.isImporting
  }
}

/** What was under way has failed: it may be tried again. */
export function idle(panel: Panel): Panel {
  switch (panel.kind) {
    case 'none':
      return panel
    case 'edit':
    case 'add':
      return panel.isSaving ? { ...panel, isSaving: false } : panel
    case 'import':
      return panel.isLooking ? { ...panel, isLooking: false } : panel
    case 'preview':
      return panel.isImporting ? { ...panel, isImporting: false } : panel
  }
}

/** Whether a reset is ticked. */
const wantsReset = (form: Form): boolean => formValue(form, 'reset') === 'true'

/** What the form would save, or the form with what cannot be. */
export function wantedOf(
  panel: EditPanel | AddPanel,
): { readonly ok: true; readonly wanted: Wanted } | { readonly ok: false; readonly form: Form } {
  const { form } = panel
  const value = (name: string) => formValue(form, name) ?? ''
  const reset = wantsReset(form)
  if (panel.kind === 'add') {
    const fields = { username: value('username'), email: value('email'), name: value('name'), locale: value('locale') }
    return { ok: true, wanted: { kind: 'add', fields, reset } }
  }
  if (reset && value('status') === 'disabled') {
    const why = inert('A disabled user gets no letter: make the user active, or take the tick away.')
    return { ok: false, form: withErrors(form, new Map([['reset', why]])) }
  }
  const { id, version } = panel.user
  const { reset: _reset, status: typed, ...fields } = Object.fromEntries(changedValues(form))
  const changed = USER_STATUSES.find((each) => each === typed) ?? null
  return { ok: true, wanted: { kind: 'edit', edit: { id, version }, fields, status: changed, reset } }
}

/** What is to be known about each field as it stands: what others saved meanwhile, and what a reset would meet. */
export function withDoubts<P extends EditPanel | AddPanel>(panel: P, none: string): P {
  const doubts = new Map<string, InertText>()
  const meanwhile = panel.kind === 'edit' ? panel.meanwhile : null
  if (meanwhile !== null) {
    for (const name of EDITED) {
      const words = meanwhileWords(
        meanwhile.before[name],
        meanwhile.theirs[name],
        formValue(panel.form, name) ?? '',
        none,
      )
      if (words !== null) doubts.set(name, words)
    }
  }
  const warnings = panel.outlook?.warnings ?? []
  if (wantsReset(panel.form) && warnings.length > 0) doubts.set('reset', inert(warnings.join(' '), 400))
  return { ...panel, form: withWarnings(panel.form, doubts) }
}

function meanwhileWords(before: string, theirs: string, mine: string, none: string): InertText | null {
  if (before === theirs) return null
  const shown = (value: string) => (value === '' ? none : value)
  if (mine === theirs) return inert(`changed meanwhile; it was ${shown(before)}`, 400)
  return inert(`changed meanwhile to ${shown(theirs)} (Ctrl-T takes that); mine is ${shown(mine)}`, 400)
}

/**
 * The form on what another operator saved: what was typed stays, what was not touched is as it is now. Saving it again
 * writes what was typed over theirs.
 */
export function rebased(panel: EditPanel, theirs: User, by: ChangedBy | null): EditPanel {
  const before = panel.meanwhile?.before ?? panel.user
  const fields = panel.form.fields.map((field) => onto(field, panel.user, theirs))
  // The first field that both have changed is what there is to decide.
  const clash = EDITED.find(
    (name) => theirs[name] !== before[name] && formValue({ fields, focus: 0 }, name) !== theirs[name],
  )
  const form = focusField({ ...panel.form, fields }, clash ?? '')
  return { ...panel, user: theirs, meanwhile: { before, theirs, by }, form, isSaving: false }
}

const editedName = (name: string): Edited | undefined => EDITED.find((each) => each === name)

function onto(field: Field, seen: User, theirs: User): Field {
  const name = editedName(field.name)
  if (name === undefined) return field
  switch (field.kind) {
    case 'text': {
      const isMine = field.editor.text !== seen[name]
      return { ...field, before: theirs[name], editor: isMine ? field.editor : editorOf(theirs[name]) }
    }
    case 'choice':
      return { ...field, before: theirs[name], value: field.value === seen[name] ? theirs[name] : field.value }
    case 'secret':
    case 'check':
      return field
  }
}

/** The form with what the other operator saved in the field that has the focus. */
export function withTheirs(panel: EditPanel): EditPanel {
  const { meanwhile, form } = panel
  const name = editedName(form.fields[form.focus]?.name ?? '')
  if (meanwhile === null || name === undefined) return panel
  const value = meanwhile.theirs[name]
  const fields = form.fields.map((field, index): Field => {
    if (index !== form.focus) return field
    if (field.kind === 'text') return { ...field, editor: editorOf(value) }
    return field.kind === 'choice' ? { ...field, value } : field
  })
  return { ...panel, form: { ...form, fields } }
}

/** When a ticked reset's letter would leave. */
function tickWords({ delayMinutes, isHeld }: Outlook, now: Instant): InertText {
  if (delayMinutes === 0 && !isHeld) return inert(' Then a letter leaves at once: it cannot be undone.')
  return inert(` Then a letter ${leavesWords(now + delayMinutes * MINUTE, now, { isHeld })}; until then u undoes it.`)
}

/** `changed by bea (command line), 14:05 today`. */
function meanwhileSpan({ by }: NonNullable<EditPanel['meanwhile']>, now: Instant): Span {
  const who = by === null ? 'somebody else meanwhile' : `${by.who}, ${humanTime(by.at, now)}`
  return { text: inert(`  changed by ${who}`, 200), tone: 'warn', bold: true }
}

/** What the form is about. */
export function panelTitle(panel: EditPanel | AddPanel | ImportPanel, now: Instant): Line {
  switch (panel.kind) {
    case 'edit':
      return [
        { text: inert(' Edit ') },
        { text: inert(panel.user.username, 80), bold: true },
        ...(panel.meanwhile === null ? [] : [meanwhileSpan(panel.meanwhile, now)]),
      ]
    case 'add':
      return [{ text: inert(' A new user'), bold: true }]
    case 'import':
      return [{ text: inert(' Import users from a file'), bold: true }]
  }
}

/** What saving does, and how: below the form. */
export function panelFoot(panel: EditPanel | AddPanel | ImportPanel, now: Instant): readonly Line[] {
  const keys = (does: string, isBusy: boolean, busy: string): Line => [
    { text: inert(' [ ') },
    { text: inert(isBusy ? busy : does), bold: true },
    { text: inert(' ]  Ctrl-S') },
    {
      text: inert(panel.kind === 'import' ? ' or Enter     Esc leaves' : '     Esc leaves without saving'),
      tone: 'dim',
    },
  ]
  switch (panel.kind) {
    case 'edit':
    case 'add': {
      const { outlook, form, isSaving, kind } = panel
      const does = kind === 'add' ? 'Add' : 'Update'
      const tick = wantsReset(form) && outlook !== null ? [[{ text: tickWords(outlook, now) }]] : []
      return [...tick, keys(does, isSaving, 'saving …')]
    }
    case 'import':
      return [keys('Look at it', panel.isLooking, 'reading …')]
  }
}
