import { parseAddress } from '../domain/address.ts'
import { type LiveSecret, secretWorks } from '../domain/credential.ts'
import type { UserId } from '../domain/ids.ts'
import { refusePassword } from '../domain/password.ts'
import { settingsInForce } from '../domain/setting.ts'
import { isEnded, newTask } from '../domain/task.ts'
import type { Instant } from '../domain/time.ts'
import type { User } from '../domain/user.ts'
import type { MasterKeys } from '../secrets/master-key.ts'
import { hashPassword, verifyNobody, verifyPassword } from '../secrets/password-hash.ts'
import { matchesTemporaryPassword } from '../secrets/temporary-password.ts'
import type { Transaction } from '../store/port.ts'
import { type Context, NONCE_BYTES } from './context.ts'
import { cancelOpenTask } from './open-tasks.ts'
import { findUser } from './users.ts'

export type SignedIn =
  | { readonly kind: 'signed-in'; readonly user: User }
  /** The temporary password opens one door only: the one to a new password. */
  | { readonly kind: 'must-change-password'; readonly user: User }
  /** The same for an unknown name, a wrong password and a disabled user. */
  | { readonly kind: 'refused' }

/** Signs a user in with the password or the live temporary password. The same work is done whoever asks. */
export async function signIn(
  { store }: Pick<Context, 'store'>,
  keys: MasterKeys,
  name: string,
  password: string,
): Promise<SignedIn> {
  const user = await findUser(store, name)
  const credential = user === undefined ? undefined : await store.get('credential', user.id)
  const hash = credential?.hash ?? null
  const { ok } = hash === null ? await verifyNobody(password) : await verifyPassword(hash, password)
  if (user === undefined || user.status === 'disabled') return { kind: 'refused' }
  if (hash !== null && ok) return { kind: 'signed-in', user }
  const works = matchesLive(keys, credential?.temporary ?? null, password, store.now())
  return works ? { kind: 'must-change-password', user } : { kind: 'refused' }
}

function matchesLive(keys: MasterKeys, secret: LiveSecret | null, typed: string, now: Instant): boolean {
  return secret !== null && secretWorks(secret, now) && matchesTemporaryPassword(keys, secret, typed)
}

export type PasswordChanged =
  | { readonly kind: 'done' }
  /** Words that follow "The password". */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'not-signed-in' }

/**
 * Sets a new password for a user who proves the present one, or the temporary one. It kills the live secrets, cancels a
 * reset whose letter has such a secret, and sends a notice without a secret.
 */
export async function changePassword(
  context: Context,
  keys: MasterKeys,
  user: UserId,
  present: string,
  next: string,
): Promise<PasswordChanged> {
  const { store, actor } = context
  const known = await store.get('user', user)
  if (known === undefined) return { kind: 'not-signed-in' }
  const { SERVICE_PASSWORD_MIN_LENGTH: minLength } = settingsInForce(await store.settings())
  const why = refusePassword(next, minLength, known)
  if (why !== null) return { kind: 'refused', why }
  // Read before the proof: what changes while that is made, such as the same change made twice at once, is noticed.
  const proof = await store.get('credential', user)
  const signedIn = await signIn(context, keys, known.username, present)
  if (signedIn.kind === 'refused' || signedIn.user.id !== user) return { kind: 'not-signed-in' }
  if (next.normalize('NFC') === present.normalize('NFC'))
    return { kind: 'refused', why: 'must differ from the present one' }
  if (proof !== undefined && matchesLive(keys, proof.temporary, next, store.now())) {
    return { kind: 'refused', why: 'must not be the temporary password' }
  }
  const hash = await hashPassword(next)
  return store.transact(actor, 'users.change-password', async (tx): Promise<PasswordChanged> => {
    const credential = await tx.get('credential', user)
    const current = await tx.get('user', user)
    // What was proven must still hold: the secret may have died while the hash was made.
    if (credential === undefined || current?.status !== 'active' || credential.version !== proof?.version)
      return { kind: 'not-signed-in' }
    tx.put('credential', { ...credential, hash, temporary: null, version: credential.version + 1 })
    await cancelBegunResets(tx, user)
    notify(context, tx, current)
    return { kind: 'done' }
  })
}

/** A reset whose letter was begun would arrive with a password that is dead by now. */
async function cancelBegunResets(tx: Transaction, user: UserId): Promise<void> {
  for (const task of await tx.tasksOf(user)) {
    const begun = task.kind === 'reset-password' && !isEnded(task) && task.round.attempts > 0
    if (begun) await cancelOpenTask(tx, task, 'The user set a new password meanwhile.')
  }
}

function notify({ ids, actor }: Context, tx: Transaction, user: User): void {
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
