import type { Held } from '../../core/domain/held.ts'
import type { UserId } from '../../core/domain/ids.ts'
import { parseTaskStatus, STATUS_WORDS, TASK_STATUSES, type Task } from '../../core/domain/task.ts'
import { type Instant, iso } from '../../core/domain/time.ts'
import { EXIT } from '../../core/exit.ts'
import { readableAddress } from '../../core/host/readable-address.ts'
import type { Store } from '../../core/store/port.ts'
import { aboutTime, heldJson, heldShortly } from '../../core/text/held.ts'
import { taskJson } from '../../core/text/json.ts'
import { kindWords, lastWords, shortId } from '../../core/text/task-words.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { quoted, wrongUse } from '../input.ts'
import type { Io } from '../io.ts'
import { type Column, printPage } from '../output/list.ts'
import { asUserId, userNamed } from '../users/named.ts'
import { type Holding, holdingOf } from './held.ts'
import { scheduledWords } from './words.ts'

const STATUS_COLOURS: Readonly<Record<string, string>> = {
  [STATUS_WORDS.failed]: 'red',
  [STATUS_WORDS['carried-out']]: 'green',
  [STATUS_WORDS.executing]: 'cyan',
  [STATUS_WORDS.cancelled]: 'gray',
}

type Terminal = Io['terminal']

const columns = (now: Instant, holding: Holding, terminal: Terminal): readonly Column<Task>[] => [
  { title: 'ID', shown: ({ id }) => shortId(id), plain: ({ id }) => id },
  {
    title: 'SCHEDULED',
    shown: (task) => goesWords(holding.of(task), now) ?? scheduledWords(task, now),
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
  { title: 'TO', shown: ({ to }) => readableAddress(to), plain: ({ to }) => to, flexible: true },
  { title: 'TRIES', shown: ({ attempts }) => String(attempts.length), spare: 2 },
  { title: 'LAST', shown: lastWords, flexible: true, ...(holding.any ? { spare: 4 } : {}) },
  ...(holding.any || terminal === null ? [heldColumn(holding)] : []),
]

/** When a held letter goes, where that can be told: it stands in the place of the time at which it was to go. */
function goesWords(held: Held | undefined, now: Instant): string | null {
  if (held === undefined || held.until === null) return null
  // A probe may fail: nobody knows when a closed queue opens.
  return held.why === 'paused' || held.why === 'unreachable' ? null : aboutTime(held.until, now)
}

/** What holds letters: always there for programs, for people where something does. */
const heldColumn = ({ of }: Holding): Column<Task> => ({
  title: 'HELD',
  shown: (task) => heldShortly(of(task)),
  plain: (task) =>
    Object.values(heldJson(of(task)) ?? {})
      .filter((word) => word !== null)
      .join(' '),
  colour: () => 'yellow',
})

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
  return atStore(call, async (door) => {
    const { store } = door
    const user = name === undefined ? undefined : await userOf(store, name)
    const page = await store.tasks({ status, user, ...paging })
    const holding = await holdingOf(door, page.items)
    await printPage(call, page, {
      columns: columns(store.now(), holding, call.io.terminal),
      json: (task) => taskJson(task, holding.of(task)),
      none: 'There is no such task.',
    })
    return EXIT.done
  })
}
