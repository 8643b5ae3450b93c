import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { UserId } from '../../../../src/core/domain/ids.ts'
import { passwordRefusalWords } from '../../../../src/core/domain/password.ts'
import type { Store } from '../../../../src/core/store/port.ts'
import { changePassword } from '../../../../src/core/usecases/portal/change-password.ts'
import { redoTask } from '../../../../src/core/usecases/tasks.ts'
import { bytesOf, keys, PostOffice, passwordIn, tokenIn } from '../post-office.ts'
import { Door, NEW, OLD } from './door.ts'

let office: PostOffice
let door: Door
beforeEach(async () => {
  office = await PostOffice.open()
  door = new Door(office)
})
afterEach(() => office[Symbol.asyncDispose]())

/** Somebody who is signed in with the old password. */
async function signedIn() {
  const user = await door.alice()
  return { user, session: await door.session('alice', OLD) }
}

/** Somebody who is signed in with the temporary password of a letter. */
async function letIn() {
  const { user, password, task } = await office.delivered()
  return { user, task, password, session: await door.session(user.username, password) }
}

describe('a password change', () => {
  it('kills the temporary password, the link and every session and sends a notice, in one transaction', async () => {
    await office.openPortal()
    const user = await door.alice()
    await office.reset(user)
    const reset = await office.claim()
    await office.settle(reset, 'delivered')
    const link = await office.askForLink(user)
    await office.settle(link, 'delivered')
    const sessions = [await door.session('alice', OLD), await door.session('alice', passwordIn(reset))]
    const mine = await door.session('alice', OLD)
    const before = await office.audit()
    expect(await door.change(mine, OLD, NEW)).toEqual({ kind: 'done' })
    const [changed, tried, ...earlier] = await office.audit()
    expect(earlier).toEqual(before)
    expect(tried).toMatchObject({ action: 'portal.try', actor: { name: 'Alice' } })
    expect(changed).toMatchObject({ action: 'portal.change-password', actor: { name: 'Alice', door: 'portal' } })
    for (const session of [mine, ...sessions]) expect(await door.lives(session)).toBe(false)
    expect(await office.store.sessionsOf(user.id)).toEqual([])
    expect(await office.credential(user.id)).toMatchObject({
      temporary: null,
      link: null,
      failures: 0,
      hash: expect.stringMatching(/^\$argon2id\$/),
    })

    const [notice, ...more] = await office.tasksOf(user.id, 'password-changed')
    expect(more).toEqual([])
    expect(notice).toMatchObject({ status: 'wait', to: user.email, scheduledAt: office.store.now() })
    const claimed = await office.claim()
    const letter = bytesOf(claimed)
    for (const secret of [NEW, OLD, passwordIn(reset), tokenIn(link)]) expect(letter).not.toContain(secret)
  })

  it.each(['waits for another try', 'is executing'] as const)(
    'cancels a reset whose letter %s: it would bring a dead password',
    async (what) => {
      const { user, session } = await signedIn()
      await office.reset(user)
      const claimed = await office.claim()
      if (what === 'waits for another try') await office.settle(claimed, 'deferred')
      expect(await door.change(session, OLD, NEW)).toEqual({ kind: 'done' })
      if (what === 'is executing') await office.settle(claimed, 'deferred')
      const [reset] = await office.tasksOf(user.id)
      expect(reset?.status).toBe('cancelled')
      expect((await office.credential(user.id))?.temporary).toBeNull()
      expect(await door.tried('alice', passwordIn(claimed))).toBe('refused')
    },
  )

  it('lets a reset go on that has not begun: an operator asked for it', async () => {
    const { user, session } = await signedIn()
    await office.reset(user)
    expect(await door.change(session, OLD, NEW)).toEqual({ kind: 'done' })
    expect((await office.tasksOf(user.id))[0]?.status).toBe('wait')
    const letters = await office.claimAll()
    expect(letters.map(({ task }) => task.kind).sort()).toEqual(['password-changed', 'reset-password'])
  })

  it.each([
    ['too short', 'x'.repeat(14), 'must have at least 15 characters'],
    ['the address', 'ALICE@EXAMPLE.ORG', 'must not be the username or the e-mail address'],
    ['half a character', `${NEW}\ud800`, 'holds a character that cannot be kept'],
    ['too long', 'x'.repeat(257), 'must have at most 256 characters'],
    ['a common one', 'passwordpassword', 'is one of the passwords that are tried first: many people use it'],
    [
      'a derivative of the username and the product',
      'alice2026postern',
      'is too easy to guess: it is little more than your name, your address or the name of this place and a year',
    ],
  ])('to %s is refused with its reason, and nothing is written', async (_what, next, why) => {
    const { session } = await signedIn()
    const before = await office.audit()
    const refused = await door.change(session, OLD, next)
    expect(refused.kind === 'refused' ? passwordRefusalWords(refused.refusal) : refused).toBe(why)
    expect(await office.audit()).toEqual(before)
  })

  it('to the present one is refused, in any normal form, and does not count as a wrong password', async () => {
    const { user, session } = await signedIn()
    expect(await door.change(session, OLD, OLD)).toEqual({ kind: 'refused', refusal: { kind: 'present' } })
    expect(await office.credential(user.id)).toMatchObject({ failures: 0 })
    const next = 'élodie, comme il faut'
    expect(await door.change(session, OLD, next)).toEqual({ kind: 'done' })
    const again = await door.session('alice', next)
    const kept = await door.change(again, next, next.normalize('NFD'))
    expect(kept).toEqual({ kind: 'refused', refusal: { kind: 'present' } })
  })

  it('to the present one is refused to one who has a temporary password, too', async () => {
    const user = await door.alice()
    await office.reset(user)
    const session = await door.session('alice', passwordIn(await office.claim()))
    expect(await door.change(session, null, OLD)).toEqual({ kind: 'refused', refusal: { kind: 'present' } })
  })

  it('asks for the length that the settings ask for', async () => {
    const { session } = await signedIn()
    await office.set({ SERVICE_PASSWORD_MIN_LENGTH: 30 })
    expect(await door.change(session, OLD, NEW)).toEqual({
      kind: 'refused',
      refusal: { kind: 'too-short', least: 30 },
    })
  })

  it('by one who does not know the present one is refused, and counts like any wrong password', async () => {
    const { user, session } = await signedIn()
    expect(await door.change(session, 'not the password at all', NEW)).toEqual({ kind: 'wrong-password' })
    expect(await door.change(session, null, NEW)).toEqual({ kind: 'wrong-password' })
    expect(await office.credential(user.id)).toMatchObject({ failures: 2 })
    expect(await door.lives(session)).toBe(true)
  })

  it.each([
    ['disabled', (id: UserId) => office.setStatus(id, 'disabled')],
    ['deleted', (id: UserId) => office.delete(id)],
  ])('by one who was %s is refused', async (_who, happen) => {
    const { user, session } = await signedIn()
    await happen(user.id)
    expect(await door.change(session, OLD, NEW)).toEqual({ kind: 'not-signed-in' })
  })

  it('tried eight times at once with one temporary password succeeds once', async () => {
    const { user, session } = await letIn()
    const tried = await Promise.all(
      Array.from({ length: 8 }, (_, number) => door.change(session, null, `${NEW} number ${number}`)),
    )
    expect(tried.filter(({ kind }) => kind === 'done')).toHaveLength(1)
    expect(await office.tasksOf(user.id, 'password-changed')).toHaveLength(1)
    const winner = tried.findIndex(({ kind }) => kind === 'done')
    expect(await door.tried(user.username, `${NEW} number ${winner}`)).toBe('signed-in')
  })

  it('is not disturbed by somebody who tries wrong passwords meanwhile', async () => {
    const { session } = await signedIn()
    const [changed] = await Promise.all([
      door.change(session, OLD, NEW),
      door.tried('alice', 'wrong'),
      door.tried('alice', 'wrong too'),
    ])
    expect(changed).toEqual({ kind: 'done' })
    expect(await door.tried('alice', NEW)).toBe('signed-in')
  })

  it('that another one overtook while the hash was made is refused', async () => {
    const { session } = await signedIn()
    const other = await door.session('alice', OLD)
    let overtaken = 0
    const store = afterCredential(office.store, async () => {
      if (overtaken++ === 0) expect(await door.change(other, OLD, 'the password of another')).toEqual({ kind: 'done' })
    })
    const late = await changePassword({ ...office.portal, store }, keys, { session, present: OLD, next: NEW })
    expect(late).toEqual({ kind: 'not-signed-in' })
    expect(overtaken).toBe(1)
    expect(await door.tried('alice', 'the password of another')).toBe('signed-in')
  })

  it.each([
    ['redone', (id: UserId) => redoNewest(id)],
    ['moved to a new address', (id: UserId) => office.edit(id, { email: 'new@example.org' })],
    ['disabled', (id: UserId) => office.setStatus(id, 'disabled')],
    ['deleted', (id: UserId) => office.delete(id)],
  ] as const)('by a temporary password whose user is %s while the hash is made is refused', async (_what, happen) => {
    const { user, session } = await letIn()
    const changing = door.change(session, null, NEW)
    await happen(user.id)
    expect(await changing).toEqual({ kind: 'not-signed-in' })
    expect(await door.tried(user.username, NEW)).toBe('refused')
  })
})

describe('a temporary password', () => {
  it.each([
    ['as it stands in the letter', (password: string) => password],
    ['in lower case without dashes', (password: string) => password.toLowerCase().replaceAll('-', '')],
  ])('is not to be kept: %s', async (_how, spell) => {
    const { user, password, session } = await letIn()
    expect(await door.change(session, null, spell(password))).toEqual({
      kind: 'refused',
      refusal: { kind: 'temporary' },
    })
    expect(await door.tried(user.username, password)).toBe('must-change-password')
  })

  it('is not to be kept by one who knows the old password, either', async () => {
    const { user, session } = await signedIn()
    await office.reset(user)
    const claimed = await office.claim()
    const kept = await door.change(session, OLD, passwordIn(claimed))
    expect(kept).toEqual({ kind: 'refused', refusal: { kind: 'temporary' } })
    expect(await office.credential(user.id)).toMatchObject({ failures: 0 })
  })

  it('that a newer one replaced opens nothing any more, though its session was open', async () => {
    const { user, session } = await letIn()
    await redoNewest(user.id)
    expect(await door.lives(session)).toBe(false)
    expect(await door.change(session, null, NEW)).toEqual({ kind: 'not-signed-in' })
  })
})

/** The store, where something happens after a look at a credential outside of transactions. */
function afterCredential(store: Store, happen: () => Promise<void>): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name !== 'get') {
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      }
      const get: Store['get'] = async (table, key) => {
        const row = await target.get(table, key)
        if (table === 'credential') await happen()
        return row
      }
      return get
    },
  })
}

async function redoNewest(user: UserId): Promise<void> {
  const [task] = await office.tasksOf(user)
  if (task === undefined) throw new Error('there is no reset')
  await redoTask(office.operator, { id: task.id, version: null })
}
