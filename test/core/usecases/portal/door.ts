import type { UserId } from '../../../../src/core/domain/ids.ts'
import type { User } from '../../../../src/core/domain/user.ts'
import { hashPassword } from '../../../../src/core/secrets/password-hash.ts'
import { changePassword } from '../../../../src/core/usecases/portal/change-password.ts'
import { readSession } from '../../../../src/core/usecases/portal/session.ts'
import { signIn } from '../../../../src/core/usecases/portal/sign-in.ts'
import { aCredential } from '../../../support/builders.ts'
import { keys, type PostOffice } from '../post-office.ts'

export const OLD = 'the old password is long'
export const NEW = 'a new password is longer'
// A hash takes 50 ms; one is enough for all who have the same old password.
export const OLD_HASH = await hashPassword(OLD)

/** The portal as its visitors use it: what they type, and what comes of it. */
export class Door {
  readonly office: PostOffice

  constructor(office: PostOffice) {
    this.office = office
  }

  /** A user with the old password. */
  async alice(): Promise<User> {
    const user = await this.office.addUser({ username: 'Alice', email: 'Alice@example.org' })
    await this.givePassword(user.id)
    return user
  }

  async givePassword(user: UserId, hash = OLD_HASH): Promise<void> {
    await this.office.store.transact(this.office.operator.actor, 'give a password', async (tx) =>
      tx.put('credential', aCredential(user, { hash })),
    )
  }

  enter(name: string, password: string, previous: string | null = null) {
    return signIn(this.office.portal, keys, name, password, previous)
  }

  /** What comes of a sign-in, in a word. */
  async tried(name: string, password: string): Promise<string> {
    return (await this.enter(name, password)).kind
  }

  /** The session of somebody who signs in. */
  async session(name: string, password: string): Promise<string> {
    const entered = await this.enter(name, password)
    if (entered.kind === 'refused') throw new Error(`${name} was refused`)
    return entered.session
  }

  change(session: string, present: string | null, next: string) {
    return changePassword(this.office.portal, keys, { session, present, next })
  }

  /** Whether a session lives. */
  async lives(session: string): Promise<boolean> {
    return (await readSession(this.office.portal, session)) !== null
  }
}
