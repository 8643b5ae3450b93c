import { emptyCredential, type LiveSecret, type SecretKind, secretOf } from '../domain/credential.ts'
import type { Ids, TaskId, UserId } from '../domain/ids.ts'
import type { Happening } from '../domain/outcome.ts'
import { endTask, flagRunning, nextRound, reschedule, type Task } from '../domain/task.ts'
import type { User } from '../domain/user.ts'
import type { Transaction } from '../store/port.ts'
import { NONCE_BYTES } from './context.ts'

/** What befalls a user's tasks when something befalls the user. */

/** Why a task ended that no server had a say in. */
export function ownCause(code: string, words: string): Happening {
  return { stage: 'letter', code, originalCode: null, replyCode: null, enhancedCode: null, reply: words }
}

/** Cancels what waits and flags what is executing, to be cancelled when it settles. */
export async function cancelTasksOf(tx: Transaction, user: UserId, why: string): Promise<void> {
  for (const task of await tx.tasksOf(user)) await cancelOpenTask(tx, task, why)
}

/** Cancels one task, at once or at its settlement; its secret dies now. */
export async function cancelOpenTask(tx: Transaction, task: Task, why: string): Promise<void> {
  if (task.status === 'wait') tx.put('task', endTask(task, 'cancelled', ownCause('ECANCELLED', why), tx.now))
  if (task.status === 'executing') tx.put('task', flagRunning(task, 'cancel'))
  if (task.status === 'wait' || task.status === 'executing') await killSecretOf(tx, task)
}

/**
 * Points a user's open tasks at a new address. A round that was begun ends, since its letter is for the old address;
 * the next one is due now, since what put it off was the old address's.
 */
export async function redirectTasksOf(tx: Transaction, user: User, wire: string, ids: Ids): Promise<void> {
  for (const task of await tx.tasksOf(user.id)) {
    if (task.status === 'wait' && task.round.attempts === 0)
      tx.put('task', { ...reschedule(task, task.scheduledAt), to: wire })
    if (task.status === 'wait' && task.round.attempts > 0) {
      tx.put('task', nextRound(task, wire, { nonce: ids.nonce(NONCE_BYTES), dueAt: tx.now }))
    }
    if (task.status === 'executing') tx.put('task', flagRunning(task, 'new-round'))
  }
}

/** Kills a user's live secrets of both kinds, whichever tasks they came from. */
export async function killSecrets(tx: Transaction, user: UserId): Promise<void> {
  await changeSecret(tx, user, 'temporary', () => null)
  await changeSecret(tx, user, 'link', () => null)
}

/** Kills the live secret that came from `task`, if one did. */
export async function killSecretOf(
  tx: Transaction,
  task: { readonly id: TaskId; readonly kind: Task['kind']; readonly user: Task['user'] },
): Promise<void> {
  const kind = secretOf(task.kind)
  if (task.user === null || kind === null) return
  await changeSecret(tx, task.user.id, kind, (secret) => (secret?.task === task.id ? null : secret))
}

/** Puts the user's credential with another live secret of a kind, where that makes a difference. */
export async function changeSecret(
  tx: Transaction,
  user: UserId,
  kind: SecretKind,
  change: (secret: LiveSecret | null) => LiveSecret | null,
): Promise<void> {
  const credential = (await tx.get('credential', user)) ?? emptyCredential(user)
  const secret = change(credential[kind])
  if (secret === credential[kind]) return
  tx.put('credential', { ...credential, [kind]: secret, version: credential.version + 1 })
}
