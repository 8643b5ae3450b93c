import { diagnosisOf } from '../../../core/domain/diagnosis.ts'
import type { SettingName } from '../../../core/domain/setting.ts'
import type { Task } from '../../../core/domain/task.ts'
import { MARK_ALL_KEY } from '../../list/mark-all.ts'
import { chosenRows, currentRow } from '../../list/window.ts'
import type { Keys, Shared } from '../../screen.ts'
import { settingThatMends, settingToMend } from '../../warning.ts'
import type { TasksMsg, TasksState } from './tasks.state.ts'

/** What an action is about: what was opened, else the marked tasks, else the one under the cursor. */
export function chosenTasks({ opened, list }: TasksState): readonly Task[] {
  return opened === null ? chosenRows(list) : [opened.task]
}

/** The task that is being looked at. */
export const taskInView = ({ opened, list }: TasksState): Task | undefined => opened?.task ?? currentRow(list)

/** The setting that would mend what a task failed of; null when there is none. */
export const settingOf = (task: Task): SettingName | null =>
  task.status === 'failed' && task.cause !== null ? settingThatMends(task.cause) : null

/** The setting that `f` goes to: that of what is looked at, else what the line of warnings names. */
export function settingToFix(state: TasksState, shared: Shared): SettingName | null {
  const task = taskInView(state)
  return (task === undefined ? null : settingOf(task)) ?? settingToMend(shared)
}

const NONE = 'There is no task here.'

/** Why an action goes with none of what was chosen; null when it goes with one at least. */
function unless(fits: (task: Task) => boolean, why: string) {
  return (state: TasksState): string | null => {
    const tasks = chosenTasks(state)
    if (tasks.length === 0) return NONE
    return tasks.some(fits) ? null : why
  }
}

const isOpen = ({ status }: Task): boolean => status === 'wait' || status === 'executing'
const anyTask = (state: TasksState): string | null => (taskInView(state) === undefined ? NONE : null)

export const TASKS_KEYS: Keys<TasksState, TasksMsg> = [
  {
    keys: ['f'],
    what: { kind: 'fix' },
    hint: 'fix',
    help: 'To the setting that mends what the letter failed of',
    when: (state, shared) => (settingToFix(state, shared) === null ? 'No setting needs mending here.' : null),
    hinted: (state) => {
      const task = taskInView(state)
      return task !== undefined && settingOf(task) !== null
    },
    waits: (state, shared) => shared.mail === null && settingToFix(state, shared) === null,
  },
  {
    keys: ['r'],
    what: { kind: 'redo' },
    hint: 'redo',
    help: 'Redo: send a new letter, for the marked tasks or this one',
    changes: true,
    when: unless(({ status }) => status !== 'executing', 'It is being sent just now: wait for its end, then redo it.'),
  },
  {
    keys: ['c'],
    what: { kind: 'cancel' },
    hint: 'cancel',
    help: 'Cancel the marked tasks, or this one',
    changes: true,
    when: unless(isOpen, 'It has ended: only what waits or is being sent can be cancelled.'),
  },
  {
    keys: ['s'],
    what: { kind: 'send-now' },
    hint: 'send now',
    help: 'Send now instead of at the scheduled time',
    changes: true,
    when: unless(({ status }) => status === 'wait', 'It does not wait: press r to send a new letter.'),
  },
  {
    keys: ['F'],
    what: { kind: 'redo-all-failed' },
    hint: 'redo all failed',
    help: 'Redo all failed tasks',
    changes: true,
    when: ({ failed }) => (failed === 0 ? 'Nothing has failed.' : null),
  },
  {
    keys: ['E'],
    what: { kind: 'redo-same-error' },
    help: 'Redo all that failed with the same error as this one',
    changes: true,
    when: (state) => {
      const task = taskInView(state)
      if (task === undefined) return NONE
      return diagnosisOf(task) === null ? 'It has not failed: there is no error to look for.' : null
    },
  },
  {
    keys: ['l'],
    what: { kind: 'to-log' },
    hint: 'log',
    help: 'To the latest attempt in the mail log: the letter, and all that was said',
    when: (state) => {
      const task = taskInView(state)
      if (task === undefined) return NONE
      return task.attempts.length === 0 ? 'It was not tried yet: the mail log has nothing of it.' : null
    },
    hinted: (state) => (taskInView(state)?.attempts.length ?? 0) > 0,
  },
  {
    keys: ['o'],
    what: { kind: 'order' },
    hint: 'order',
    help: 'Another order of the list',
    when: ({ opened }) => (opened === null ? null : 'One letter has no order: Esc goes back to the list.'),
    atOnce: true,
  },
  {
    ...MARK_ALL_KEY,
    when: ({ opened, list }) => {
      if (opened !== null) return 'It is about the list: Esc goes back to it.'
      return list.rows.length === 0 ? NONE : null
    },
  },
  { keys: ['y'], what: { kind: 'copy-id' }, help: 'Copy the id of the task', when: anyTask },
  { keys: ['Y'], what: { kind: 'copy-address' }, help: 'Copy the address that the letter goes to', when: anyTask },
]
