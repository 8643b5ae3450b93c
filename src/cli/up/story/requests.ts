import { STATUS_WORDS, type Task } from '../../../core/domain/task.ts'
import { MINUTE, SECOND } from '../../../core/domain/time.ts'
import type { User } from '../../../core/domain/user.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { humanDuration } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { requestResets } from '../../../core/usecases/reset.ts'
import { clockTime } from '../tell.ts'
import { insist, personOf, type Stage } from './stage.ts'

/** How long the letters wait before they leave. */
export const DELAY = 3 * SECOND

/** One who is written to in each of the languages, and one whose domain is not ASCII; fewer where they coincide. */
const KINDS: readonly ((user: User) => boolean)[] = [
  ({ name, locale }) => locale === 'en' && name.includes("'"),
  ({ locale }) => locale === 'zh-TW',
  ({ email }) => /[^\x00-\x7f]/.test(email),
]

/** Step: three resets are requested, to leave in some seconds. */
export async function requestsStep(stage: Stage): Promise<readonly Task[]> {
  const { sandbox, teller } = stage
  const { store, context } = sandbox.house
  teller.step(`Three resets are requested, to leave in ${humanDuration(DELAY)}`)
  const { items } = await store.users({ limit: 100 })
  const users = KINDS.flatMap((fits) => items.find(fits) ?? [])
  const ids = users.map(({ id }) => id)
  const requested = await requestResets(context, ids, { kind: 'in', minutes: DELAY / MINUTE })
  const tasks = requested.flatMap((request) => (request.kind === 'made' ? [request.task] : []))
  insist(stage, tasks.length === 3, `${tasks.length} tasks were made`)
  teller.table([
    ['task', 'status', 'leaves at', 'user', 'to', 'name'],
    ...tasks.map((task, index) => [
      task.id.slice(0, 8),
      STATUS_WORDS[task.status],
      clockTime(task.scheduledAt),
      inert(personOf(task)),
      inert(readableAddress(task.to)),
      inert(users[index]?.name ?? ''),
    ]),
  ])
  const credentials = await Promise.all(ids.map((id) => store.get('credential', id)))
  const touched = credentials.filter((credential) => credential !== undefined).length
  insist(stage, touched === 0, `${touched} ways of signing in have changed already`)
  teller.say('Nothing about signing in has changed yet.')
  return tasks
}
