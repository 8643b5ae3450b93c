import type { MailLogRow } from '../../../core/store/port.ts'
import { inert } from '../../../core/text/inert.ts'
import { shortId } from '../../../core/text/task-words.ts'
import { formValue, textField, typeIntoForm, withErrors } from '../../form/form.ts'
import { ANY_GLYPHS, scrollWithin } from '../../list/scroll.ts'
import {
  hideSearch,
  leaveSearch,
  type SearchMsg,
  searchAskedSince,
  showSearched,
  updateSearched,
} from '../../list/search.ts'
import { chosenRows, clearMarks } from '../../list/window.ts'
import type { CoreMsg, Shared, Step } from '../../screen.ts'
import { settingToFix } from './log.keys.ts'
import { entryLines } from './log.lines.ts'
import { type LogEffect, type LogMsg, type LogState, rowInView } from './log.state.ts'

type LogStep = Step<LogState, LogMsg, LogEffect>

/** Rows for entries: what the page has less the line of titles. */
const listHeight = ({ bodyRows }: Shared): number => bodyRows - 1

/** What becomes of the page of the mail log. */
export function updateLog(state: LogState, msg: LogMsg | CoreMsg, shared: Shared): LogStep {
  switch (msg.kind) {
    case 'shown':
      return arrive(state, msg, shared)
    case 'changed':
      return msg.kinds.has('mail-log') ? inList(state, msg, shared) : { state }
    case 'failed':
      return inList({ ...state, wanted: null, saving: state.saving && { ...state.saving, isBusy: false } }, msg, shared)
    case 'refresh':
    case 'resized':
    case 'mark':
    case 'move':
    case 'minute':
    case 'filter':
    case 'rows':
    case 'progress':
    case 'stopped':
      return inList(state, msg, shared)
    case 'open': {
      const row = rowInView(state)
      return row === undefined ? { state } : opening(state, row)
    }
    case 'scroll': {
      const { opened } = state
      if (opened === null) return { state }
      const lines = entryLines(opened, { now: shared.now, glyphs: ANY_GLYPHS })
      const top = scrollWithin(opened.top, msg.move, { ...shared, lines })
      return { state: { ...state, opened: { ...opened, top } } }
    }
    case 'entry':
    case 'letter':
    case 'no-entry':
      return { ...read(state, msg) }
    case 'to-task': {
      const row = rowInView(state)
      return row === undefined
        ? { state }
        : { state, orders: [{ kind: 'go', page: 'tasks', arrival: { id: row.task } }] }
    }
    case 'fix': {
      const id = settingToFix(state, shared)
      return id === null ? { state } : { state, orders: [{ kind: 'go', page: 'settings', arrival: { id } }] }
    }
    case 'copy-id':
      return copy(state, ({ id }) => id, 'the id')
    case 'copy-address':
      return copy(state, ({ to }) => to, 'the address')
    case 'save':
      return askPath(state)
    case 'save-now':
    case 'typed':
    case 'saved':
    case 'not-saved':
      return saving(state, msg)
  }
}

/** What becomes of the list, and the read that it asks for. */
function inList(state: LogState, msg: CoreMsg | SearchMsg<MailLogRow>, shared: Shared): LogStep {
  return reading(state, { ...state, ...updateSearched(state, msg, listHeight(shared)) })
}

const reading = (before: LogState, state: LogState): LogStep => ({ state, effects: searchAskedSince(before, state) })

function arrive(state: LogState, msg: Extract<CoreMsg, { kind: 'shown' }>, shared: Shared): LogStep {
  const { filter, id, began = null } = msg.arrival
  const fresh: LogState = {
    ...state,
    opened: filter === undefined && id === undefined ? state.opened : null,
    saving: null,
    wanted: id ?? null,
  }
  const step = reading(fresh, { ...fresh, ...showSearched(fresh, filter, listHeight(shared)) })
  if (id === undefined) return step
  return { ...step, effects: [...(step.effects ?? []), { kind: 'open', id, began }] }
}

function opening(state: LogState, row: MailLogRow): LogStep {
  return {
    state: { ...state, opened: { row, entry: null, letter: undefined, top: 0 } },
    effects: [{ kind: 'open', id: row.id, began: row.at }],
  }
}

/** An entry was read, then its letter: one that was asked for by its id is opened. */
function read(state: LogState, msg: Extract<LogMsg, { kind: 'entry' | 'letter' | 'no-entry' }>): LogStep {
  const { opened, wanted } = state
  switch (msg.kind) {
    case 'entry': {
      const { entry } = msg
      if (wanted === msg.id)
        return { state: { ...state, wanted: null, opened: { row: entry, entry, letter: undefined, top: 0 } } }
      return opened?.row.id === entry.id ? { state: { ...state, opened: { ...opened, entry } } } : { state }
    }
    case 'letter':
      return opened?.row.id === msg.id ? { state: { ...state, opened: { ...opened, letter: msg.letter } } } : { state }
    case 'no-entry': {
      const text =
        msg.why === 'none'
          ? `There is no entry ${msg.id} in the mail log.`
          : `More than one entry's id begins with ${msg.id}: say more of it.`
      return { state: { ...state, wanted: null }, orders: [{ kind: 'toast', tone: 'warn', text: inert(text) }] }
    }
  }
}

function askPath(state: LogState): LogStep {
  const row = rowInView(state)
  if (row === undefined) return { state }
  const field = {
    name: 'path',
    label: inert('Save the letter as'),
    help: inert('Enter saves, Esc leaves. The secret stays hidden. A file that is there is never overwritten.'),
  }
  const form = { fields: [textField(field, `letter-${shortId(row.id)}.eml`)], focus: 0 }
  return { state: { ...state, saving: { row, form, isBusy: false } } }
}

function saving(
  state: LogState,
  msg: Extract<LogMsg | CoreMsg, { kind: 'save-now' | 'typed' | 'saved' | 'not-saved' }>,
): LogStep {
  const { saving: asked } = state
  if (asked === null) return { state }
  switch (msg.kind) {
    case 'typed':
      if (msg.press.kind === 'key' && msg.press.key === 'enter') return save(state, asked)
      return { state: { ...state, saving: { ...asked, form: typeIntoForm(asked.form, msg.press) } } }
    case 'save-now':
      return save(state, asked)
    case 'saved': {
      const text = inert(`Saved as ${msg.path}, for you alone to read.`, 400)
      return { state: { ...state, saving: null }, orders: [{ kind: 'toast', tone: 'good', text }] }
    }
    case 'not-saved': {
      const form = withErrors(asked.form, new Map([['path', inert(msg.why, 500)]]))
      // The path is still being typed: what was typed for the list behind it must not go into it.
      return { state: { ...state, saving: { ...asked, form, isBusy: false } }, orders: [{ kind: 'give-up' }] }
    }
  }
}

function save(state: LogState, asked: NonNullable<LogState['saving']>): LogStep {
  const { row, form, isBusy } = asked
  if (isBusy) return { state }
  const path = formValue(form, 'path')?.trim() ?? ''
  if (path !== '')
    return { state: { ...state, saving: { ...asked, isBusy: true } }, effects: [{ kind: 'save', row, path }] }
  const errors = new Map([['path', inert('Type the name of a file.')]])
  return { state: { ...state, saving: { ...asked, form: withErrors(form, errors) } } }
}

function copy(state: LogState, of: (row: MailLogRow) => string, what: string): LogStep {
  const rows = state.opened === null ? chosenRows(state.list) : [state.opened.row]
  if (rows.length === 0) return { state }
  const words = rows.length === 1 ? what : `${what.replace('the ', '')} of ${rows.length} entries`
  return { state, orders: [{ kind: 'copy', text: rows.map(of).join(' '), what: words }] }
}

/** One rung of the Escape ladder: the path, what was opened, the search, the filter, the marks. */
export function leaveLog(state: LogState, how: 'escape' | 'back'): LogStep | null {
  // What is being done cannot be called off.
  if (state.saving?.isBusy === true) return { state }
  if (state.saving !== null) return { state: { ...state, saving: null } }
  if (state.opened !== null) return { state: { ...state, opened: null } }
  if (how === 'back') return null
  const left = leaveSearch(state)
  if (left !== null) return { ...left, state: { ...state, ...left.state } }
  if (state.list.marks.size > 0) return { state: { ...state, list: clearMarks(state.list) } }
  return null
}

/** Another page is shown: a search ends, and goes on when this one is shown again. */
export function hideLog(state: LogState): LogStep {
  const hidden = hideSearch(state)
  return { ...hidden, state: { ...state, ...hidden.state } }
}
