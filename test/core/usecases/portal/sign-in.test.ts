import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../../src/core/domain/time.ts'
import { requestResets } from '../../../../src/core/usecases/reset.ts'
import { cancelTask, redoTask } from '../../../../src/core/usecases/tasks.ts'
import { PostOffice, passwordIn } from '../post-office.ts'
import { Door, NEW, OLD } from './door.ts'

let office: PostOffice
let door: Door
beforeEach(async () => {
  office = await PostOffice.open()
  door = new Door(office)
})
afterEach(() => office[Symbol.asyncDispose]())

/** A user with a password, asked for a reset that is due. */
async function aliceAsked() {
  const user = await door.alice()
  await office.reset(user)
  return user
}

describe('case 23: the old password works', () => {
  it('while a reset is requested, sent, failed, redone and delivered, until the new one is set', async () => {
    await aliceAsked()
    const works = async () => expect(await door.tried('alice', OLD)).toBe('signed-in')
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
    const session = await door.session('alice', passwordIn(second))
    await works()
    expect(await door.change(session, null, NEW)).toEqual({ kind: 'done' })
    expect(await door.tried('alice', OLD)).toBe('refused')
    expect(await door.tried('alice', NEW)).toBe('signed-in')
    expect(await door.tried('alice', passwordIn(second))).toBe('refused')
  })

  it('when the reset is cancelled, and when it expires', async () => {
    await aliceAsked()
    const claimed = await office.claim()
    const sent = await office.settle(claimed, 'unknown')
    await cancelTask(office.operator, { id: sent.id, version: null })
    expect(await door.tried('alice', passwordIn(claimed))).toBe('refused')
    office.clock.advance(30 * HOUR)
    expect(await door.tried('alice', OLD)).toBe('signed-in')
  })

  it('when an operator asks for a reset: nothing about signing in changes', async () => {
    const { id } = await office.addUser()
    const before = await office.credential(id)
    await requestResets(office.operator, [id], { kind: 'usual' })
    expect(await office.credential(id)).toEqual(before)
  })
})

describe('a sign-in', () => {
  it('goes by username or address, in any case', async () => {
    await door.alice()
    for (const name of ['Alice', 'ALICE', 'ａlice', 'alice@EXAMPLE.org'])
      expect(await door.tried(name, OLD)).toBe('signed-in')
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
    await door.alice()
    expect(await door.enter(name, password)).toEqual({ kind: 'refused' })
  })

  it('takes a password in either normal form, and no other spelling of it', async () => {
    await door.alice()
    const next = 'élodie, ﬁne \u00e0 souhait'
    expect(await door.change(await door.session('alice', OLD), OLD, next)).toEqual({ kind: 'done' })
    expect(await door.tried('alice', next.normalize('NFD'))).toBe('signed-in')
    expect(await door.tried('alice', next.replace('ﬁ', 'fi'))).toBe('refused')
  })

  it('of a user without a password goes by the temporary one alone', async () => {
    const { user, password } = await office.delivered()
    expect(await door.tried(user.username, '')).toBe('refused')
    const spelt = password.toLowerCase().replaceAll('-', ' ')
    expect(await door.tried(user.username, spelt)).toBe('must-change-password')
    expect(await door.tried(user.username, `${password}0`)).toBe('refused')
  })

  it('case 24: of a disabled user is refused with the right password, and with the temporary one', async () => {
    const { id } = await aliceAsked()
    const claimed = await office.claim()
    await office.setStatus(id, 'disabled')
    expect(await door.tried('alice', OLD)).toBe('refused')
    expect(await door.tried('alice', passwordIn(claimed))).toBe('refused')
    await office.setStatus(id, 'active')
    expect(await door.tried('alice', OLD)).toBe('signed-in')
  })

  it.each([
    ['an unknown user', 'nobody'],
    ['a user without a password', 'bob'],
    ['a disabled user', 'carol'],
    ['one whose password is wrong', 'alice'],
    ['one who has to wait', 'dora'],
  ])('that is refused costs %s one line in the journal, as it does everyone', async (_who, name) => {
    await door.alice()
    await office.addUser({ username: 'bob' })
    for (const username of ['carol', 'dora']) await door.givePassword((await office.addUser({ username })).id)
    const carol = await office.store.userByUsername('carol')
    if (carol !== undefined) await office.setStatus(carol.id, 'disabled')
    for (let times = 0; times < 5; times++) await door.tried('dora', 'wrong')
    const before = await office.audit()
    expect(await door.enter(name, 'wrong')).toEqual({ kind: 'refused' })
    const [tried, ...earlier] = await office.audit()
    expect(earlier).toEqual(before)
    expect(tried).toMatchObject({ action: 'portal.try', actor: { name: 'visitor', door: 'portal' } })
    expect(tried?.touched).toHaveLength(1)
  })

  it('is written down with who it was', async () => {
    await door.alice()
    await door.tried('alice', OLD)
    const [entered] = await office.audit()
    expect(entered).toMatchObject({ action: 'portal.sign-in', actor: { name: 'Alice', address: '192.0.2.99' } })
  })

  it('makes the hash anew when its parameters are out of date, and the password still works', async () => {
    const { id } = await office.addUser({ username: 'old' })
    const weak = await oldHash(OLD)
    await door.givePassword(id, weak)
    expect(await door.tried('old', 'wrong')).toBe('refused')
    expect((await office.credential(id))?.hash).toBe(weak)
    expect(await door.tried('old', OLD)).toBe('signed-in')
    const hash = (await office.credential(id))?.hash
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await door.tried('old', OLD)).toBe('signed-in')
    expect((await office.credential(id))?.hash).toBe(hash)
  })
})

/** What an older version may have made: Argon2id with 8 MiB. */
async function oldHash(password: string): Promise<string> {
  const { argon2Sync } = await import('node:crypto')
  const nonce = Buffer.from('0123456789abcdef')
  const tag = argon2Sync('argon2id', {
    message: password,
    nonce,
    memory: 8192,
    passes: 2,
    parallelism: 1,
    tagLength: 32,
  })
  const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=8192,t=2,p=1$${base64(nonce)}$${base64(tag)}`
}

describe('wrong passwords', () => {
  const wrong = async (times: number) => {
    for (let time = 0; time < times; time++) expect(await door.tried('alice', `wrong ${time}`)).toBe('refused')
  }

  it('make the right one wait from the fifth on, twice as long each time', async () => {
    const { id } = await door.alice()
    await wrong(5)
    expect(await door.tried('alice', OLD)).toBe('refused')
    office.clock.advance(SECOND)
    await wrong(1)
    office.clock.advance(SECOND)
    expect(await door.tried('alice', OLD)).toBe('refused')
    office.clock.advance(SECOND)
    expect(await door.tried('alice', OLD)).toBe('signed-in')
    expect(await office.credential(id)).toMatchObject({ failures: 0, failedAt: null })
  })

  it('are not counted while nobody looks at them: an attacker cannot make it worse by trying faster', async () => {
    const { id } = await door.alice()
    await wrong(12)
    expect(await office.credential(id)).toMatchObject({ failures: 5 })
  })

  it('tried fifty at once are five, and no more are looked at', async () => {
    const { id } = await door.alice()
    const tried = await Promise.all(
      Array.from({ length: 50 }, (_, time) => door.tried('alice', time === 20 ? OLD : `wrong ${time}`)),
    )
    expect(tried).toEqual(Array(50).fill('refused'))
    expect(await office.credential(id)).toMatchObject({ failures: 5 })
  })

  it('survive a restart', async () => {
    await door.alice()
    await wrong(5)
    await office.reopen()
    expect(await door.tried('alice', OLD)).toBe('refused')
    office.clock.advance(SECOND)
    expect(await door.tried('alice', OLD)).toBe('signed-in')
  })

  it('a hundred in a row disable the password until it is reset, which nobody is locked out of', async () => {
    const user = await door.alice()
    const credential = await office.credential(user.id)
    if (credential === undefined) throw new Error('there is no credential')
    await office.store.transact(office.operator.actor, 'ninety-nine', async (tx) =>
      tx.put('credential', { ...credential, failures: 99, failedAt: tx.now }),
    )
    office.clock.advance(15 * MINUTE)
    await wrong(1)
    office.clock.advance(30 * HOUR)
    expect(await door.tried('alice', OLD)).toBe('refused')
    await office.reset(user)
    const claimed = await office.claim()
    const session = await door.session('alice', passwordIn(claimed))
    expect(await office.credential(user.id)).toMatchObject({ failures: 100 })
    expect(await door.change(session, null, NEW)).toEqual({ kind: 'done' })
    expect(await door.tried('alice', NEW)).toBe('signed-in')
  })

  it('do not keep the temporary password out, and the right one does not count as wrong', async () => {
    const user = await aliceAsked()
    const claimed = await office.claim()
    await wrong(8)
    expect(await door.tried('alice', passwordIn(claimed))).toBe('must-change-password')
    expect(await office.credential(user.id)).toMatchObject({ failures: 5 })
  })
})

describe('a temporary password', () => {
  it('opens the one door for as long as it lives', async () => {
    const { user, password } = await office.delivered()
    office.clock.advance(24 * HOUR - 1)
    const session = await door.session(user.username, password)
    expect(await door.lives(session)).toBe(true)
    office.clock.advance(1)
    expect(await door.tried(user.username, password)).toBe('refused')
    expect(await door.lives(session)).toBe(false)
    expect(await door.change(session, null, NEW)).toEqual({ kind: 'not-signed-in' })
  })

  it("is one user's", async () => {
    const [one, other] = [await office.delivered(), await office.delivered()]
    expect(await door.tried(other.user.username, one.password)).toBe('refused')
  })
})
