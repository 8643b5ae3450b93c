import { emptyCredential, secretWorks } from '../../domain/credential.ts'
import type { PasswordRefusal } from '../../domain/password.ts'
import type { MasterKeys } from '../../secrets/master-key.ts'
import { hashPassword } from '../../secrets/password-hash.ts'
import type { Context } from '../context.ts'
import { judgePassword, refuseRepeated, setPassword } from './new-password.ts'
import { readSession, type SignedInAs } from './session.ts'
import { provePassword, setBack } from './sign-in.ts'

export interface PasswordChange {
  /** The session secret of the cookie. */
  readonly session: string
  /** The present password; null, or whatever else, for a session of scope `new-password`, which needs none. */
  readonly present: string | null
  readonly next: string
}

export type PasswordChanged =
  /** Every session is dead, this one too: the person signs in with the new password. */
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly refusal: PasswordRefusal }
  /** The present password is not the one, or is not looked at for a while after many that were not. */
  | { readonly kind: 'wrong-password' }
  /** The session is dead: to the sign-in page. */
  | { readonly kind: 'not-signed-in' }

/**
 * Sets a new password for somebody who is signed in and proves the present one, or who came in by the temporary one. It
 * kills both live secrets and every session, and sends a notice without a secret. What the rules refuse costs no hash.
 */
export async function changePassword(
  context: Context,
  keys: MasterKeys,
  { session: secret, present, next }: PasswordChange,
): Promise<PasswordChanged> {
  const { store } = context
  const signedIn = await readSession(context, secret)
  if (signedIn === null) return { kind: 'not-signed-in' }
  const { user, session } = signedIn
  const { refusal } = await judgePassword(store, user, next)
  if (refusal !== null) return { kind: 'refused', refusal }
  const actor = { ...context.actor, name: user.username }
  const proven = session.scope === 'everything' ? await provePassword({ ...context, actor }, user, present ?? '') : null
  if (session.scope === 'everything' && proven === null) return { kind: 'wrong-password' }
  const credential = (await store.get('credential', user.id)) ?? emptyCredential(user.id)
  const repeated = await refuseRepeated(context, keys, credential, next)
  if (repeated !== null) {
    if (proven !== null) await setBack({ ...context, actor }, user.id, proven)
    return { kind: 'refused', refusal: repeated }
  }
  const before = proven?.hash ?? credential.hash
  return replace({ ...context, actor }, signedIn, before, await hashPassword(next))
}

/** Sets the password if what was proven still holds: somebody may have been quicker while the hash was made. */
async function replace(
  context: Context,
  { user: { id }, session }: SignedInAs,
  before: string | null,
  hash: string,
): Promise<PasswordChanged> {
  return context.store.transact(context.actor, 'portal.change-password', async (tx): Promise<PasswordChanged> => {
    const user = await tx.get('user', id)
    const credential = await tx.get('credential', id)
    const still = (await tx.get('session', session.hash)) !== undefined
    if (!still || user?.status !== 'active' || credential === undefined || credential.hash !== before) {
      return { kind: 'not-signed-in' }
    }
    const { temporary } = credential
    const opened = session.temporary
    const lives =
      opened === null ||
      (temporary?.task === opened.task && temporary.round === opened.round && secretWorks(temporary, tx.now))
    if (!lives) return { kind: 'not-signed-in' }
    await setPassword(tx, context, user, credential, hash)
    return { kind: 'done' }
  })
}
