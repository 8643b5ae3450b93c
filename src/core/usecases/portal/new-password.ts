import { parseAddress } from '../../domain/address.ts'
import { type Credential, secretOf, secretWorks } from '../../domain/credential.ts'
import { type Judgement, judge, type PasswordRefusal } from '../../domain/password.ts'
import { settingsInForce } from '../../domain/setting.ts'
import { isEnded, newTask } from '../../domain/task.ts'
import type { User } from '../../domain/user.ts'
import { commonPasswords } from '../../secrets/common-passwords.ts'
import type { MasterKeys } from '../../secrets/master-key.ts'
import { verifyPassword } from '../../secrets/password-hash.ts'
import { matchesTemporaryPassword } from '../../secrets/temporary-password.ts'
import type { Store, Transaction } from '../../store/port.ts'
import { type Context, NONCE_BYTES } from '../context.ts'
import { cancelOpenTask } from '../open-tasks.ts'
import { endSessions } from './session.ts'

/** Judges a new password of `user` under the settings of now, at no hash. */
export async function judgePassword(
  store: Pick<Store, 'settings'>,
  user: Pick<User, 'username' | 'email' | 'name'>,
  password: string,
): Promise<Judgement> {
  const settings = settingsInForce(await store.settings())
  const { SERVICE_PASSWORD_MIN_LENGTH: minLength, SERVICE_PORTAL_NAME: portal } = settings
  return judge(password, { minLength, user, portal, common: await commonPasswords() })
}

/** Why `next` may not take the place of what the user has: it is the temporary password, or (one hash) the present one. */
export async function refuseRepeated(
  { store }: Pick<Context, 'store'>,
  keys: MasterKeys,
  { hash, temporary }: Pick<Credential, 'hash' | 'temporary'>,
  next: string,
): Promise<PasswordRefusal | null> {
  const lives = temporary !== null && secretWorks(temporary, store.now())
  if (lives && matchesTemporaryPassword(keys, temporary, next)) return { kind: 'temporary' }
  return hash !== null && (await verifyPassword(hash, next)).ok ? { kind: 'present' } : null
}

/**
 * Sets a password: both live secrets and every session die, resets whose letters would bring a dead secret are cancelled,
 * and a notice without a secret leaves.
 */
export async function setPassword(
  tx: Transaction,
  context: Pick<Context, 'ids' | 'actor'>,
  user: User,
  credential: Credential,
  hash: string,
): Promise<void> {
  const dead = { temporary: null, link: null, failures: 0, failedAt: null }
  tx.put('credential', { ...credential, ...dead, hash, version: credential.version + 1 })
  await endSessions(tx, user.id)
  await cancelResets(tx, user)
  notify(context, tx, user)
}

/**
 * A reset whose letter was begun would arrive with a secret that is dead by now. One that an operator asked for and that
 * was not begun goes on; a link that the person asked for has done its work, or come too late.
 */
async function cancelResets(tx: Transaction, { id }: User): Promise<void> {
  for (const task of await tx.tasksOf(id)) {
    if (isEnded(task) || secretOf(task.kind) === null) continue
    const over = task.kind === 'reset-link' || task.round.attempts > 0
    if (over) await cancelOpenTask(tx, task, 'The user set a new password meanwhile.')
  }
}

function notify({ ids, actor }: Pick<Context, 'ids' | 'actor'>, tx: Transaction, user: User): void {
  const address = parseAddress(user.email)
  if (!address.ok) return
  tx.put(
    'task',
    newTask({
      id: ids.task(),
      kind: 'password-changed',
      user: { id: user.id, username: user.username },
      to: address.wire,
      createdBy: actor,
      createdAt: tx.now,
      seed: { nonce: ids.nonce(NONCE_BYTES), dueAt: tx.now },
    }),
  )
}
