import { isIdPrefix, type UserId } from '../../core/domain/ids.ts'
import type { User } from '../../core/domain/user.ts'
import type { Store } from '../../core/store/port.ts'
import { findUser } from '../../core/usecases/users.ts'
import { quoted, wrongUse } from '../input.ts'

/** What could be a user's id. Only a look into the store says whether it is one. */
export const asUserId = (text: string): UserId | null => (isIdPrefix(text) ? (text as UserId) : null)

/** Before the beginning of an id: no username and no address has it, so that nobody is met by a mistyped name. */
const ID = 'id:'

/**
 * The user of a username, an e-mail address, a whole id or the beginning of one, or null.
 * @throws Stop with exit status 2 when more than one id begins so.
 */
export async function userNamed(store: Store, name: string): Promise<User | null> {
  if (name.startsWith(ID)) return userBeginning(store, name.slice(ID.length))
  const found = await findUser(store, name)
  if (found !== undefined) return found
  const id = asUserId(name)
  return (id === null ? undefined : await store.get('user', id)) ?? null
}

async function userBeginning(store: Store, typed: string): Promise<User | null> {
  const prefix = typed.toLowerCase()
  const resolved = isIdPrefix(prefix) ? await store.resolveUser(prefix) : { kind: 'none' as const }
  if (resolved.kind === 'several')
    throw wrongUse(`More than one user's id begins with ${quoted(typed)}: say more of it.`)
  return (resolved.kind === 'one' ? await store.get('user', resolved.id) : undefined) ?? null
}

/** @throws Stop with exit status 2 when there is no such user. */
export async function expectUser(store: Store, name: string): Promise<User> {
  const user = await userNamed(store, name)
  if (user === null) throw wrongUse(`There is no user ${quoted(name)}.`)
  return user
}
