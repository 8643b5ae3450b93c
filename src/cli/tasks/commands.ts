import { TASK_STATUSES } from '../../core/domain/task.ts'
import { AFTER, type ArgumentDefinition, type GroupDefinition, LIMIT, YES } from '../definition.ts'

const ID: ArgumentDefinition = { name: 'ID', help: "A task's id, or its beginning as long as no other begins so." }
const IDS: ArgumentDefinition = { ...ID, many: true }
const TASK_LIST = 'a list of the tasks as they are now'

export const TASKS: GroupDefinition = {
  name: 'tasks',
  summary: 'Tasks: letters that were asked for',
  commands: [
    {
      name: 'tasks list',
      summary: 'List tasks, the newest first.',
      details: [
        'Where letters that are due are held, a column says by what, and SCHEDULED says when they are foreseen to go; "postern tasks show" says it in full. In a pipe HELD has the reason and the moment.',
      ],
      options: [
        {
          name: 'status',
          value: 'STATUS',
          help: `Only those that are ${TASK_STATUSES.join(', ')} ("carry out" is understood, too).`,
        },
        { name: 'user', value: 'NAME', help: 'Only those of this user.' },
        LIMIT,
        AFTER,
      ],
      json: 'a list of tasks',
      load: async () => (await import('./list.ts')).listTasks,
    },
    {
      name: 'tasks show',
      summary: 'Show a task with its attempts, and why it failed.',
      arguments: [ID],
      json: 'the task: `id kind user{id,username} to status round scheduledAt held{why,until} attempts[{id,at,outcome,code,reply,durationMs}] cause{kind,title,advice,settings} createdBy createdAt`; user is null where the letter is for no user (a test letter); held is null where nothing holds the letter, until where nobody can tell; why is `off`, `no-daemon`, `paused`, `unreachable`, `throttled`, `rate` or `daily-limit`',
      load: async () => (await import('./show.ts')).showTask,
    },
    {
      name: 'tasks send-now',
      summary: 'Send letters that wait at once.',
      arguments: [IDS],
      json: TASK_LIST,
      load: async () => (await import('./send-now.ts')).sendTasksNow,
    },
    {
      name: 'tasks cancel',
      summary: 'Cancel letters that have not left yet.',
      details: ['One that is being sent just now is cancelled when its attempt ends, if it has not left by then.'],
      arguments: [IDS],
      json: TASK_LIST,
      load: async () => (await import('./cancel.ts')).cancelTasks,
    },
    {
      name: 'tasks redo',
      summary: 'Send letters again with a new secret; asks first.',
      details: [
        'An ended task begins anew and is due at once; the secret of its earlier letter dies. One that waits is tried at once. Refused for one that is being sent, that a newer one has replaced, or whose user is gone or disabled: with ids nothing is done then, with --all-failed and --same-error such tasks are left out.',
      ],
      arguments: [{ ...IDS, optional: true }],
      options: [
        { name: 'all-failed', help: 'Every failed task.' },
        { name: 'same-error', value: 'ID', help: 'Every failed task with the same diagnosis as this one.' },
        YES,
      ],
      json: TASK_LIST,
      load: async () => (await import('./redo.ts')).redo,
    },
  ],
}
