import type { UserId } from '../../core/domain/ids.ts'
import { parseTaskStatus, STATUS_WORDS, TASK_STATUSES, type Task } from '../../core/domain/task.ts'
import { type Instant, iso } from '../../core/domain/time.ts'
import { EXIT } from '../../core/exit.ts'
import type { Store } from '../../core/store/port.ts'
import { taskJson } from '../../core/text/json.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { quoted, wrongUse } from '../input.ts'
import { type Column, printPage } from '../output/list.ts'
import { asUserId, userNamed } from '../users/named.ts'
import { kindWords, lastWords, scheduledWords, shortId } from './words.ts'

const STATUS_COLOURS: Readonly<Record<string, string>> = {
  [STATUS_WORDS.failed]: 'red',
  [STATUS_WORDS['carried-out']]: 'green',
  [STATUS_WORDS.executing]: 'cyan',
  [STATUS_WORDS.cancelled]: 'gray',
}

const columns = (now: Instant): readonly Column<Task>[] => [
  { title: 'ID', shown: ({ id }) => shortId(id), plain: ({ id }) => id },
  {
    title: 'SCHEDULED',
    shown: (task) => scheduledWords(task, now),
    plain: ({ scheduledAt }) => iso(scheduledAt),
  },
  {
    title: 'STATUS',
    shown: ({ status }) => STATUS_WORDS[status],
    plain: ({ status }) => status,
    colour: (text) => STATUS_COLOURS[text],
  },
  { title: 'KIND', shown: ({ kind }) => kindWords(kind), plain: ({ kind }) => kind, spare: 1 },
  { title: 'USER', shown: ({ user }) => user?.username ?? '', flexible: true, spare: 3 },
  { title: 'TO', shown: ({ to }) => to, flexible: true },
  { title: 'TRIES', shown: ({ attempts }) => String(attempts.length), spare: 2 },
  { title: 'LAST', shown: lastWords, flexible: true },
]

/** The id of a user, who may have been deleted since. */
async function userOf(store: Store, name: string): Promise<UserId> {
  const user = await userNamed(store, name)
  if (user !== null) return user.id
  const id = asUserId(name)
  if (id !== null && (await store.tasksOf(id)).length > 0) return id
  throw wrongUse(`--user: there is no user ${quoted(name)}.`)
}

/** `postern tasks list` */
export const listTasks: Run = async (call) => {
  const { input } = call
  const status = input.word('status', parseTaskStatus, TASK_STATUSES)
  const paging = input.paging()
  const name = input.text('user')
  return atStore(call, async ({ store }) => {
    const user = name === undefined ? undefined : await userOf(store, name)
    const page = await store.tasks({ status, user, ...paging })
    await printPage(call, page, { columns: columns(store.now()), json: taskJson, none: 'There is no such task.' })
    return EXIT.done
  })
}
