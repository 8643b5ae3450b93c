import { type Credential, emptyCredential, secretWorks, takesPassword } from '../../domain/credential.ts'
import type { UserId } from '../../domain/ids.ts'
import type { Instant } from '../../domain/time.ts'
import type { User } from '../../domain/user.ts'
import type { MasterKeys } from '../../secrets/master-key.ts'
import { hashPassword, verifyNobody, verifyPassword } from '../../secrets/password-hash.ts'
import { matchesTemporaryPassword } from '../../secrets/temporary-password.ts'
import type { Context } from '../context.ts'
import { findUser } from '../users.ts'
import { openSession } from './session.ts'

export type SignedIn =
  /** `session` is the secret of a new session, for the cookie and for nothing else. */
  | { readonly kind: 'signed-in'; readonly user: User; readonly session: string }
  /** With the temporary password: the session opens the page to a new password and nothing else. */
  | { readonly kind: 'must-change-password'; readonly user: User; readonly session: string }
  /**
   * The same for an unknown name, a wrong password, a disabled user, and for the right password while wrong ones before
   * it make it wait. A door says one sentence for all of it, which also names the way by a reset.
   */
  | { readonly kind: 'refused' }

/**
 * Signs a user in by username or e-mail address, with the password or the live temporary password. The same work is done
 * for everyone who is refused: one transaction, one Argon2id hash.
 *
 * Wrong passwords are counted on the account before they are looked at, so that many at once are all counted: from the
 * fifth in a row each makes the next try wait, twice as long as the last (15 min at most), and a hundred disable the
 * password until it is reset. What is tried meanwhile is neither looked at nor counted. A temporary password and a link
 * work whatever was counted: nobody is locked out of resetting.
 *
 * @param previous the session secret that the browser brought, or null: that session ends with a new one (no fixation)
 */
export async function signIn(
  context: Context,
  keys: MasterKeys,
  name: string,
  password: string,
  previous: string | null = null,
): Promise<SignedIn> {
  const { store } = context
  const user = await findUser(store, name)
  const credential = user === undefined ? undefined : await store.get('credential', user.id)
  if (user !== undefined && temporaryFits(keys, credential, password, store.now())) {
    const opened = await openWithTemporary(context, keys, user, password, previous)
    if (opened !== null) return opened
  }
  const proven = await provePassword(context, user, password)
  if (proven === null || user === undefined) return { kind: 'refused' }
  return openWithPassword(context, user, proven, previous)
}

/** Whether `typed` is the live temporary password of a credential. */
function temporaryFits(keys: MasterKeys, credential: Credential | undefined, typed: string, now: Instant): boolean {
  const secret = credential?.temporary ?? null
  return secret !== null && secretWorks(secret, now) && matchesTemporaryPassword(keys, secret, typed)
}

/** The hash that a password was proven against, and the one that is to take its place, if it is out of date. */
interface Proven {
  readonly hash: string
  readonly rehashed: string | null
}

/**
 * Proves that `password` is the user's, having counted the try; null when it is not, or is not looked at. Whoever proves
 * it must have the count set back: by `setBack`, or by what the proof is made use of for.
 */
export async function provePassword(
  { store, actor }: Context,
  user: User | undefined,
  password: string,
): Promise<Proven | null> {
  const hash = await store.transact(actor, 'portal.try', async (tx): Promise<string | null> => {
    const current = user === undefined ? undefined : await tx.get('user', user.id)
    const credential = current === undefined ? undefined : await tx.get('credential', current.id)
    const looked = current?.status === 'active' && credential !== undefined && takesPassword(credential, tx.now)
    if (!looked || credential.hash === null) {
      // What is refused without a look is written down like any other: it must take as long.
      tx.note(`user:${current?.id ?? 'unknown'}`)
      return null
    }
    const { failures, version } = credential
    tx.put('credential', { ...credential, failures: failures + 1, failedAt: tx.now, version: version + 1 })
    return credential.hash
  })
  if (hash === null) {
    await verifyNobody(password)
    return null
  }
  const { ok, rehash } = await verifyPassword(hash, password)
  if (!ok) return null
  return { hash, rehashed: rehash ? await hashPassword(password) : null }
}

/** Counts anew from a right password on. */
export async function setBack({ store, actor }: Context, user: UserId, { hash }: Proven): Promise<void> {
  await store.transact(actor, 'portal.proven', async (tx) => {
    const credential = await tx.get('credential', user)
    if (credential?.hash !== hash) return
    tx.put('credential', { ...credential, failures: 0, failedAt: null, version: credential.version + 1 })
  })
}

async function openWithPassword(
  { store, actor }: Context,
  { id, username }: User,
  { hash, rehashed }: Proven,
  previous: string | null,
): Promise<SignedIn> {
  return store.transact({ ...actor, name: username }, 'portal.sign-in', async (tx): Promise<SignedIn> => {
    const user = await tx.get('user', id)
    const credential = (await tx.get('credential', id)) ?? emptyCredential(id)
    // What was proven must still hold: the password may have changed while the hash was made.
    if (user?.status !== 'active' || credential.hash !== hash) return { kind: 'refused' }
    const version = credential.version + 1
    tx.put('credential', { ...credential, hash: rehashed ?? hash, failures: 0, failedAt: null, version })
    const session = await openSession(tx, { user: id, scope: 'everything', temporary: null }, previous)
    return { kind: 'signed-in', user, session }
  })
}

async function openWithTemporary(
  { store, actor }: Context,
  keys: MasterKeys,
  { id, username }: User,
  password: string,
  previous: string | null,
): Promise<SignedIn | null> {
  return store.transact({ ...actor, name: username }, 'portal.sign-in', async (tx): Promise<SignedIn | null> => {
    const user = await tx.get('user', id)
    const credential = await tx.get('credential', id)
    const secret = credential?.temporary ?? null
    if (user?.status !== 'active' || secret === null || !temporaryFits(keys, credential, password, tx.now)) return null
    const temporary = { task: secret.task, round: secret.round }
    const session = await openSession(tx, { user: id, scope: 'new-password', temporary }, previous)
    return { kind: 'must-change-password', user, session }
  })
}
