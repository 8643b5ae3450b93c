import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { UserId } from '../../../src/core/domain/ids.ts'
import { HOUR } from '../../../src/core/domain/time.ts'
import { hashPassword } from '../../../src/core/secrets/password-hash.ts'
import type { Store } from '../../../src/core/store/port.ts'
import { requestResets } from '../../../src/core/usecases/reset.ts'
import { changePassword, signIn } from '../../../src/core/usecases/sign-in.ts'
import { cancelTask, redoTask } from '../../../src/core/usecases/tasks.ts'
import { bytesOf, keys, PostOffice, passwordIn } from './post-office.ts'

const OLD = 'the old password is long'
const NEW = 'a new password is longer'
// A hash takes 50 ms; one is enough for all who have the same old password.
const OLD_HASH = await hashPassword(OLD)

let office: PostOffice
beforeEach(async () => {
  office = await PostOffice.open()
})
afterEach(() => office[Symbol.asyncDispose]())

/** A user with a password, asked for a reset that is due. */
async function alice() {
  const user = await office.addUser({ username: 'Alice', email: 'Alice@example.org' })
  await office.store.transact(office.operator.actor, 'give a password', async (tx) =>
    tx.put('credential', { user: user.id, hash: OLD_HASH, temporary: null, version: 1 }),
  )
  await office.reset(user)
  return user
}

const enter = async (name: string, password: string) =>
  (await signIn({ store: office.store }, keys, name, password)).kind
const change = (user: UserId, present: string, next: string) =>
  changePassword(office.operator, keys, user, present, next)

describe('case 23: the old password works', () => {
  it('while a reset is requested, sent, failed, redone and delivered, until the new one is set', async () => {
    const { id } = await alice()
    const works = async () => expect(await enter('alice', OLD)).toBe('signed-in')
    await works()
    const first = await office.claim()
    await works()
    await office.settle(first, 'deferred')
    office.clock.advance(HOUR)
    const failed = await office.send('refused')
    await works()
    await redoTask(office.operator, { id: failed.id, version: null })
    const second = await office.claim()
    await office.settle(second, 'delivered')
    await works()
    expect(await enter('alice', passwordIn(second))).toBe('must-change-password')
    await works()
    expect(await change(id, passwordIn(second), NEW)).toEqual({ kind: 'done' })
    expect(await enter('alice', OLD)).toBe('refused')
    expect(await enter('alice', NEW)).toBe('signed-in')
    expect(await enter('alice', passwordIn(second))).toBe('refused')
  })

  it('when the reset is cancelled, and when it expires', async () => {
    await alice()
    const claimed = await office.claim()
    const sent = await office.settle(claimed, 'unknown')
    await cancelTask(office.operator, { id: sent.id, version: null })
    expect(await enter('alice', passwordIn(claimed))).toBe('refused')
    office.clock.advance(30 * HOUR)
    expect(await enter('alice', OLD)).toBe('signed-in')
  })
})

describe('a sign-in', () => {
  it('goes by username or address, in any case', async () => {
    await alice()
    for (const name of ['Alice', 'ALICE', 'ａlice', 'alice@EXAMPLE.org'])
      expect(await enter(name, OLD)).toBe('signed-in')
  })

  it.each([
    ['an unknown name', 'nobody', OLD],
    ['nothing', '', ''],
    ['a wrong password', 'alice', `${OLD}.`],
    ['a password in another case', 'alice', OLD.toUpperCase()],
    ['an empty password', 'alice', ''],
    ['half a surrogate pair', 'alice', `${OLD}\ud800`],
    ['a name that is an object of its own', '__proto__', OLD],
  ])('with %s is refused, and learns no more than that', async (_what, name, password) => {
    await alice()
    expect(await signIn({ store: office.store }, keys, name, password)).toEqual({ kind: 'refused' })
  })

  it('takes a password in either normal form', async () => {
    const { id } = await alice()
    await change(id, OLD, 'élodie élodie élodie')
    expect(await enter('alice', 'e\u0301lodie e\u0301lodie e\u0301lodie')).toBe('signed-in')
  })

  it('of a user without a password goes by the temporary one alone', async () => {
    const { user, password } = await office.delivered()
    expect(await enter(user.username, '')).toBe('refused')
    expect(await enter(user.username, password.toLowerCase().replaceAll('-', ' '))).toBe('must-change-password')
    expect(await enter(user.username, `${password}0`)).toBe('refused')
  })

  it('of a disabled user is refused with the right password, too', async () => {
    const { id } = await alice()
    await office.setStatus(id, 'disabled')
    expect(await enter('alice', OLD)).toBe('refused')
    await office.setStatus(id, 'active')
    expect(await enter('alice', OLD)).toBe('signed-in')
  })

  it('changes nothing in the store', async () => {
    const { user, password } = await office.delivered()
    const before = await office.audit()
    await enter(user.username, password)
    await enter(user.username, 'wrong')
    expect(await office.audit()).toEqual(before)
  })
})

describe('a temporary password', () => {
  it('opens the one door for as long as it lives', async () => {
    const { user, password } = await office.delivered()
    office.clock.advance(24 * HOUR - 1)
    expect(await enter(user.username, password)).toBe('must-change-password')
    office.clock.advance(1)
    expect(await enter(user.username, password)).toBe('refused')
    expect(await change(user.id, password, NEW)).toEqual({ kind: 'not-signed-in' })
  })

  it("is one user's", async () => {
    const [one, other] = [await office.delivered(), await office.delivered()]
    expect(await enter(other.user.username, one.password)).toBe('refused')
  })

  it.each([
    ['as it stands in the letter', (password: string) => password],
    ['in lower case without dashes', (password: string) => password.toLowerCase().replaceAll('-', '')],
  ])('is not to be kept: %s', async (_how, spell) => {
    const { user, password } = await office.delivered()
    const kept = await change(user.id, password, spell(password))
    expect(kept.kind).toBe('refused')
    expect(await enter(user.username, password)).toBe('must-change-password')
  })

  it('is not to be kept by one who knows the old password, either', async () => {
    const { id } = await alice()
    const claimed = await office.claim()
    await office.settle(claimed, 'delivered')
    expect(await change(id, OLD, passwordIn(claimed))).toEqual({
      kind: 'refused',
      why: 'must not be the temporary password',
    })
  })
})

describe('a password change', () => {
  it('kills the temporary password and sends a notice without a secret, in one transaction', async () => {
    const { user, password } = await office.delivered()
    const before = await office.audit()
    expect(await change(user.id, password, NEW)).toEqual({ kind: 'done' })
    const [changed, ...earlier] = await office.audit()
    expect(earlier).toEqual(before)
    const [notice, ...more] = await office.tasksOf(user.id, 'password-changed')
    expect(more).toEqual([])
    expect(changed).toMatchObject({ action: 'users.change-password' })
    expect(changed?.touched).toEqual([`credential:${user.id}`, `task:${notice?.id}`])
    expect(notice).toMatchObject({ status: 'wait', to: user.email, scheduledAt: office.store.now() })

    const credential = await office.credential(user.id)
    expect(credential).toMatchObject({ temporary: null, hash: expect.stringMatching(/^\$argon2id\$/) })
    const claimed = await office.claim()
    const letter = bytesOf(claimed)
    for (const secret of [NEW, password, passwordIn(claimed)]) expect(letter).not.toContain(secret)
    await office.settle(claimed, 'delivered')
    expect(await office.credential(user.id)).toEqual(credential)
  })

  it.each([
    ['waits for another try', 'cancelled'],
    ['is executing', 'cancelled'],
  ] as const)('cancels a reset whose letter %s: it would bring a dead password', async (what, status) => {
    const { id } = await alice()
    const claimed = await office.claim()
    if (what === 'waits for another try') await office.settle(claimed, 'deferred')
    expect(await change(id, OLD, NEW)).toEqual({ kind: 'done' })
    if (what === 'is executing') await office.settle(claimed, 'deferred')
    const [reset] = await office.tasksOf(id)
    expect(reset?.status).toBe(status)
    expect((await office.credential(id))?.temporary).toBeNull()
    expect(await enter('alice', passwordIn(claimed))).toBe('refused')
  })

  it('lets a reset go on that has not begun: an operator asked for it', async () => {
    const { id } = await alice()
    expect(await change(id, OLD, NEW)).toEqual({ kind: 'done' })
    expect((await office.tasksOf(id))[0]?.status).toBe('wait')
    const letters = await office.claimAll()
    expect(letters.map(({ task }) => task.kind).sort()).toEqual(['password-changed', 'reset-password'])
    for (const letter of letters) await office.settle(letter, 'delivered')
    expect(await enter('alice', NEW)).toBe('signed-in')
  })

  it.each([
    ['too short', 'x'.repeat(14), 'must have at least 15 characters'],
    ['the username', 'alice', 'must have at least 15 characters'],
    ['the address', 'ALICE@EXAMPLE.ORG', 'must not be the username or the e-mail address'],
    ['the present one', OLD, 'must differ from the present one'],
    ['half a character', `${NEW}\ud800`, 'holds a character that cannot be kept'],
    ['too long', 'x'.repeat(257), 'must have at most 256 characters'],
  ])('to %s is refused, and nothing changes', async (_what, next, why) => {
    const { id } = await alice()
    const before = await office.audit()
    expect(await change(id, OLD, next)).toEqual({ kind: 'refused', why })
    expect(await office.audit()).toEqual(before)
  })

  it('to the present one in another normal form is none', async () => {
    const { id } = await alice()
    await change(id, OLD, 'élodie élodie élodie')
    expect(await change(id, 'élodie élodie élodie', 'e\u0301lodie e\u0301lodie e\u0301lodie')).toEqual({
      kind: 'refused',
      why: 'must differ from the present one',
    })
  })

  it('asks for the length that the settings ask for', async () => {
    const { id } = await alice()
    await office.set({ SERVICE_PASSWORD_MIN_LENGTH: 30 })
    expect(await change(id, OLD, NEW)).toEqual({ kind: 'refused', why: 'must have at least 30 characters' })
  })

  it.each([
    ['who does not know the present one', async () => {}, 'not the password at all'],
    ['who was disabled', (id: UserId) => office.setStatus(id, 'disabled'), OLD],
    ['who was deleted', (id: UserId) => office.delete(id), OLD],
  ])('by one %s is refused', async (_who, happen, present) => {
    const { id } = await alice()
    await happen(id)
    expect(await change(id, present, NEW)).toEqual({ kind: 'not-signed-in' })
  })

  it('tried eight times at once with one temporary password succeeds once', async () => {
    const { user, password } = await office.delivered()
    const tried = await Promise.all(
      Array.from({ length: 8 }, (_, number) => change(user.id, password, `${NEW} number ${number}`)),
    )
    expect(tried.filter(({ kind }) => kind === 'done')).toHaveLength(1)
    expect(await office.tasksOf(user.id, 'password-changed')).toHaveLength(1)
    const winner = tried.findIndex(({ kind }) => kind === 'done')
    expect(await enter(user.username, `${NEW} number ${winner}`)).toBe('signed-in')
  })

  it.each([1, 2])('that another one overtook after look number %i at the credential is refused', async (look) => {
    const { id } = await alice()
    let looks = 0
    const overtaken = afterEachCredential(office.store, async () => {
      looks++
      if (looks === look) expect(await change(id, OLD, 'the password of another')).toEqual({ kind: 'done' })
    })
    const late = await changePassword({ ...office.operator, store: overtaken }, keys, id, OLD, NEW)
    expect(late).toEqual({ kind: 'not-signed-in' })
    expect(looks).toBe(2)
    expect(await enter('alice', 'the password of another')).toBe('signed-in')
  })

  it('of one who is disabled while the hash is made is refused with the old password, too', async () => {
    const { id } = await alice()
    const changing = change(id, OLD, NEW)
    await office.setStatus(id, 'disabled')
    expect(await changing).toEqual({ kind: 'not-signed-in' })
    await office.setStatus(id, 'active')
    expect(await enter('alice', NEW)).toBe('refused')
  })

  it.each([
    ['redone', (id: UserId) => redoNewest(id)],
    ['moved to a new address', (id: UserId) => office.edit(id, { email: 'new@example.org' })],
    ['disabled', (id: UserId) => office.setStatus(id, 'disabled')],
  ] as const)(
    'with a temporary password, of one who is %s while the hash is made, is refused',
    async (_what, happen) => {
      const { id } = await alice()
      const claimed = await office.claim()
      await office.settle(claimed, 'delivered')
      const changing = change(id, passwordIn(claimed), NEW)
      await happen(id)
      expect(await changing).toEqual({ kind: 'not-signed-in' })
      expect(await enter('alice', NEW)).toBe('refused')
    },
  )
})

/** The store, where something happens after each look at a credential outside of transactions. */
function afterEachCredential(store: Store, happen: () => Promise<void>): Store {
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

it('a reset asked for by an operator changes nothing about signing in', async () => {
  const { id } = await office.addUser()
  const before = await office.credential(id)
  await requestResets(office.operator, [id], { kind: 'usual' })
  expect(await office.credential(id)).toEqual(before)
})
