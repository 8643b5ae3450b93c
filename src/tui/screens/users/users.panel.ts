import type { User } from '../../../core/domain/user.ts'
import { counted } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { formValue, typeIntoForm, withErrors } from '../../form/form.ts'
import type { Press } from '../../input/press.ts'
import { rebased, wantedOf, withDoubts, withTheirs } from './users.forms.ts'
import { withResets } from './users.notice.ts'
import { askImport } from './users.questions.ts'
import type { ImportLooked, Outlook, Panel, Saved, UsersState, UsersStep } from './users.state.ts'

/** What stands for a value that is empty. */
const EMPTY = '(empty)'

/** The form is still there: what was typed for the list behind it must not go into its fields. */
const GIVE_UP = { kind: 'give-up' } as const

const withPanel = (state: UsersState, panel: Panel): UsersState => ({ ...state, panel })

/** A press within the form that is open. */
export function typed(state: UsersState, press: Press): UsersStep {
  const { panel } = state
  switch (panel.kind) {
    case 'none':
    case 'preview':
      return { state }
    case 'import':
      // The one field that there is: Enter means what it means in any prompt.
      if (press.kind === 'key' && press.key === 'enter') return savePanel(state)
      return { state: withPanel(state, { ...panel, form: typeIntoForm(panel.form, press) }) }
    case 'edit':
    case 'add':
      return { state: withPanel(state, withDoubts({ ...panel, form: typeIntoForm(panel.form, press) }, EMPTY)) }
  }
}

/** The page with what letters would meet, as it stands now. */
export function withOutlook(state: UsersState, outlook: Outlook): UsersState {
  const { panel, notice } = state
  const told: UsersState = notice === null ? state : { ...state, notice: { ...notice, outlook } }
  return panel.kind === 'edit' || panel.kind === 'add'
    ? withPanel(told, withDoubts({ ...panel, outlook }, EMPTY))
    : told
}

/** The focused field as the other operator saved it. */
export function takeTheirs(state: UsersState): UsersState {
  const { panel } = state
  return panel.kind === 'edit' ? withPanel(state, withDoubts(withTheirs(panel), EMPTY)) : state
}

/** Update: saves the form, looks at the file, or asks before it is imported. */
export function savePanel(state: UsersState): UsersStep {
  const { panel } = state
  switch (panel.kind) {
    case 'none':
      return { state }
    case 'import': {
      const file = (formValue(panel.form, 'file') ?? '').trim()
      if (panel.isLooking) return { state }
      if (file === '') {
        const form = withErrors(panel.form, new Map([['file', inert('is missing: type the path of the file.')]]))
        return { state: withPanel(state, { ...panel, form }) }
      }
      return { state: withPanel(state, { ...panel, isLooking: true }), effects: [{ kind: 'look', file }] }
    }
    case 'preview':
      return panel.isImporting || panel.preview.allProblems > 0
        ? { state }
        : { state, orders: [askImport(panel.preview)] }
    case 'edit':
    case 'add': {
      if (panel.isSaving) return { state }
      const found = wantedOf(panel)
      if (!found.ok) return { state: withPanel(state, { ...panel, form: found.form }) }
      return {
        state: withPanel(state, { ...panel, isSaving: true }),
        effects: [{ kind: 'save', wanted: found.wanted }],
      }
    }
  }
}

/** What saving came to: done, or back in the form with everything that was typed. */
export function saved(state: UsersState, result: Saved): UsersStep {
  const { panel } = state
  if (result.kind === 'done') return savedUser(state, result)
  if (panel.kind !== 'edit' && panel.kind !== 'add') return { state }
  switch (result.kind) {
    case 'refused':
      return {
        state: withPanel(state, { ...panel, form: withErrors(panel.form, result.errors), isSaving: false }),
        orders: [GIVE_UP],
      }
    case 'changed-meanwhile': {
      if (panel.kind === 'add') return { state }
      const text = inert('Changed meanwhile: nothing was saved. Compare, then Ctrl-S saves yours.')
      const after = withDoubts(rebased(panel, result.theirs, result.by), EMPTY)
      return { state: withPanel(state, after), orders: [GIVE_UP, { kind: 'toast', tone: 'warn', text }] }
    }
    case 'gone': {
      const text = inert('The user was deleted meanwhile: there is nothing to save to.')
      return {
        state: withPanel(state, { ...panel, isSaving: false }),
        orders: [GIVE_UP, { kind: 'toast', tone: 'bad', text }],
      }
    }
  }
}

function savedUser(state: UsersState, { user, reset, outlook }: Extract<Saved, { kind: 'done' }>): UsersStep {
  const { opened, panel } = state
  const closed: UsersState = {
    ...state,
    panel: { kind: 'none' },
    opened: opened?.user.id === user.id ? { ...opened, user } : opened,
  }
  const asked = withResets(closed, reset === null ? [] : [reset], outlook)
  if (reset !== null && reset.kind !== 'made') return asked
  const text = inert(panel.kind === 'add' ? `${user.username} is added.` : savedWords(user), 200)
  return { ...asked, orders: [{ kind: 'toast', tone: 'good', text }] }
}

const savedWords = ({ username }: User): string => `${username} is up to date.`

/** A file was looked at: what it holds, or why it cannot be read. */
export function looked(state: UsersState, result: ImportLooked): UsersStep {
  const { panel } = state
  if (panel.kind !== 'import' && panel.kind !== 'preview') return { state }
  if (result.kind === 'preview')
    return { state: withPanel(state, { kind: 'preview', preview: result.preview, top: 0, isImporting: false }) }
  if (panel.kind === 'preview')
    return {
      state: withPanel(state, { ...panel, isImporting: false }),
      orders: [GIVE_UP, { kind: 'toast', tone: 'bad', text: result.why }],
    }
  const form = withErrors(panel.form, new Map([['file', result.why]]))
  return { state: withPanel(state, { ...panel, form, isLooking: false }), orders: [GIVE_UP] }
}

/** A file was imported, or has changed since it was looked at. */
export function imported(
  state: UsersState,
  result: ImportLooked | { readonly kind: 'done'; readonly users: number },
): UsersStep {
  if (result.kind === 'done') {
    const text = inert(`${counted(result.users, 'user')} imported.`)
    return { state: withPanel(state, { kind: 'none' }), orders: [{ kind: 'toast', tone: 'good', text }] }
  }
  const step = looked(state, result)
  if (result.kind === 'unreadable') return step
  const text = inert(
    'Nothing was imported: the file, or the users that are there, changed meanwhile. This is how it is now.',
  )
  return { ...step, orders: [GIVE_UP, { kind: 'toast', tone: 'warn', text }] }
}
