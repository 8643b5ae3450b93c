import { isIdPrefix, type UserId } from '../../core/domain/ids.ts'
import type { User } from '../../core/domain/user.ts'
import type { Store } from '../../core/store/port.ts'
import { findUser } from '../../core/usecases/users.ts'
import { quoted, wrongUse } from '../input.ts'

/** What could be a user's id. Only a look into the store says whether it is one. */
export const asUserId = (text: string): UserId | null => (isIdPrefix(text) ? (text as UserId) : null)

/** The user of a username, an e-mail address or a whole id, or null. */
export async function userNamed(store: Store, name: string): Promise<User | null> {
  const found = await findUser(store, name)
  if (found !== undefined) return found
  const id = asUserId(name)
  return (id === null ? undefined : await store.get('user', id)) ?? null
}

/** @throws Stop with exit status 2 when there is no such user. */
export async function expectUser(store: Store, name: string): Promise<User> {
  const user = await userNamed(store, name)
  if (user === null) throw wrongUse(`There is no user ${quoted(name)}.`)
  return user
}
