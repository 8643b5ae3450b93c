import { lookBack, turnsOf, windowsOf } from '../../../core/domain/budget.ts'
import { signInUrl } from '../../../core/domain/portal-url.ts'
import { settingsInForce } from '../../../core/domain/setting.ts'
import { isEnded, type Task } from '../../../core/domain/task.ts'
import { MINUTE } from '../../../core/domain/time.ts'
import type { User } from '../../../core/domain/user.ts'
import { findDaemon } from '../../../core/host/heartbeat.ts'
import { heldWords, lastTurnWords } from '../../../core/text/held.ts'
import { humanDuration } from '../../../core/text/human.ts'
import { type InertText, inert } from '../../../core/text/inert.ts'
import { closedBy } from '../../../core/usecases/forecast.ts'
import { readQueue } from '../../../core/usecases/settings.ts'
import type { World } from '../../screen.ts'
import type { Outlook, ResetPlan } from './users.state.ts'

/** What a letter that is asked for now would meet. */
export async function readOutlook({ store, data }: Pick<World, 'store' | 'data'>): Promise<Outlook> {
  const settings = settingsInForce(await store.settings())
  const now = store.now()
  const closed = closedBy(settings, await readQueue(store), { daemon: findDaemon(data) !== null, now })
  const held =
    closed === null ? [] : [inert(`Letters are ${heldWords({ ...closed, tooOld: false }, settings, now)}.`, 400)]
  const nowhere =
    signInUrl(settings) === '' ? [inert('SERVICE_SIGN_IN_URL is empty: letters will not say where to sign in.')] : []
  const delayMinutes = settings.SERVICE_RESET_DELAY_MINUTES
  return { delayMinutes, isHeld: closed !== null, warnings: [...held, ...nowhere] }
}

/** Who of the users would get a letter, and when the last of the letters would leave. */
export async function planReset(users: readonly User[], world: World): Promise<ResetPlan> {
  const { store } = world
  const ready: User[] = []
  const open: { user: User; task: Task }[] = []
  let disabled = 0
  let gone = 0
  for (const { id } of users) {
    const user = await store.get('user', id)
    if (user === undefined) gone++
    else if (user.status === 'disabled') disabled++
    else {
      const task = (await store.tasksOf(id)).find((each) => each.kind === 'reset-password' && !isEnded(each))
      if (task === undefined) ready.push(user)
      else open.push({ user, task })
    }
  }
  const outlook = await readOutlook(world)
  return { ready, open, disabled, gone, outlook, rate: await rateWords(ready.length, outlook, world) }
}

/**
 * When the last of so many letters leaves at the configured rate; nothing where nothing limits them. Letters that become
 * due before them are taken to be due when they are: it may be a little sooner.
 */
async function rateWords(letters: number, { delayMinutes }: Outlook, { store }: World): Promise<readonly InertText[]> {
  const settings = settingsInForce(await store.settings())
  const windows = windowsOf(settings)
  if (letters === 0 || windows.length === 0) return []
  const now = store.now()
  const from = now + delayMinutes * MINUTE
  const { due } = await store.backlog(now)
  const { due: dueByThen } = await store.backlog(from)
  const batches = [
    { letters: due, from: now },
    { letters: Math.max(0, dueByThen - due) + letters, from },
  ]
  const turn = turnsOf(windows, await store.lettersBegun(lookBack(windows)), batches).at(-1)
  if (turn === undefined || turn.limit === null) return []
  const took = turn.at - from
  const span = took < MINUTE ? [] : [inert(`That is ${humanDuration(took)} after they are due.`)]
  return [...lastTurnWords(turn, { letters, settings, from, now }), ...span]
}
