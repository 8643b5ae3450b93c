import { readableAddress } from '../../../core/host/readable-address.ts'
import { type InertText, inert } from '../../../core/text/inert.ts'
import { shortId } from '../../../core/text/task-words.ts'
import { isUnsettled } from '../../list/window.ts'
import type { Awaiting, Headline, Screen } from '../../screen.ts'
import { performTasks } from './tasks.effects.ts'
import { TASKS_KEYS } from './tasks.keys.ts'
import {
  initialTasks,
  orderOf,
  parseSearch,
  type TasksEffect,
  type TasksMsg,
  type TasksState,
  type TasksTypes,
} from './tasks.state.ts'
import { callOff, leaveTasks, updateTasks } from './tasks.update.ts'

export type { TasksTypes }

/** System Information › Scheduled Tasks, without its looks. */
export const tasksScreen: Screen<TasksState, TasksMsg, TasksEffect> = {
  initial: initialTasks,
  keys: TASKS_KEYS,
  contexts: ({ opened }) => (opened === null ? ['list'] : ['detail']),
  headline,
  update: updateTasks,
  perform: performTasks,
  hide: callOff,
  leave: (state, _shared, how) => leaveTasks(state, how),
  filter: ({ filter }) => filter,
  awaits,
}

function headline(state: TasksState): Headline {
  const { list, filter, opened } = state
  const crumbs: InertText[] = []
  if (filter !== '') crumbs.push(inert(filter, 60))
  if (opened !== null) crumbs.push(inert(`${readableAddress(opened.task.to)} (${shortId(opened.task.id)})`, 80))
  if (opened !== null) return { crumbs }
  const { doubt } = parseSearch(filter)
  if (doubt !== null) return { crumbs, list, note: inert(doubt) }
  const { words, direction } = orderOf(state)
  return { crumbs, list, order: { words, direction } }
}

function awaits({ underWay, wanted, opened, list }: TasksState): Awaiting {
  if (underWay === 'question') return 'answer'
  if (wanted !== null) return 'page'
  return underWay === 'change' || (opened === null && isUnsettled(list)) ? 'rows' : 'nothing'
}
