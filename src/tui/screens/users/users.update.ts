import type { User } from '../../../core/domain/user.ts'
import { inert } from '../../../core/text/inert.ts'
import { askedSince, reopened, updateList } from '../../list/list.update.ts'
import { allMarked, isAllMarked } from '../../list/mark-all.ts'
import { ANY_GLYPHS, scrollWithin } from '../../list/scroll.ts'
import { clearMarks, fillWindow, type ListWindow, resizeWindow } from '../../list/window.ts'
import { type CoreMsg, hasDetailPane, type Shared } from '../../screen.ts'
import { addPanel, editPanel, idle, importPanel, isBusy, isPanelDirty } from './users.forms.ts'
import { chosenUsers, userInView } from './users.keys.ts'
import { previewLines, userLines } from './users.lines.ts'
import { acted, noticeLines, resetDone, undo, undone, unmarked } from './users.notice.ts'
import { imported, looked, saved, savePanel, takeTheirs, typed, withOutlook } from './users.panel.ts'
import { askDelete, askLeave, askReset, askStatus } from './users.questions.ts'
import {
  sortAfter,
  type UsersEffect,
  type UsersMsg,
  type UsersState,
  type UsersStep,
  withNextStatus,
} from './users.state.ts'

/** Rows for users: what the page has less the line of titles, and what is said below the list. */
const listHeight = (state: UsersState, shared: Shared): number =>
  Math.max(1, shared.bodyRows - 1 - noticeLines(state.notice, shared).length)

/** What becomes of the page of users. */
export function updateUsers(state: UsersState, msg: UsersMsg | CoreMsg, shared: Shared): UsersStep {
  const step = stepped(state, msg, shared)
  // What has just failed is not asked for again at once, but with the next key or minute.
  return msg.kind === 'failed' ? step : settled(state, step, shared, isNews(msg))
}

/** Whether the user in view may be another than was read. */
function isNews(msg: UsersMsg | CoreMsg): boolean {
  switch (msg.kind) {
    case 'shown':
    case 'refresh':
      return true
    case 'changed':
      // A link works only while the settings let people ask for one.
      return (['user', 'credential', 'task', 'setting'] as const).some((kind) => msg.kinds.has(kind))
    default:
      return false
  }
}

/** The step with the reads that it has come to need: the list's next part, and the detail of who is in view. */
function settled(before: UsersState, step: UsersStep, shared: Shared, isNews: boolean): UsersStep {
  const list = resizeWindow(step.state.list, listHeight(step.state, shared))
  let state: UsersState = list === step.state.list ? step.state : { ...step.state, list }
  const effects = [...(step.effects ?? [])]
  const ask = askedSince(before.list, list)
  if (ask !== null) {
    const { filter, sort, direction } = state
    effects.push({ kind: 'read', ask, filter, sort, direction })
  }
  const inView = state.opened !== null || hasDetailPane(shared) ? userInView(state) : undefined
  // A user who is to be opened comes first: another read would take the place of that one.
  if (inView !== undefined && state.wanted === null && (isNews || inView.id !== state.reading)) {
    state = { ...state, reading: inView.id }
    effects.push({ kind: 'read-user', asked: inView.id })
  }
  return { ...step, state, effects }
}

const withList = (state: UsersState, list: ListWindow<User>): UsersStep => ({
  state: list === state.list ? state : { ...state, list },
})

function stepped(state: UsersState, msg: UsersMsg | CoreMsg, shared: Shared): UsersStep {
  const { panel } = state
  switch (msg.kind) {
    case 'shown':
      return arrive(state, msg, shared)
    case 'changed': {
      const isMail = msg.kinds.has('setting') || msg.kinds.has('queue')
      return { ...listStep(state, msg, shared), effects: isMail ? outlookFor(state) : [] }
    }
    case 'minute':
      return { state: withoutOldNotice(state, shared), effects: outlookFor(state) }
    case 'refresh':
    case 'failed':
    case 'resized':
    case 'move':
    case 'mark':
      return listStep(
        msg.kind === 'failed'
          ? { ...state, reading: null, wanted: null, panel: idle(panel), underWay: 'nothing' }
          : state,
        msg,
        shared,
      )
    case 'filter':
      return withList({ ...state, filter: msg.text }, reopened(state.list))
    case 'mark-all': {
      const { list, filter, sort, direction } = state
      return isAllMarked(list)
        ? withList(state, clearMarks(list))
        : changing(state, { kind: 'read-to-mark', filter, sort, direction })
    }
    case 'to-mark':
      return allMarked(state, msg, 'user')
    case 'typed':
      return typed(state, msg.press)
    case 'open': {
      const user = userInView(state)
      return { state: user === undefined ? state : { ...state, opened: { user, top: 0 } } }
    }
    case 'scroll':
      return { state: scrolled(state, msg, shared) }
    case 'rows':
      return withList(state, fillWindow(state.list, msg.ticket, msg.slice))
    case 'user':
      return read(state, msg)
    case 'sort':
      return withList({ ...state, sort: sortAfter(state.sort), direction: 'ascending' }, reopened(state.list))
    case 'reverse': {
      const direction = state.direction === 'ascending' ? 'descending' : 'ascending'
      return withList({ ...state, direction }, reopened(state.list))
    }
    case 'status':
      return withList({ ...state, filter: withNextStatus(state.filter) }, reopened(state.list))
    case 'outlook':
      return { state: withOutlook(state, msg.outlook) }
    case 'edit': {
      const user = userInView(state)
      if (user === undefined) return { state }
      return { state: { ...state, panel: editPanel(user) }, effects: [{ kind: 'read-outlook' }] }
    }
    case 'add':
      return { state: { ...state, panel: addPanel() }, effects: [{ kind: 'read-outlook' }] }
    case 'import':
      return { state: { ...state, panel: importPanel() } }
    case 'save':
      return savePanel(state)
    case 'take-theirs':
      return { state: takeTheirs(state) }
    case 'leave-panel':
      return { state: { ...state, panel: { kind: 'none' } } }
    case 'saved':
      return saved(state, msg.saved)
    case 'looked':
      return looked(state, msg.looked)
    case 'do-import':
      return panel.kind === 'preview' && !panel.isImporting
        ? {
            state: { ...state, panel: { ...panel, isImporting: true } },
            effects: [{ kind: 'import', preview: panel.preview }],
          }
        : { state }
    case 'imported':
      return imported(state, msg.imported)
    case 'reset':
      return {
        state: { ...state, underWay: 'question' },
        effects: [{ kind: 'prepare-reset', users: chosenUsers(state) }],
      }
    case 'reset-ready':
      // One that was called off meanwhile is not asked.
      return state.underWay === 'question'
        ? { state: { ...state, underWay: 'nothing' }, orders: [askReset(msg.plan, shared.now)] }
        : { state }
    case 'do-reset':
      return changing(state, { kind: 'reset', users: msg.users, when: msg.when })
    case 'reset-done':
      return resetDone({ ...state, underWay: 'nothing' }, msg)
    case 'undo':
      return state.notice === null ? { state } : changing(state, undo(state.notice))
    case 'undone':
      return undone({ ...state, underWay: 'nothing' }, msg)
    case 'disable':
    case 'enable': {
      const status = msg.kind === 'disable' ? 'active' : 'disabled'
      return {
        state,
        orders: [
          askStatus(
            msg.kind,
            chosenUsers(state).filter((user) => user.status === status),
          ),
        ],
      }
    }
    case 'delete': {
      const [user] = chosenUsers(state)
      return user === undefined ? { state } : { state, orders: [askDelete(user)] }
    }
    case 'do':
      return changing(state, { kind: 'act', action: msg.action, users: msg.users })
    case 'acted':
      return acted(state, msg.acted)
    case 'show-tasks':
    case 'show-log': {
      const user = userInView(state)
      if (user === undefined) return { state }
      const page = msg.kind === 'show-tasks' ? 'tasks' : 'log'
      return { state, orders: [{ kind: 'go', page, arrival: { filter: `user:${user.username}` } }] }
    }
    case 'copy-id':
      return copy(state, ({ id }) => id, 'the id')
    case 'copy-address':
      return copy(state, ({ email }) => email, 'the address')
  }
}

/** A change is being made; keys that are about a user wait for its end. */
const changing = (state: UsersState, effect: UsersEffect): UsersStep => ({
  state: { ...state, underWay: 'change' },
  effects: [effect],
})

/** What letters would meet is read again while it stands on the page. */
const outlookFor = ({ panel, notice }: UsersState): readonly UsersEffect[] =>
  panel.kind === 'edit' || panel.kind === 'add' || notice?.isHidden === false ? [{ kind: 'read-outlook' }] : []

const listStep = (state: UsersState, msg: CoreMsg, shared: Shared): UsersStep =>
  withList(
    state,
    updateList(state.list, msg, listHeight(state, shared), (kinds) => kinds.has('user')),
  )

function arrive(state: UsersState, msg: Extract<CoreMsg, { kind: 'shown' }>, shared: Shared): UsersStep {
  const { filter, id } = msg.arrival
  const fresh: UsersState = {
    ...withoutOldNotice(state, shared),
    filter: filter ?? state.filter,
    opened: filter === undefined && id === undefined ? state.opened : null,
    wanted: id ?? null,
  }
  const list = updateList(state.list, msg, listHeight(fresh, shared), () => true)
  const step = withList(fresh, filter === undefined ? list : reopened(list))
  return id === undefined ? step : { ...step, effects: [{ kind: 'read-user', asked: id }] }
}

/** A letter that has left cannot be called back; one that is held still can. */
function withoutOldNotice(state: UsersState, { now, mail, daemon }: Shared): UsersState {
  const isHeld = mail?.state !== 'open' || daemon === null
  const isOver = state.notice?.tasks.every(({ scheduledAt }) => scheduledAt <= now) ?? false
  return isOver && !isHeld ? { ...state, notice: null } : state
}

/** A user was read: one that was asked for is opened, the one in view is shown as it is now. */
function read(state: UsersState, { asked, detail }: Extract<UsersMsg, { kind: 'user' }>): UsersStep {
  if (state.wanted === asked) {
    const found: UsersState = { ...state, wanted: null }
    if (detail !== null)
      return { state: { ...found, detail, reading: detail.user.id, opened: { user: detail.user, top: 0 } } }
    return { state: found, orders: [{ kind: 'toast', tone: 'warn', text: inert(`There is no user ${asked}.`, 200) }] }
  }
  const { opened } = state
  if (detail === null) {
    if (opened?.user.id !== asked) return { state }
    const text = inert(`${opened.user.username} was deleted meanwhile.`, 200)
    return { state: { ...state, opened: null, detail: null }, orders: [{ kind: 'toast', tone: 'warn', text }] }
  }
  if (detail.user.id !== state.reading) return { state }
  const isOpen = opened?.user.id === detail.user.id
  return { state: { ...state, detail, opened: isOpen ? { ...opened, user: detail.user } : opened } }
}

function scrolled(state: UsersState, { move }: Extract<CoreMsg, { kind: 'scroll' }>, shared: Shared): UsersState {
  const { opened, panel, detail, notice } = state
  if (panel.kind === 'preview') {
    const top = scrollWithin(panel.top, move, { ...shared, lines: previewLines(panel.preview) })
    return { ...state, panel: { ...panel, top } }
  }
  if (opened === null) return state
  const { user } = opened
  const shown = { now: shared.now, glyphs: ANY_GLYPHS, isBeside: false }
  const lines = userLines(user, detail?.user.id === user.id ? detail : null, shown)
  const bodyRows = shared.bodyRows - noticeLines(notice, shared).length
  return { ...state, opened: { ...opened, top: scrollWithin(opened.top, move, { ...shared, lines, bodyRows }) } }
}

function copy(state: UsersState, of: (user: User) => string, what: string): UsersStep {
  const user = userInView(state)
  return user === undefined ? { state } : { state, orders: [{ kind: 'copy', text: of(user), what }] }
}

/** A question that is on its way is not asked any more; so it is when another page is shown. */
export const callOff = (state: UsersState): UsersStep =>
  state.underWay === 'question' ? { state: { ...state, underWay: 'nothing' } } : { state }

/** One rung of the Escape ladder: a question on its way, the form, who was opened, the filter, the marks, what is said below the list. */
export function leaveUsers(state: UsersState, shared: Shared, how: 'escape' | 'back'): UsersStep | null {
  const { panel } = state
  if (state.underWay === 'question') return callOff(state)
  // What is being done cannot be called off.
  if (isBusy(panel)) return { state }
  if (panel.kind === 'preview') return { state: { ...state, panel: importPanel(panel.preview.file) } }
  if (isPanelDirty(panel)) return { state, orders: [askLeave()] }
  if (panel.kind !== 'none') return { state: { ...state, panel: { kind: 'none' } } }
  if (state.opened !== null) return settled(state, { state: { ...state, opened: null } }, shared, false)
  if (how === 'back') return null
  if (state.filter !== '')
    return settled(state, withList({ ...state, filter: '' }, reopened(state.list)), shared, false)
  if (state.list.marks.size > 0) return { state: unmarked(state) }
  if (state.notice === null || state.notice.isHidden) return null
  return settled(state, { state: { ...state, notice: { ...state.notice, isHidden: true } } }, shared, false)
}
