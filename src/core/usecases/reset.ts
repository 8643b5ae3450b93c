import { parseAddress } from '../domain/address.ts'
import type { UserId } from '../domain/ids.ts'
import type { LetterKind } from '../domain/letter.ts'
import { settingsInForce } from '../domain/setting.ts'
import { isEnded, newTask, reschedule, type Task } from '../domain/task.ts'
import { MINUTE } from '../domain/time.ts'
import type { User } from '../domain/user.ts'
import type { Transaction } from '../store/port.ts'
import { type Context, NONCE_BYTES } from './context.ts'

/** When a reset letter leaves: after SERVICE_RESET_DELAY_MINUTES, at once, or in so many minutes. */
export type ResetWhen =
  | { readonly kind: 'usual' }
  | { readonly kind: 'now' }
  | { readonly kind: 'in'; readonly minutes: number }

export type ResetRequested =
  | { readonly kind: 'made'; readonly user: User; readonly task: Task }
  /** The user has an open reset; with `now` it was brought forward. */
  | { readonly kind: 'already'; readonly user: User; readonly task: Task; readonly broughtForward: boolean }
  | { readonly kind: 'refused'; readonly user: UserId; readonly why: 'not-found' | 'disabled' }

/**
 * Requests a reset for each of the users, all or none: one that is unknown or disabled refuses the whole.
 * Nothing about signing in changes by it.
 */
export async function requestResets(
  context: Context,
  users: readonly UserId[],
  when: ResetWhen,
): Promise<readonly ResetRequested[]> {
  return context.store.transact(context.actor, 'users.reset', async (tx) => {
    const found: User[] = []
    const refused: ResetRequested[] = []
    for (const id of new Set(users)) {
      const user = await tx.get('user', id)
      if (user?.status === 'active') found.push(user)
      else refused.push({ kind: 'refused', user: id, why: user === undefined ? 'not-found' : 'disabled' })
    }
    if (refused.length > 0) return refused
    const requested: ResetRequested[] = []
    for (const user of found) requested.push(await requestReset(tx, context, user, when))
    return requested
  })
}

/** Requests a reset for an active user within a transaction, or finds the one that is open. */
export async function requestReset(
  tx: Transaction,
  { actor, ids }: Pick<Context, 'actor' | 'ids'>,
  user: User,
  when: ResetWhen,
): Promise<ResetRequested> {
  const open = await openTask(tx, user.id, 'reset-password')
  if (open === undefined) {
    const address = parseAddress(user.email)
    const task = newTask({
      id: ids.task(),
      kind: 'reset-password',
      user: { id: user.id, username: user.username },
      to: address.ok ? address.wire : user.email,
      createdBy: actor,
      createdAt: tx.now,
      seed: { nonce: ids.nonce(NONCE_BYTES), dueAt: tx.now + (await delay(tx, when)) },
    })
    tx.put('task', task)
    return { kind: 'made', user, task }
  }
  const sooner = when.kind === 'now' && open.status === 'wait' && open.scheduledAt > tx.now
  const task = sooner ? reschedule(open, tx.now) : open
  if (sooner) tx.put('task', task)
  return { kind: 'already', user, task, broughtForward: sooner }
}

async function delay(tx: Transaction, when: ResetWhen): Promise<number> {
  switch (when.kind) {
    case 'now':
      return 0
    case 'in':
      return when.minutes * MINUTE
    case 'usual':
      return settingsInForce(await tx.settings()).SERVICE_RESET_DELAY_MINUTES * MINUTE
  }
}

/** The user's open task of a kind: there is at most one. */
async function openTask(tx: Transaction, user: UserId, kind: LetterKind): Promise<Task | undefined> {
  return (await tx.tasksOf(user)).find((task) => task.kind === kind && !isEnded(task))
}
