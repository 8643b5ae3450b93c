import { parseAddress } from '../../../core/domain/address.ts'
import { parseSetting } from '../../../core/domain/setting.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { counted } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import {
  type Field,
  type Form,
  focusField,
  formValue,
  isChanged,
  textField,
  typeIntoForm,
  withErrors,
} from '../../form/form.ts'
import type { Press } from '../../input/press.ts'
import { ANY_GLYPHS, scrollWithin } from '../../list/scroll.ts'
import { type CoreMsg, hasDetailPane, type Shared, type Step } from '../../screen.ts'
import { settingToMend } from '../../warning.ts'
import { asStored, taken, withStored } from './settings.form.ts'
import { mendedBy, paneLines } from './settings.lines.ts'
import { paneWidth, told } from './settings.pane.ts'
import { askConfirm, askSave } from './settings.questions.ts'
import { changesOf, remarked, reviewForm } from './settings.review.ts'
import type { Pane, SettingsEffect, SettingsMsg, SettingsState } from './settings.state.ts'

type SettingsStep = Step<SettingsState, SettingsMsg, SettingsEffect>

/** What becomes of the page of settings. */
export function updateSettings(state: SettingsState, msg: SettingsMsg | CoreMsg, shared: Shared): SettingsStep {
  switch (msg.kind) {
    case 'shown': {
      const { id } = msg.arrival
      const form = id === undefined ? state.form : focusField(state.form, id)
      const isThere = form.fields.some(({ name }) => name === id)
      return { state: { ...state, form, wanted: isThere ? null : (id ?? state.wanted) }, effects: [{ kind: 'read' }] }
    }
    case 'refresh':
    case 'failed':
      return { state: { ...state, isSaving: false }, effects: msg.kind === 'refresh' ? [{ kind: 'read' }] : [] }
    case 'changed':
      return { state, effects: msg.kinds.has('setting') || msg.kinds.has('queue') ? [{ kind: 'read' }] : [] }
    case 'minute':
    case 'resized':
      return { state }
    case 'filter':
    case 'mark':
    case 'open':
      return { state }
    case 'move':
    case 'scroll':
      return { state: state.pane === null ? walked(state, msg.move) : scrolled(state, state.pane, msg.move, shared) }
    case 'edit':
      if (state.asking !== null) return sendTest(state, state.asking)
      return state.before === null ? edit(state) : { state: rest(state) }
    case 'typed':
      return typed(state, msg.press)
    case 'turn':
      return turn(state)
    case 'undo':
      return { state: reviewed({ ...state, form: changed(state.form, asStored), before: null }) }
    case 'rows':
      return { state: stored({ ...state, queue: msg.queue }, msg.rows, shared) }
    case 'save':
      return save(state, shared)
    case 'do-save':
      return { state: { ...state, isSaving: true }, effects: [{ kind: 'save', changes: msg.changes }] }
    case 'saved':
      return saved(state, msg, shared)
    case 'not-saved':
      return {
        state: { ...state, isSaving: false },
        orders: [{ kind: 'toast', tone: 'bad', text: inert(msg.why, 600) }],
      }
    case 'check':
      return check(state)
    case 'test':
      return { state: { ...state, asking: addressForm(state) } }
    case 'check-asked':
    case 'checked':
    case 'check-over':
    case 'handed':
    case 'tested':
    case 'test-over':
      return { state: { ...state, pane: state.pane === null ? null : told(state.pane, msg) } }
    case 'confirm':
      // Beside the form it may be a second y that was meant for the question before: it is asked.
      return state.pane === null
        ? { state, orders: [askConfirm(state.queue)] }
        : { state, effects: [{ kind: 'confirm' }] }
    case 'do-confirm':
      return { state, effects: [{ kind: 'confirm' }] }
    case 'fix': {
      const id = (state.pane === null ? null : mendedBy(state.pane)) ?? settingToMend(shared)
      if (id === null) return { state }
      const left = leaveSettings(state) ?? { state }
      return { ...left, orders: [{ kind: 'go', page: 'settings', arrival: { id } }] }
    }
    case 'resume':
      return { state, effects: [{ kind: 'resume' }] }
    case 'confirmed': {
      const { pane } = state
      const text = inert('Confirmed: mail is known to arrive under these settings.')
      const confirmed = pane?.kind === 'test' ? { ...pane, isConfirmed: true } : pane
      return { state: { ...state, pane: confirmed }, orders: [{ kind: 'toast', tone: 'good', text }] }
    }
    case 'said':
      return { state, orders: [{ kind: 'toast', tone: msg.tone, text: inert(msg.text, 400) }] }
  }
}

/** The state with what stands against it under its fields; where nothing may be changed, no key is named there. */
function reviewed(state: SettingsState, readOnly = false): SettingsState {
  const isMine = (name: string) => state.form.fields.some((field) => field.name === name && isChanged(field))
  const theirs = new Set([...state.theirs].filter(isMine))
  const form = remarked(state.form, reviewForm({ ...state, theirs }, readOnly), state.before?.name ?? null)
  return { ...state, theirs, form }
}

/** The settings were read: fields that hold something typed keep it, and say so when others have saved them. */
function stored(state: SettingsState, rows: NonNullable<SettingsState['rows']>, shared: Shared): SettingsState {
  const isNew = (name: string) =>
    state.rows !== null &&
    rows.find((row) => row.name === name)?.version !== state.rows.find((row) => row.name === name)?.version
  const theirs = new Set([
    ...state.theirs,
    ...state.form.fields
      .filter(isChanged)
      .map(({ name }) => name)
      .filter(isNew),
  ])
  const form = withStored(state.form, rows, shared)
  const placed = state.wanted === null ? form : focusField(form, state.wanted)
  return reviewed({ ...state, rows, theirs, form: placed, wanted: null }, shared.readOnly)
}

function walked(state: SettingsState, move: Extract<CoreMsg, { kind: 'move' }>['move']): SettingsState {
  const { form } = state
  const last = Math.max(0, form.fields.length - 1)
  const to = { by: form.focus, page: form.focus, start: 0, end: last }[move.kind]
  const by = move.kind === 'by' ? move.rows : move.kind === 'page' ? Math.round(move.views * 12) : 0
  return { ...state, form: { ...form, focus: Math.max(0, Math.min(last, to + by)) } }
}

function scrolled(
  state: SettingsState,
  pane: Pane,
  move: Extract<CoreMsg, { kind: 'scroll' }>['move'],
  shared: Shared,
) {
  const columns = hasDetailPane(shared) ? paneWidth(shared.columns) : shared.columns
  const text = { lines: paneLines(pane, ANY_GLYPHS), columns, bodyRows: shared.bodyRows }
  return { ...state, pane: { ...pane, top: scrollWithin(pane.top, move, text) } }
}

const focused = ({ fields, focus }: Form): Field | undefined => fields[focus]

/** The form with the field that has the focus changed. */
const changed = (form: Form, change: (field: Field) => Field): Form => ({
  ...form,
  fields: form.fields.map((field, index) => (index === form.focus ? change(field) : field)),
})

/** Enter: types into a field, or lets the arrows go through its choices. */
function edit(state: SettingsState): SettingsStep {
  const field = focused(state.form)
  if (field === undefined || state.pane !== null) return { state }
  return { state: { ...state, before: field, form: { ...state.form, isResting: false } } }
}

/** The space bar: turns round what can be, else begins to type. */
function turn(state: SettingsState): SettingsStep {
  const field = focused(state.form)
  if (field?.kind === 'text' || field?.kind === 'secret') return edit(state)
  const form = typeIntoForm(state.form, { kind: 'text', text: ' ' })
  return { state: reviewed({ ...state, form }) }
}

/** A press that is typed: into the address of a test mail, else into the field that has the focus. */
function typed(state: SettingsState, press: Press): SettingsStep {
  const { asking, before, form } = state
  if (asking !== null) return { state: { ...state, asking: typeIntoForm(asking, press) } }
  if (before === null) return { state }
  const next = typeIntoForm(form, press)
  const moved = next.focus === form.focus ? null : focused(next)
  return { state: reviewed({ ...state, form: next, before: moved ?? before }) }
}

/** Ends the typing. A secret that is not set and holds nothing is as it was. */
function rest(state: SettingsState): SettingsState {
  const form = changed(state.form, (field) =>
    field.kind === 'secret' && !isChanged(field) ? { ...field, isTouched: false } : field,
  )
  return reviewed({ ...state, before: null, form: { ...form, isResting: true } })
}

/** Asks with the difference; what cannot be saved is said under its field, and that field gets the focus. */
function save(given: SettingsState, shared: Shared): SettingsStep {
  const state = rest(given)
  const review = reviewForm(state)
  if (review.errors.size > 0) {
    const [why] = review.errors.values()
    const form = withErrors(state.form, review.errors)
    return {
      state: { ...state, form },
      orders: [{ kind: 'toast', tone: 'bad', text: inert(`Not saved: ${why}`, 600) }],
    }
  }
  const changes = changesOf(state)
  return changes.length === 0 ? { state } : { state, orders: [askSave(changes, state, review, shared)] }
}

function saved(
  state: SettingsState,
  { names, changed: result }: Extract<SettingsMsg, { kind: 'saved' }>,
  shared: Shared,
): SettingsStep {
  const still = { ...state, isSaving: false }
  switch (result.kind) {
    case 'done': {
      const form = {
        ...still.form,
        fields: still.form.fields.map((field) => (names.includes(field.name) ? taken(field) : field)),
      }
      const text = inert(
        `Saved ${counted(names.length, 'setting')}.${shared.daemon === null ? ' No daemon is running that would go by them.' : ''}`,
      )
      return {
        state: reviewed({ ...still, form, theirs: new Set() }),
        effects: [{ kind: 'read' }],
        orders: [{ kind: 'toast', tone: 'good', text }],
      }
    }
    case 'refused': {
      const text = inert(`Not saved: ${result.refusals.join(' ')}`, 800)
      return { state: still, orders: [{ kind: 'toast', tone: 'bad', text }] }
    }
    case 'changed-meanwhile': {
      const { setting } = result
      const text = inert(
        `Not saved: ${setting.name} was changed meanwhile by ${setting.changedBy}. Nothing you typed is lost.`,
        300,
      )
      const form = focusField(still.form, setting.name)
      return {
        state: { ...still, form, theirs: new Set([...still.theirs, setting.name]) },
        effects: [{ kind: 'read' }],
        orders: [{ kind: 'toast', tone: 'warn', text }],
      }
    }
  }
}

/** Has the daemon check the connection with what is typed. */
function check(state: SettingsState): SettingsStep {
  const changes = changesOf(state).filter(({ name }) => name.startsWith('SERVICE_MAIL_'))
  const wrong = changes.find(({ name, text }) => !parseSetting(name, text).ok)
  if (wrong !== undefined) {
    const form = focusField(state.form, wrong.name)
    const text = inert(`Not checked: ${wrong.name} cannot be that yet.`)
    return { state: reviewed({ ...state, form }), orders: [{ kind: 'toast', tone: 'bad', text }] }
  }
  const pane: Pane = { kind: 'check', check: null, warnings: [], trouble: null, isOver: false, top: 0 }
  return { state: { ...state, pane }, effects: [{ kind: 'check', changes }] }
}

function addressForm({ queue: { tested } }: SettingsState): Form {
  const given = {
    name: 'to',
    label: inert('Send a test mail to'),
    help: inert('Enter sends it under the settings that are saved, not those that are only typed. Esc leaves.'),
  }
  return { fields: [textField(given, readableAddress(tested?.to ?? ''))], focus: 0 }
}

function sendTest(state: SettingsState, asking: Form): SettingsStep {
  const address = parseAddress((formValue(asking, 'to') ?? '').trim())
  if (!address.ok) {
    const errors = new Map([['to', inert(`This is not an e-mail address: ${address.why}.`, 300)]])
    return { state: { ...state, asking: withErrors(asking, errors) } }
  }
  const to = address.wire
  const pane: Pane = {
    kind: 'test',
    to,
    isHanded: false,
    entry: undefined,
    isConfirmed: false,
    trouble: null,
    isOver: false,
    top: 0,
  }
  return { state: { ...state, asking: null, pane }, effects: [{ kind: 'test', to }] }
}

/** One rung of the Escape ladder: the address, what is typed into a field, the pane, which is called off. */
export function leaveSettings(state: SettingsState): SettingsStep | null {
  const { asking, before, pane, form } = state
  if (asking !== null) return { state: { ...state, asking: null } }
  if (before !== null) {
    const fields = form.fields.map((field) => (field.name === before.name ? before : field))
    return { state: rest({ ...state, form: { ...form, fields } }) }
  }
  if (pane === null) return null
  return { state: { ...state, pane: null }, ...(pane.isOver ? {} : { effects: [{ kind: 'stop' }] }) }
}
