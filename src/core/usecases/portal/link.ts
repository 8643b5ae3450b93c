import { type Credential, secretWorks } from '../../domain/credential.ts'
import type { PasswordRefusal } from '../../domain/password.ts'
import type { Instant } from '../../domain/time.ts'
import type { User } from '../../domain/user.ts'
import { type LinkToken, matchesLink, parseLinkToken } from '../../secrets/link.ts'
import type { MasterKeys } from '../../secrets/master-key.ts'
import { hashPassword } from '../../secrets/password-hash.ts'
import type { Reads } from '../../store/port.ts'
import type { Context } from '../context.ts'
import { readCredential } from '../credential.ts'
import { judgePassword, refuseRepeated, setPassword } from './new-password.ts'

/** What a link's token opens. */
interface Opened {
  readonly user: User
  readonly credential: Credential
}

export type OpenedLink =
  | { readonly kind: 'works'; readonly user: User }
  /**
   * Malformed, used, expired, replaced, cancelled, of a user who is disabled or gone, of before links were turned off: one
   * sentence for all of it.
   */
  | { readonly kind: 'dead' }

/** Whether a link works now. Consumes and writes nothing, however often it is asked: mail scanners follow links. */
export async function openLink(
  { store }: Pick<Context, 'store'>,
  keys: MasterKeys,
  token: string,
): Promise<OpenedLink> {
  const opened = await open(store, keys, parseLinkToken(token), store.now())
  return opened === null ? { kind: 'dead' } : { kind: 'works', user: opened.user }
}

/** The task of the token names the user, whose live link is derived again and compared. */
async function open(
  store: Pick<Reads, 'get'>,
  keys: MasterKeys,
  token: LinkToken | null,
  now: Instant,
): Promise<Opened | null> {
  if (token === null) return null
  const task = await store.get('task', token.task)
  if (task?.kind !== 'reset-link' || task.user === null) return null
  const user = await store.get('user', task.user.id)
  const credential = await readCredential(store, task.user.id)
  const link = credential?.link ?? null
  if (user?.status !== 'active' || credential === undefined || link === null) return null
  const fits = link.task === task.id && secretWorks(link, now) && matchesLink(keys, link, token.secret)
  return fits ? { user, credential } : null
}

export type LinkRedeemed =
  /** Nobody is signed in by it: the person signs in with the new password. */
  | { readonly kind: 'done'; readonly user: User }
  /** The link still works. */
  | { readonly kind: 'refused'; readonly user: User; readonly refusal: PasswordRefusal }
  | { readonly kind: 'dead' }

/**
 * Sets a new password by a link, which is consumed in the same transaction: of any number at once one succeeds. Both live
 * secrets and every session die, and a notice leaves. What the rules refuse costs no hash and leaves the link as it is.
 */
export async function redeemLink(
  context: Context,
  keys: MasterKeys,
  typed: string,
  next: string,
): Promise<LinkRedeemed> {
  const { store } = context
  const token = parseLinkToken(typed)
  const opened = await open(store, keys, token, store.now())
  if (opened === null) return { kind: 'dead' }
  const { user } = opened
  const { refusal } = await judgePassword(store, user, next)
  const repeated = refusal ?? (await refuseRepeated(context, keys, opened.credential, next))
  if (repeated !== null) return { kind: 'refused', user, refusal: repeated }
  const hash = await hashPassword(next)
  const actor = { ...context.actor, name: user.username }
  return store.transact(actor, 'portal.redeem-link', async (tx): Promise<LinkRedeemed> => {
    // Looked at again, since another one may have been quicker.
    const still = await open(tx, keys, token, tx.now)
    if (still === null) return { kind: 'dead' }
    await setPassword(tx, { ...context, actor }, still.user, still.credential, hash)
    return { kind: 'done', user: still.user }
  })
}
