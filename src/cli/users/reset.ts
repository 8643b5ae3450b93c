import { signInUrl } from '../../core/domain/portal-url.ts'
import { settingsInForce } from '../../core/domain/setting.ts'
import type { Instant } from '../../core/domain/time.ts'
import type { User } from '../../core/domain/user.ts'
import { EXIT, Stop } from '../../core/exit.ts'
import { readableAddress } from '../../core/host/readable-address.ts'
import type { Store } from '../../core/store/port.ts'
import { humanTime, humanUntil } from '../../core/text/human.ts'
import { shortId } from '../../core/text/task-words.ts'
import { type ResetRequested, type ResetWhen, requestResets } from '../../core/usecases/reset.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { type Input, quoted, wrongUse } from '../input.ts'
import { tellWhetherSent } from '../mail/sending.ts'
import { printItems } from '../output/json.ts'
import { listed } from '../output/words.ts'
import { tasksJson } from '../tasks/held.ts'
import { tellLastTurn } from '../tasks/last-turn.ts'
import { userNamed } from './named.ts'

const LATEST_MINUTES = 24 * 60

function parseWhen(input: Input): ResetWhen {
  const minutes = input.number('in', 0, LATEST_MINUTES)
  if (minutes !== undefined && input.has('now')) throw wrongUse('--now and --in exclude one another.')
  if (minutes !== undefined) return { kind: 'in', minutes }
  return { kind: input.has('now') ? 'now' : 'usual' }
}

/**
 * The active users of these names.
 * @throws Stop with exit status 2, naming all that are unknown or disabled.
 */
async function expectActive(store: Store, names: readonly string[]): Promise<readonly User[]> {
  const found = await Promise.all(names.map(async (name) => ({ name, user: await userNamed(store, name) })))
  const unknown = found.filter(({ user }) => user === null).map(({ name }) => quoted(name))
  const disabled = found.filter(({ user }) => user?.status === 'disabled').map(({ name }) => quoted(name))
  const refusals = [
    ...(unknown.length === 0
      ? []
      : [`There ${unknown.length === 1 ? 'is no user' : 'are no users'} ${listed(unknown)}.`]),
    ...(disabled.length === 0 ? [] : [`${listed(disabled)} ${disabled.length === 1 ? 'is' : 'are'} disabled.`]),
  ]
  if (refusals.length > 0) throw wrongUse(`${refusals.join(' ')} No reset was requested.`)
  return found.flatMap(({ user }) => user ?? [])
}

type Requested = Exclude<ResetRequested, { kind: 'refused' }>

function expectRequested(requested: readonly ResetRequested[]): readonly Requested[] {
  return requested.map((each) => {
    if (each.kind !== 'refused') return each
    throw new Stop(EXIT.usage, 'A user was deleted or disabled meanwhile. No reset was requested.')
  })
}

function tell(each: Requested, now: Instant): string {
  const { user, task } = each
  const what = `${user.username} <${readableAddress(task.to)}>`
  const leaves =
    task.scheduledAt <= now
      ? 'leaves now'
      : `leaves ${humanUntil(task.scheduledAt, now)}, ${humanTime(task.scheduledAt, now)}`
  const id = shortId(task.id)
  if (each.kind === 'made') return `${what}: the letter ${leaves} (task ${id}).`
  if (each.broughtForward) return `${what}: the letter that was open already leaves now (task ${id}).`
  if (task.status === 'executing') return `${what}: a letter is being sent just now (task ${id}).`
  const offer = task.scheduledAt <= now ? '' : `; it stays so, unless you say --now`
  return `${what}: a letter is open already and ${leaves} (task ${id})${offer}.`
}

/** `postern users reset` */
export const resetUsers: Run = async (call) => {
  const { input, io, json } = call
  const when = parseWhen(input)
  return atStore(call, async (door) => {
    const { store, context } = door
    const users = await expectActive(store, input.arguments)
    const requested = expectRequested(
      await requestResets(
        context,
        users.map(({ id }) => id),
        when,
      ),
    )
    const now = store.now()
    const tasks = requested.map(({ task }) => task)
    if (json) {
      const items = await tasksJson(door, tasks)
      await printItems(
        io,
        items.map((item, index) => ({ ...item, made: requested[index]?.kind === 'made' })),
      )
    } else for (const each of requested) io.print(tell(each, now))
    if (signInUrl(settingsInForce(await store.settings())) === '') {
      io.complain('SERVICE_SIGN_IN_URL is empty: the letter will not say where to sign in.')
    }
    await tellWhetherSent(call, door)
    await tellLastTurn(call, door, tasks)
    return EXIT.done
  })
}
