import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TaskId } from '../../../../src/core/domain/ids.ts'
import { DAY, HOUR, MINUTE } from '../../../../src/core/domain/time.ts'
import type { User } from '../../../../src/core/domain/user.ts'
import { recoverCrashed } from '../../../../src/core/usecases/delivery.ts'
import { openLink, redeemLink } from '../../../../src/core/usecases/portal/link.ts'
import { cancelTask, redoTask } from '../../../../src/core/usecases/tasks.ts'
import { aCrash, bytesOf, keys, PostOffice, passwordIn, tokenIn } from '../post-office.ts'
import { Door, NEW, OLD } from './door.ts'

let office: PostOffice
let door: Door
beforeEach(async () => {
  office = await PostOffice.open()
  await office.openPortal()
  door = new Door(office)
})
afterEach(() => office[Symbol.asyncDispose]())

const works = async (token: string) => (await openLink(office.portal, keys, token)).kind === 'works'
const redeem = (token: string, next: string) => redeemLink(office.portal, keys, token, next)
const redo = (id: TaskId) => redoTask(office.operator, { id, version: null })

/** Somebody whose letter with a link was delivered. */
async function sent(user?: User) {
  const alice = user ?? (await door.alice())
  const claimed = await office.askForLink(alice)
  const task = await office.settle(claimed, 'delivered')
  return { user: alice, claimed, task, token: tokenIn(claimed) }
}

describe('a link', () => {
  it('works from the first attempt on, for SERVICE_RESET_LINK_MINUTES from the one that was delivered', async () => {
    await office.set({ SERVICE_RESET_LINK_MINUTES: 5 })
    const user = await door.alice()
    const claimed = await office.askForLink(user)
    expect(await works(tokenIn(claimed))).toBe(true)
    office.clock.advance(HOUR)
    await office.settle(claimed, 'delivered')
    // A life that has begun is not changed by a setting.
    await office.set({ SERVICE_RESET_LINK_MINUTES: 1440 })
    office.clock.advance(5 * MINUTE - 1)
    expect(await works(tokenIn(claimed))).toBe(true)
    office.clock.advance(1)
    expect(await works(tokenIn(claimed))).toBe(false)
    expect(await redeem(tokenIn(claimed), NEW)).toEqual({ kind: 'dead' })
  })

  it('is dead 24 hours after the first attempt that may have arrived', async () => {
    await office.set({ SERVICE_RESET_LINK_MINUTES: 1440 })
    const claimed = await office.askForLink(await door.alice())
    await office.settle(claimed, 'unknown')
    office.clock.advance(23 * HOUR)
    await office.send('delivered')
    office.clock.advance(HOUR - 1)
    expect(await works(tokenIn(claimed))).toBe(true)
    office.clock.advance(1)
    expect(await works(tokenIn(claimed))).toBe(false)
  })

  it('of a letter whose daemon died counts from when its attempt began, and a dead one is made anew', async () => {
    const claimed = await office.askForLink(await door.alice())
    office.clock.advance(2 * HOUR)
    await recoverCrashed(office.daemon, aCrash)
    expect(await works(tokenIn(claimed))).toBe(false)
    const again = await office.claim()
    expect(again.task.round.number).toBe(2)
    expect(tokenIn(again)).not.toBe(tokenIn(claimed))
    await office.settle(again, 'delivered')
    expect(await works(tokenIn(again))).toBe(true)
  })

  it.each([
    ['refused', false],
    ['deferred', true],
    ['unknown', true],
  ] as const)('whose letter was %s works: %s', async (outcome, alive) => {
    const claimed = await office.askForLink(await door.alice())
    await office.settle(claimed, outcome)
    expect(await works(tokenIn(claimed))).toBe(alive)
  })

  it.each([
    ['a new address', ({ id }: User) => office.edit(id, { email: 'new@example.org' })],
    ['being disabled', ({ id }: User) => office.setStatus(id, 'disabled')],
    ['being deleted', ({ id }: User) => office.delete(id)],
  ])('dies with %s', async (_what, happen) => {
    const { user, token } = await sent()
    expect(await works(token)).toBe(true)
    await happen(user)
    expect(await works(token)).toBe(false)
  })

  it('dies when a newer one is sent, and not before', async () => {
    const { user, token } = await sent()
    office.clock.advance(6 * MINUTE)
    const newer = await office.askForLink(user)
    expect(await works(token)).toBe(false)
    expect(await works(tokenIn(newer))).toBe(true)
  })

  it('dies when an operator redoes its letter, or cancels it', async () => {
    const { task, token } = await sent()
    expect(await redo(task.id)).toMatchObject({ kind: 'done' })
    expect(await works(token)).toBe(false)
    const again = await office.claim()
    await office.settle(again, 'unknown')
    expect(await works(tokenIn(again))).toBe(true)
    await cancelTask(office.operator, { id: task.id, version: null })
    expect(await works(tokenIn(again))).toBe(false)
  })

  it('and a temporary password live side by side, whichever comes first', async () => {
    const user = await door.alice()
    await office.reset(user)
    const password = await office.claim()
    await office.settle(password, 'delivered')
    const { token, task } = await sent(user)
    expect(await office.works(user.id, passwordIn(password))).toBe(true)
    expect(await works(token)).toBe(true)
    office.clock.advance(MINUTE)
    await office.reset(user)
    const newer = await office.claim()
    expect(await works(token)).toBe(true)
    await office.settle(newer, 'refused')
    expect(await works(token)).toBe(true)
    await office.reset(user)
    const third = await office.claim()
    await redo(task.id)
    expect(await works(token)).toBe(false)
    expect(await office.works(user.id, passwordIn(third))).toBe(true)
  })

  it('case 57: that a scanner fetched twenty times works for the person, and writes nothing', async () => {
    const { token } = await sent()
    const before = await office.audit()
    for (let times = 0; times < 20; times++) expect(await works(token)).toBe(true)
    expect(await office.audit()).toEqual(before)
    expect(await redeem(token, NEW)).toMatchObject({ kind: 'done' })
  })

  it.each([
    ['nothing', () => ''],
    ['another secret', (token: string) => `${'A'.repeat(43)}${token.slice(43)}`],
    ['one symbol changed', (token: string) => `${token[0] === 'A' ? 'B' : 'A'}${token.slice(1)}`],
    ['the id of no task', (token: string) => `${token.slice(0, 44)}zzzzzzzzzzzzzzzz`],
    ['something behind it', (token: string) => `${token}x`],
    ['something in front of it', (token: string) => ` ${token}`],
    ['the secret alone', (token: string) => token.slice(0, 43)],
    ['a megabyte', (token: string) => token.repeat(17_000)],
    ['the name of a property', () => '__proto__'],
  ])('with %s is dead', async (_what, spoil) => {
    const { token } = await sent()
    expect(await works(spoil(token))).toBe(false)
    expect(await redeem(spoil(token), NEW)).toEqual({ kind: 'dead' })
  })

  it("does not open another person's account, nor do the secrets of other letters", async () => {
    const { user, token } = await sent()
    const other = await sent(await office.addUser())
    const [secret] = token.split('.')
    expect(await works(`${secret}.${other.task.id}`)).toBe(false)
    await office.reset(user)
    const reset = await office.claim()
    expect(await works(`${secret}.${reset.task.id}`)).toBe(false)
    expect(await works(`${tokenIn(reset).slice(0, 43)}.${reset.task.id}`)).toBe(false)
  })

  it('is dead where its master key is gone', async () => {
    const { token } = await sent()
    const { masterKeys } = await import('../../secrets/a-master-key.ts')
    expect(await openLink(office.portal, masterKeys(2), token)).toEqual({ kind: 'dead' })
  })
})

describe('redeeming a link', () => {
  it('sets the password, kills link, temporary password and every session, signs nobody in and sends a notice', async () => {
    const { user, token } = await sent()
    const session = await door.session('alice', OLD)
    await office.reset(user)
    const reset = await office.claim()
    await office.settle(reset, 'delivered')
    expect(await redeem(token, NEW)).toMatchObject({ kind: 'done', user: { id: user.id } })
    expect(await door.lives(session)).toBe(false)
    expect(await office.store.sessionsOf(user.id)).toEqual([])
    expect(await door.tried('alice', OLD)).toBe('refused')
    expect(await door.tried('alice', passwordIn(reset))).toBe('refused')
    expect(await works(token)).toBe(false)
    expect(await redeem(token, 'yet another password')).toEqual({ kind: 'dead' })
    expect(await door.tried('alice', NEW)).toBe('signed-in')
    const [notice] = await office.tasksOf(user.id, 'password-changed')
    expect(notice).toMatchObject({ status: 'wait', scheduledAt: office.store.now() })
    const audit = await office.audit()
    expect(audit.find(({ action }) => action === 'portal.redeem-link')).toMatchObject({
      actor: { name: 'Alice', door: 'portal', address: '192.0.2.99' },
    })
  })

  it('case 57: fifty at once succeeds exactly once', async () => {
    const { user, token } = await sent()
    const tried = await Promise.all(Array.from({ length: 50 }, (_, at) => redeem(token, `${NEW} for number ${at}`)))
    const won = tried.flatMap(({ kind }, at) => (kind === 'done' ? [at] : []))
    expect(won).toHaveLength(1)
    expect(tried.filter(({ kind }) => kind === 'dead')).toHaveLength(49)
    expect(await office.tasksOf(user.id, 'password-changed')).toHaveLength(1)
    expect(await door.tried('alice', `${NEW} for number ${won[0]}`)).toBe('signed-in')
  }, 30_000)

  it.each([
    ['too short', 'short', 'too-short'],
    ['too long', 'x'.repeat(257), 'too-long'],
    ['half a character', `${NEW}\ud800`, 'malformed'],
    ['a common one', 'passwordpassword', 'common'],
    ['easy to guess', 'alice2026postern', 'guessable'],
    ['the present one', OLD, 'present'],
  ] as const)('case 59: with a password that is %s is refused, and the link works on', async (_what, next, kind) => {
    const { user, token } = await sent()
    const before = await office.audit()
    expect(await redeem(token, next)).toMatchObject({ kind: 'refused', refusal: { kind } })
    expect(await office.audit()).toEqual(before)
    expect(await redeem(token, NEW)).toMatchObject({ kind: 'done', user: { id: user.id } })
  })

  it('with the temporary password of another letter is refused', async () => {
    const { user, token } = await sent()
    await office.reset(user)
    const reset = await office.claim()
    expect(await redeem(token, passwordIn(reset))).toMatchObject({ kind: 'refused', refusal: { kind: 'temporary' } })
  })

  it('ends the count of wrong passwords', async () => {
    const { user, token } = await sent()
    for (let times = 0; times < 6; times++) await door.tried('alice', 'wrong')
    await redeem(token, NEW)
    expect(await office.credential(user.id)).toMatchObject({ failures: 0, failedAt: null })
    expect(await door.tried('alice', NEW)).toBe('signed-in')
  })

  it('cancels the letter with the link where that is under way still', async () => {
    const user = await door.alice()
    const claimed = await office.askForLink(user)
    await office.settle(claimed, 'unknown')
    await redeem(tokenIn(claimed), NEW)
    expect(await office.task(claimed.task.id)).toMatchObject({ status: 'cancelled' })
    const due = await office.claimAll()
    expect(due.map(({ task }) => task.kind)).toEqual(['password-changed'])
  })

  it.each([
    ['disabled', (user: User) => office.setStatus(user.id, 'disabled')],
    ['deleted', (user: User) => office.delete(user.id)],
    ['given a new address', (user: User) => office.edit(user.id, { email: 'new@example.org' })],
  ])('of one who is %s while the hash is made is refused', async (_what, happen) => {
    const { user, token } = await sent()
    const redeeming = redeem(token, NEW)
    await happen(user)
    expect(await redeeming).toEqual({ kind: 'dead' })
    expect(await door.tried('alice', NEW)).toBe('refused')
  })
})

describe('case 60: after a reset by link', () => {
  it('no token, password or session is anywhere in the data directory, and was in no letter of the log', async () => {
    const { user, token, claimed } = await sent()
    const [secret = ''] = token.split('.')
    await office.reset(user)
    const reset = await office.claim()
    await office.settle(reset, 'delivered')
    const first = await door.session('alice', OLD)
    const second = await door.session('alice', passwordIn(reset))
    await redeem(token, NEW)
    const third = await door.session('alice', NEW)
    await office.store.fold()
    await office.reopen()
    const everything = office.house.contents()
    expect(everything).toContain(claimed.task.id)
    expect(everything).toContain('$argon2id$')
    for (const said of [secret, passwordIn(reset), passwordIn(reset).replaceAll('-', ''), OLD, NEW])
      expect(everything).not.toContain(said)
    for (const session of [first, second, third]) expect(everything).not.toContain(session)
    expect(bytesOf(claimed)).toContain(claimed.task.id)
  })
})

it('a link whose life is a day outlives nothing: it is dead when that is over, whatever the clock does', async () => {
  await office.set({ SERVICE_RESET_LINK_MINUTES: 1440 })
  const { token } = await sent()
  office.clock.advance(HOUR)
  office.clock.jump(-10 * HOUR)
  await office.set({ SERVICE_MAIL_LOG_DAYS: 30 })
  office.clock.advance(DAY - HOUR - 1)
  expect(await works(token)).toBe(true)
  office.clock.advance(1)
  expect(await works(token)).toBe(false)
})

describe('links that were turned off and on again', () => {
  it('do not leave a second time: the letter that was put off meanwhile brings a new one', async () => {
    const claimed = await office.askForLink(await door.alice())
    await office.settle(claimed, 'deferred')
    await office.set({ SERVICE_FORGOT_PASSWORD_ENABLE: false })
    office.clock.advance(10 * MINUTE)
    await office.set({ SERVICE_FORGOT_PASSWORD_ENABLE: true })
    const again = await office.claim()
    expect(again.task.round.number).toBe(claimed.task.round.number + 1)
    await office.settle(again, 'delivered')
    expect([await works(tokenIn(claimed)), await works(tokenIn(again))]).toEqual([false, true])
  })
})
