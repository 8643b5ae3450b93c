import { diagnose, diagnosisOf } from '../../../core/domain/diagnosis.ts'
import type { Task } from '../../../core/domain/task.ts'
import { counted } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { askedSince, reopened, updateList } from '../../list/list.update.ts'
import { allMarked, isAllMarked } from '../../list/mark-all.ts'
import { ANY_GLYPHS, scrollWithin } from '../../list/scroll.ts'
import { clearMarks, fillWindow, type ListWindow, refreshWindow } from '../../list/window.ts'
import type { CoreMsg, Order, Shared, Step } from '../../screen.ts'
import type { HeldTasks } from './held.ts'
import { chosenTasks, settingToFix, taskInView } from './tasks.keys.ts'
import { taskLines } from './tasks.lines.ts'
import { askCancel, askRedo, askSendNow } from './tasks.questions.ts'
import { ORDERS, orderOf, type Redo, type TasksEffect, type TasksMsg, type TasksState } from './tasks.state.ts'

type TasksStep = Step<TasksState, TasksMsg, TasksEffect>

/** Rows for tasks: what the page has less the line of titles. */
const listHeight = ({ bodyRows }: Shared): number => bodyRows - 1

/** What becomes of the page of tasks. */
export function updateTasks(state: TasksState, msg: TasksMsg | CoreMsg, shared: Shared): TasksStep {
  switch (msg.kind) {
    case 'shown':
      return arrive(state, msg, shared)
    case 'changed':
      return reread(
        state,
        updateList(state.list, msg, listHeight(shared), (kinds) => kinds.has('task')),
        true,
      )
    case 'refresh':
      return reread(
        state,
        updateList(state.list, msg, listHeight(shared), () => true),
        true,
      )
    case 'minute':
      // What waits may have become due, and be held.
      return reread(state, refreshWindow(state.list), true)
    case 'failed': {
      const idle: TasksState = { ...state, underWay: 'nothing', wanted: null }
      return reread(
        idle,
        updateList(state.list, msg, listHeight(shared), () => true),
      )
    }
    case 'resized':
    case 'move':
    case 'mark':
    case 'typed':
      return reread(
        state,
        updateList(state.list, msg, listHeight(shared), () => true),
      )
    case 'filter':
      return reread({ ...state, filter: msg.text }, reopened(state.list))
    case 'order':
      return reread({ ...state, order: (state.order + 1) % ORDERS.length }, reopened(state.list))
    case 'mark-all':
      return isAllMarked(state.list)
        ? { state: { ...state, list: clearMarks(state.list) } }
        : {
            state: { ...state, underWay: 'change' },
            effects: [{ kind: 'read-to-mark', filter: state.filter, order: orderOf(state) }],
          }
    case 'to-mark':
      return allMarked(state, msg, 'task')
    case 'open': {
      const task = taskInView(state)
      return { state: task === undefined ? state : { ...state, opened: { task, top: 0 } } }
    }
    case 'scroll':
      return { state: scrolled(state, msg, shared) }
    case 'rows':
      return filled(state, msg)
    case 'task':
      return read(state, msg)
    case 'redo':
      return prepareRedo(state, { kind: 'chosen', tasks: chosenTasks(state) })
    case 'redo-all-failed':
      return prepareRedo(state, { kind: 'all-failed' })
    case 'redo-same-error':
      return redoSameError(state)
    case 'redo-ready':
      // One that was called off meanwhile is not asked.
      return state.underWay === 'question'
        ? { state: { ...state, underWay: 'nothing' }, orders: [askRedo(msg)] }
        : { state }
    case 'cancel':
      return { state, orders: [askCancel(chosenTasks(state))] }
    case 'send-now':
      return { state, orders: [askSendNow(chosenTasks(state))] }
    case 'do':
      return {
        state: { ...state, underWay: 'change' },
        effects: [{ kind: 'change', action: msg.action, edits: msg.edits }],
      }
    case 'done':
      return done(state, msg, shared)
    case 'fix': {
      const id = settingToFix(state, shared)
      return id === null ? { state } : { state, orders: [{ kind: 'go', page: 'settings', arrival: { id } }] }
    }
    case 'to-log': {
      const last = taskInView(state)?.attempts.at(-1)
      return last === undefined
        ? { state }
        : { state, orders: [{ kind: 'go', page: 'log', arrival: { id: last.id, began: last.at } }] }
    }
    case 'copy-id':
      return copy(state, ({ id }) => id, 'the id')
    case 'copy-address':
      return copy(state, ({ to }) => to, 'the address')
  }
}

function scrolled(state: TasksState, { move }: Extract<CoreMsg, { kind: 'scroll' }>, shared: Shared): TasksState {
  const { opened, held } = state
  if (opened === null) return state
  const shown = { now: shared.now, glyphs: ANY_GLYPHS, held: held.get(opened.task.id), isBeside: false }
  const top = scrollWithin(opened.top, move, { ...shared, lines: taskLines(opened.task, shown) })
  return { ...state, opened: { ...opened, top } }
}

/** Rows have come, and with them what holds them. */
function filled(state: TasksState, { ticket, slice, held, failed }: Extract<TasksMsg, { kind: 'rows' }>): TasksStep {
  const list = fillWindow(state.list, ticket, slice)
  return list === state.list
    ? { state }
    : reread({ ...state, failed, held: heldNow(state, list.rows, slice.items, held) }, list)
}

/** What holds the tasks that are loaded; of those that were read just now the latest word counts. */
function heldNow(state: TasksState, loaded: readonly Task[], read: readonly Task[], held: HeldTasks): HeldTasks {
  if (state.held.size === 0) return held
  const kept = new Set(loaded.map(({ id }) => id))
  for (const { id } of read) kept.delete(id)
  return new Map([...[...state.held].filter(([id]) => kept.has(id)), ...held])
}

/** The state with the list as it is now, and the reads that it asks for; what was opened is read again too when it may have changed. */
function reread(state: TasksState, list: ListWindow<Task>, withOpened = false): TasksStep {
  const ask = askedSince(state.list, list)
  const { opened } = state
  const effects: TasksEffect[] = []
  if (ask !== null) effects.push({ kind: 'read', ask, filter: state.filter, order: orderOf(state) })
  if (withOpened && opened !== null) effects.push({ kind: 'read-task', id: opened.task.id })
  return { state: list === state.list ? state : { ...state, list }, effects }
}

function arrive(state: TasksState, msg: Extract<CoreMsg, { kind: 'shown' }>, shared: Shared): TasksStep {
  const { filter, id } = msg.arrival
  const fresh: TasksState = {
    ...state,
    filter: filter ?? state.filter,
    opened: filter === undefined && id === undefined ? state.opened : null,
    wanted: id ?? null,
  }
  const sized = updateList(state.list, msg, listHeight(shared), () => true)
  const step = reread(fresh, filter === undefined ? sized : reopened(sized), true)
  return id === undefined ? step : { ...step, effects: [...(step.effects ?? []), { kind: 'read-task', id }] }
}

/** A task was read by its id: one that was asked for is opened, one that is open is shown as it is now. */
function read(before: TasksState, { task, id, held }: Extract<TasksMsg, { kind: 'task' }>): TasksStep {
  const state = task === null ? before : { ...before, held: heldNow(before, [...before.list.rows, task], [task], held) }
  if (state.wanted === id) {
    const found: TasksState = { ...state, wanted: null, opened: task === null ? null : { task, top: 0 } }
    const text = inert(`There is no task ${id}.`)
    return task === null ? { state: found, orders: [{ kind: 'toast', tone: 'warn', text }] } : { state: found }
  }
  const { opened } = state
  return task === null || opened?.task.id !== task.id ? { state } : { state: { ...state, opened: { ...opened, task } } }
}

function redoSameError(state: TasksState): TasksStep {
  const task = taskInView(state)
  const diagnosis = task === undefined ? null : diagnosisOf(task)
  if (task?.status !== 'failed' || task.cause === null || diagnosis === null) return { state }
  const { title } = diagnose(task.cause)
  return prepareRedo(state, { kind: 'same-error', diagnosis, title })
}

/** Looks which of the tasks may be redone, to ask. */
const prepareRedo = (state: TasksState, redo: Redo): TasksStep => ({
  state: { ...state, underWay: 'question' },
  effects: [{ kind: 'prepare-redo', redo }],
})

const DONE_WORDS = {
  redo: (count: string) => `${count} due now.`,
  cancel: (count: string) => `${count} cancelled.`,
  'send-now': (count: string) => `${count} due now.`,
} as const

function done(
  state: TasksState,
  { action, changed, refused }: Extract<TasksMsg, { kind: 'done' }>,
  { daemon }: Shared,
): TasksStep {
  const count = changed.length - refused.length
  const said = count === 0 ? [] : [DONE_WORDS[action](`${counted(count, 'letter')} ${count === 1 ? 'is' : 'are'}`)]
  const [first] = refused
  const others = refused.length > 1 ? [`${refused.length - 1} more refused.`] : []
  const held =
    daemon === null && count > 0 && action !== 'cancel'
      ? [`${count === 1 ? 'It waits' : 'They wait'} until a daemon runs.`]
      : []
  const text = inert([...said, ...held, ...(first === undefined ? [] : [first]), ...others].join(' '), 400)
  const order: Order<TasksMsg> = { kind: 'toast', tone: first === undefined ? 'good' : 'warn', text }
  const list = clearMarks(state.list)
  return { state: { ...state, list, underWay: 'nothing' }, orders: [order] }
}

function copy(state: TasksState, of: (task: Task) => string, what: string): TasksStep {
  const task = taskInView(state)
  return task === undefined ? { state } : { state, orders: [{ kind: 'copy', text: of(task), what }] }
}

/** A question that is on its way is not asked any more; so it is when another page is shown. */
export const callOff = (state: TasksState): TasksStep =>
  state.underWay === 'question' ? { state: { ...state, underWay: 'nothing' } } : { state }

/** One rung of the Escape ladder: a question on its way, what was opened, then the filter, then the marks. */
export function leaveTasks(state: TasksState, how: 'escape' | 'back'): TasksStep | null {
  if (state.underWay === 'question') return callOff(state)
  if (state.opened !== null) return { state: { ...state, opened: null } }
  if (how === 'back') return null
  if (state.filter !== '') return reread({ ...state, filter: '' }, reopened(state.list))
  if (state.list.marks.size > 0) return { state: { ...state, list: clearMarks(state.list) } }
  return null
}
