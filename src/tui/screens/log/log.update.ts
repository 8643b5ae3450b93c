import type { MailLogRow } from '../../../core/store/port.ts'
import { inert } from '../../../core/text/inert.ts'
import { shortId } from '../../../core/text/task-words.ts'
import { formValue, textField, typeIntoForm, withErrors } from '../../form/form.ts'
import { askedSince, reopened, updateList } from '../../list/list.update.ts'
import { ANY_GLYPHS, scrollWithin } from '../../list/scroll.ts'
import {
  chosenRows,
  clearMarks,
  failWindow,
  fillWindow,
  type ListWindow,
  moveWindow,
  openWindow,
} from '../../list/window.ts'
import type { CoreMsg, Shared, Step } from '../../screen.ts'
import { settingToFix } from './log.keys.ts'
import { entryLines } from './log.lines.ts'
import {
  isSearching,
  type LogEffect,
  type LogMsg,
  type LogState,
  NEW_SEARCH,
  rowInView,
  type Search,
} from './log.state.ts'

type LogStep = Step<LogState, LogMsg, LogEffect>

/** Rows for entries: what the page has less the line of titles. */
const listHeight = ({ bodyRows }: Shared): number => bodyRows - 1

const isFiltered = ({ filter }: Pick<LogState, 'filter'>): boolean => filter.trim() !== ''

/** What becomes of the page of the mail log. */
export function updateLog(state: LogState, msg: LogMsg | CoreMsg, shared: Shared): LogStep {
  switch (msg.kind) {
    case 'shown':
      return arrive(state, msg, shared)
    case 'changed':
      return msg.kinds.has('mail-log') ? readNewer(state, msg, shared) : { state }
    case 'refresh':
      return readNewer({ ...state, search: { ...state.search, isCalledOff: false } }, msg, shared)
    case 'failed':
    case 'resized':
    case 'mark':
      return reread(
        state,
        updateList(state.list, msg, listHeight(shared), () => true),
      )
    case 'move': {
      // Who jumps wants to see that end, and says so.
      const isJump = msg.move.kind === 'start' || msg.move.kind === 'end'
      const search = isJump ? { ...state.search, isCalledOff: false } : state.search
      return reread(
        { ...state, search },
        updateList(state.list, msg, listHeight(shared), () => true),
      )
    }
    case 'minute':
      return { state }
    case 'filter':
      return filtered(state, msg.text)
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
    case 'rows':
      return filled(state, msg)
    case 'progress':
      if (state.list.asked?.ticket !== msg.ticket) return { state }
      return { state: { ...state, search: cameTo(state, msg.share) } }
    case 'stopped':
      return { state }
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

/** The state with the list as it is now, and the read that it asks for. A search that was called off is not taken up. */
function reread(state: LogState, list: ListWindow<MailLogRow>): LogStep {
  const ask = askedSince(state.list, list)
  if (ask === null) return { state: list === state.list ? state : { ...state, list } }
  if (!isFiltered(state))
    return { state: { ...state, list }, effects: [{ kind: 'read', ask, filter: '', front: null }] }
  const { search, filter } = state
  if (search.isCalledOff) return { state: { ...state, list: failWindow(list) } }
  const begun: Search =
    ask.place.kind === 'start' || ask.place.kind === 'end'
      ? { ...search, way: ask.place.kind === 'start' ? 'onward' : 'back', share: 0, base: 0 }
      : { ...search, base: search.share }
  return {
    state: { ...state, list, search: begun },
    effects: [{ kind: 'read', ask, filter, front: search.front }],
  }
}

/** The search, `share` of what is under way behind it; a look the other way, at what came since, counts nothing. */
function cameTo({ search, list: { asked } }: Pick<LogState, 'search' | 'list'>, share: number): Search {
  const { way, base } = search
  const counts = asked !== null && asked.place.kind !== (way === 'onward' ? 'before' : 'after')
  return counts ? { ...search, share: base + (1 - base) * share } : search
}

function filtered(state: LogState, filter: string): LogStep {
  return reread({ ...state, filter, search: NEW_SEARCH }, reopened(state.list))
}

/**
 * What was appended since: a log changes nowhere else. Without a filter what is loaded is read again; with one, what is in
 * front of its first row is searched, since the whole search again would take as long as it took.
 */
function readNewer(state: LogState, msg: CoreMsg, shared: Shared): LogStep {
  const { list, search } = state
  if (!isFiltered(state))
    return reread(
      state,
      updateList(list, msg, listHeight(shared), () => true),
    )
  if (list.asked !== null) return { state }
  if (!list.loaded) return reread(state, openWindow(list))
  const [first, ...others] = list.slices
  const isStart = first !== undefined && first.previous === null && search.front !== null
  const slices = isStart ? [{ ...first, previous: search.front }, ...others] : list.slices
  return reread(state, moveWindow({ ...list, slices }, { kind: 'by', rows: 0 }))
}

/** Rows have come. Who is at the very start sees what comes in above. */
function filled(state: LogState, { ticket, slice, share, front }: Extract<LogMsg, { kind: 'rows' }>): LogStep {
  const { list, search } = state
  if (list.asked?.ticket !== ticket) return { state }
  const isAbove = list.asked.place.kind === 'before' && list.top === 0
  const came = share === null ? search : cameTo(state, share)
  const next = fillWindow(list, ticket, slice)
  const seen = isAbove ? { ...next, top: Math.max(0, next.cursor - next.height + 1) } : next
  return reread({ ...state, search: { ...came, front: front ?? came.front } }, seen)
}

function arrive(state: LogState, msg: Extract<CoreMsg, { kind: 'shown' }>, shared: Shared): LogStep {
  const { filter, id } = msg.arrival
  const isOther = filter !== undefined && filter !== state.filter
  const fresh: LogState = {
    ...state,
    opened: filter === undefined && id === undefined ? state.opened : null,
    saving: null,
    wanted: id ?? null,
  }
  const sized: LogState = {
    ...fresh,
    list: updateList(state.list, { kind: 'resized' }, listHeight(shared), () => true),
  }
  const isNew = isOther || !state.list.loaded
  const step = isNew ? filtered(sized, filter ?? state.filter) : readNewer(sized, msg, shared)
  if (id === undefined) return step
  return { ...step, effects: [...(step.effects ?? []), { kind: 'open', id, began: null }] }
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
  return { state: { ...state, saving: { row, form } } }
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
      return { state: { ...state, saving: { ...asked, form } } }
    }
  }
}

function save(state: LogState, { row, form }: NonNullable<LogState['saving']>): LogStep {
  const path = formValue(form, 'path')?.trim() ?? ''
  if (path !== '') return { state, effects: [{ kind: 'save', row, path }] }
  const errors = new Map([['path', inert('Type the name of a file.')]])
  return { state: { ...state, saving: { row, form: withErrors(form, errors) } } }
}

function copy(state: LogState, of: (row: MailLogRow) => string, what: string): LogStep {
  const rows = state.opened === null ? chosenRows(state.list) : [state.opened.row]
  if (rows.length === 0) return { state }
  const words = rows.length === 1 ? what : `${what.replace('the ', '')} of ${rows.length} entries`
  return { state, orders: [{ kind: 'copy', text: rows.map(of).join(' '), what: words }] }
}

/** One rung of the Escape ladder: the path, what was opened, the search, the filter, the marks. */
export function leaveLog(state: LogState, how: 'escape' | 'back'): LogStep | null {
  if (state.saving !== null) return { state: { ...state, saving: null } }
  if (state.opened !== null) return { state: { ...state, opened: null } }
  if (how === 'back') return null
  if (isSearching(state) && !state.search.isCalledOff) {
    const search = { ...state.search, isCalledOff: true }
    return { state: { ...state, search, list: failWindow(state.list) }, effects: [{ kind: 'stop' }] }
  }
  if (state.filter !== '') return filtered(state, '')
  if (state.list.marks.size > 0) return { state: { ...state, list: clearMarks(state.list) } }
  return null
}
