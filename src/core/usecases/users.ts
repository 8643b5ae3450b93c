import { parseAddress } from '../domain/address.ts'
import type { UserId } from '../domain/ids.ts'
import {
  type FieldRefusal,
  type ParsedUser,
  parseUser,
  type User,
  type UserFields,
  type UserStatus,
  usernameKey,
} from '../domain/user.ts'
import type { Reads, Transaction } from '../store/port.ts'
import type { Context } from './context.ts'
import { cancelTasksOf, killSecrets, redirectTasksOf } from './open-tasks.ts'
import { endSessions } from './portal/session.ts'
import { type ResetRequested, requestReset } from './reset.ts'

export type UserChanged =
  | { readonly kind: 'done'; readonly user: User }
  | { readonly kind: 'refused'; readonly refusals: readonly FieldRefusal[] }
  | { readonly kind: 'not-found' }
  /** Another operator saved the user since it was read. */
  | { readonly kind: 'changed-meanwhile'; readonly user: User }

/** Which user, and the version that the operator saw. */
export interface UserEdit {
  readonly id: UserId
  readonly version: number
}

/** The user of a username or an e-mail address, as an operator types it. */
export async function findUser(
  store: Pick<Reads, 'userByUsername' | 'userByAddress'>,
  name: string,
): Promise<User | undefined> {
  const byName = await store.userByUsername(usernameKey(name))
  if (byName !== undefined) return byName
  const address = parseAddress(name)
  return address.ok ? store.userByAddress(address.key) : undefined
}

/** Adds an active user without a password, and with `reset` asks for a letter with a temporary one: both or neither. */
export async function addUser(context: Context, fields: UserFields, reset = false): Promise<UserSaved> {
  const parsed = parseUser(fields)
  if (!parsed.ok) return { kind: 'refused', refusals: parsed.refusals }
  return context.store.transact(context.actor, 'users.add', async (tx) => {
    const refusals = await conflicts(tx, parsed.user, null)
    if (refusals.length > 0) return { kind: 'refused', refusals }
    const user = newUser(parsed.user, context.ids.user(), tx.now)
    tx.put('user', user)
    return { kind: 'done', user, reset: reset ? await requestReset(tx, context, user, { kind: 'usual' }) : null }
  })
}

/** A parsed user as a new row. */
export function newUser(parsed: ParsedUser, id: UserId, createdAt: number): User {
  return { id, ...parsed, status: 'active', createdAt, version: 1 }
}

/** Changes some fields. A new address kills the live secrets and turns open tasks to it. */
export const editUser = (context: Context, edit: UserEdit, fields: Partial<UserFields>): Promise<UserChanged> =>
  saveUser(context, edit, { fields })

/** Disables or enables a user. Disabling cancels the open tasks, kills the live secrets and ends every session. */
export const setUserStatus = (context: Context, edit: UserEdit, status: UserStatus): Promise<UserChanged> =>
  saveUser(context, edit, { status })

/** What a form of a user wants saved; what is not given stays as it is. */
export interface UserWishes {
  readonly fields?: Partial<UserFields>
  readonly status?: UserStatus | null
  /** Ask for a reset, too. */
  readonly reset?: boolean
}

export type UserSaved =
  | Exclude<UserChanged, { kind: 'done' }>
  | { readonly kind: 'done'; readonly user: User; readonly reset: ResetRequested | null }

/** Saves all that is wished for a user, as the operator saw it, or none of it. */
export async function saveUser(context: Context, edit: UserEdit, wishes: UserWishes): Promise<UserSaved> {
  const { fields = {}, status = null, reset = false } = wishes
  return context.store.transact(context.actor, actionOf(wishes), async (tx) => {
    const current = await expected(tx, edit)
    if (current.kind !== 'as-seen') return current
    const parsed = await parsedFields(tx, current.user, fields)
    if (!parsed.ok) return { kind: 'refused', refusals: parsed.refusals }
    const user = await changed(tx, context, current.user, parsed.user, status ?? current.user.status)
    if (!reset) return { kind: 'done', user, reset: null }
    const isActive = user.status === 'active'
    const refused = { kind: 'refused', user: user.id, why: 'disabled' } as const
    return { kind: 'done', user, reset: isActive ? await requestReset(tx, context, user, { kind: 'usual' }) : refused }
  })
}

/** What the audit log calls it: by what weighs most. */
function actionOf({ fields = {}, status = null, reset = false }: UserWishes): string {
  if (Object.keys(fields).length > 0) return 'users.edit'
  if (status !== null) return status === 'active' ? 'users.enable' : 'users.disable'
  return reset ? 'users.reset' : 'users.edit'
}

/** The fields that are to change, as they are kept; what is not to change is not judged anew. */
async function parsedFields(tx: Transaction, user: User, fields: Partial<UserFields>): Promise<ParsedFields> {
  if (Object.keys(fields).length === 0) return { ok: true, user: null }
  const { username, email, name, locale } = user
  const parsed = parseUser({ username, email, name, locale, ...fields })
  if (!parsed.ok) return parsed
  const refusals = await conflicts(tx, parsed.user, user.id)
  return refusals.length === 0 ? parsed : { ok: false, refusals }
}

type ParsedFields =
  | { readonly ok: true; readonly user: ParsedUser | null }
  | { readonly ok: false; readonly refusals: readonly FieldRefusal[] }

/** Puts a user as it is to be, with all that follows from it. */
async function changed(
  tx: Transaction,
  { ids }: Pick<Context, 'ids'>,
  before: User,
  fields: ParsedUser | null,
  status: UserStatus,
): Promise<User> {
  if (fields === null && status === before.status) return before
  const user: User = { ...before, ...fields, status, version: before.version + 1 }
  tx.put('user', user)
  const address = parseAddress(user.email)
  if (user.email !== before.email && address.ok) {
    await killSecrets(tx, user.id)
    await redirectTasksOf(tx, user, address.wire, ids)
  }
  if (user.status === 'disabled' && before.status === 'active') await forget(tx, user, 'The user was disabled.')
  return user
}

/** Deletes a user with the credential; tasks and mail log keep what they say of it. */
export async function deleteUser({ store, actor }: Context, edit: UserEdit): Promise<UserChanged> {
  return store.transact(actor, 'users.delete', async (tx) => {
    const current = await expected(tx, edit)
    if (current.kind !== 'as-seen') return current
    await forget(tx, current.user, 'The user was deleted.')
    tx.delete('credential', edit.id)
    tx.delete('user', edit.id)
    return { kind: 'done', user: current.user }
  })
}

async function forget(tx: Transaction, user: User, why: string): Promise<void> {
  await cancelTasksOf(tx, user.id, why)
  await killSecrets(tx, user.id)
  await endSessions(tx, user.id)
}

async function expected(tx: Transaction, { id, version }: UserEdit) {
  const user = await tx.get('user', id)
  if (user === undefined) return { kind: 'not-found' } as const
  if (user.version !== version) return { kind: 'changed-meanwhile', user } as const
  return { kind: 'as-seen', user } as const
}

/** What another user already has, or looks like. `self` is the user being changed. */
export async function conflicts(tx: Transaction, parsed: ParsedUser, self: UserId | null): Promise<FieldRefusal[]> {
  const other = (user: User | undefined) => user !== undefined && user.id !== self
  const refusals: FieldRefusal[] = []
  const sameName = await tx.userByUsername(parsed.usernameKey)
  // A name beyond ASCII must look like no other; an ASCII one must not be what another one looks like.
  const lookalike =
    (await tx.userBySkeleton(parsed.skeleton ?? parsed.usernameKey)) ??
    (parsed.skeleton === null ? undefined : await tx.userByUsername(parsed.skeleton))
  if (other(sameName)) refusals.push({ field: 'username', why: `is taken by ${sameName?.username}` })
  else if (other(lookalike))
    refusals.push({ field: 'username', why: `looks like the username ${lookalike?.username}, which is taken` })
  const sameAddress = await tx.userByAddress(parsed.addressKey)
  if (other(sameAddress)) refusals.push({ field: 'email', why: `is taken by ${sameAddress?.username}` })
  // Operators name a user by either: one's username must not be another's address.
  const address = parseAddress(parsed.username)
  const owner = address.ok ? await tx.userByAddress(address.key) : undefined
  if (other(owner)) refusals.push({ field: 'username', why: `is the e-mail address of ${owner?.username}` })
  const namesake = await tx.userByUsername(usernameKey(parsed.email))
  if (other(namesake)) refusals.push({ field: 'email', why: `is the username of ${namesake?.username}` })
  return refusals
}
