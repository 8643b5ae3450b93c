import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../../src/core/domain/time.ts'
import {
  readSession,
  retireSessions,
  signOut,
  signOutEverywhere,
} from '../../../../src/core/usecases/portal/session.ts'
import { PostOffice } from '../post-office.ts'
import { Door, OLD } from './door.ts'

let office: PostOffice
let door: Door
beforeEach(async () => {
  office = await PostOffice.open()
  door = new Door(office)
})
afterEach(() => office[Symbol.asyncDispose]())

const enter = async () => {
  await door.alice()
  return door.session('alice', OLD)
}

describe('a session', () => {
  it('says who is signed in, and what that opens', async () => {
    const session = await enter()
    expect(session).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(await readSession(office.portal, session)).toMatchObject({
      user: { username: 'Alice' },
      session: { scope: 'everything', temporary: null },
    })
    const { user, password } = await office.delivered()
    const limited = await door.session(user.username, password)
    expect(await readSession(office.portal, limited)).toMatchObject({
      user: { id: user.id },
      session: { scope: 'new-password' },
    })
  })

  it.each([
    ['nothing', ''],
    ['another one', 'A'.repeat(43)],
    ['a hash', 'x'],
    ['a property', '__proto__'],
    ['a megabyte', 'A'.repeat(1_000_000)],
  ])('that is %s is none', async (_what, secret) => {
    await enter()
    expect(await readSession(office.portal, secret)).toBeNull()
    expect(await signOutEverywhere(office.portal, secret)).toBeNull()
    await signOut(office.portal, secret)
  })

  it('is not found by what the store knows it by', async () => {
    await enter()
    const user = await office.store.userByUsername('alice')
    const [row] = user === undefined ? [] : await office.store.sessionsOf(user.id)
    expect(row?.hash).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(await readSession(office.portal, row?.hash ?? '')).toBeNull()
  })

  it('is over when nobody used it for 30 minutes', async () => {
    const session = await enter()
    office.clock.advance(30 * MINUTE - 1)
    expect(await door.lives(session)).toBe(true)
    office.clock.advance(30 * MINUTE)
    expect(await door.lives(session)).toBe(false)
  })

  it('is over after 12 hours, however much it is used', async () => {
    const session = await enter()
    for (let minutes = 0; minutes + 20 < 12 * 60; minutes += 20) {
      office.clock.advance(20 * MINUTE)
      expect(await door.lives(session)).toBe(true)
    }
    office.clock.advance(20 * MINUTE)
    expect(await door.lives(session)).toBe(false)
  })

  it('writes once a minute that it is used, and no more', async () => {
    const session = await enter()
    const before = (await office.audit()).length
    for (let times = 0; times < 10; times++) {
      office.clock.advance(10 * SECOND)
      expect(await door.lives(session)).toBe(true)
    }
    expect((await office.audit()).length).toBe(before + 1)
  })

  it('case 58: begins anew at each sign-in, in place of the one that the browser brought', async () => {
    const first = await enter()
    const planted = 'A'.repeat(43)
    const again = await door.enter('alice', OLD, planted)
    const second = again.kind === 'signed-in' ? again.session : ''
    expect([first, planted]).not.toContain(second)
    expect(await door.lives(planted)).toBe(false)
    const third = await door.enter('alice', OLD, first)
    expect(third.kind).toBe('signed-in')
    expect(await door.lives(first)).toBe(false)
    expect(await door.lives(second)).toBe(true)
  })

  it('survives a restart, and a wrong sign-in with its cookie', async () => {
    const session = await enter()
    await door.enter('alice', 'wrong', session)
    await office.reopen()
    expect(await door.lives(session)).toBe(true)
  })

  it('is dead once signed out, and the others are not', async () => {
    const session = await enter()
    const other = await door.session('alice', OLD)
    await signOut(office.portal, session)
    await signOut(office.portal, session)
    expect(await door.lives(session)).toBe(false)
    expect(await door.lives(other)).toBe(true)
  })

  it('signs out everywhere', async () => {
    const session = await enter()
    const others = [await door.session('alice', OLD), await door.session('alice', OLD)]
    expect(await signOutEverywhere(office.portal, session)).toBe(3)
    for (const one of [session, ...others]) expect(await door.lives(one)).toBe(false)
    expect(await signOutEverywhere(office.portal, session)).toBeNull()
  })

  it.each(['disabled', 'deleted'] as const)('of one who is %s is dead, and stays so', async (what) => {
    const session = await enter()
    const user = await office.store.userByUsername('alice')
    if (user === undefined) throw new Error('there is no user')
    if (what === 'deleted') await office.delete(user.id)
    else {
      await office.setStatus(user.id, 'disabled')
      expect(await door.lives(session)).toBe(false)
      await office.setStatus(user.id, 'active')
    }
    expect(await door.lives(session)).toBe(false)
    expect(await office.store.sessionsOf(user.id)).toEqual([])
  })

  it('is one of twenty at most: a new one ends the oldest', async () => {
    const first = await enter()
    for (let times = 0; times < 19; times++) {
      office.clock.advance(SECOND)
      await door.session('alice', OLD)
    }
    expect(await door.lives(first)).toBe(true)
    await door.session('alice', OLD)
    expect(await door.lives(first)).toBe(false)
    const user = await office.store.userByUsername('alice')
    expect(user === undefined ? [] : await office.store.sessionsOf(user.id)).toHaveLength(20)
  }, 20_000)

  it('leaves the store when it is over', async () => {
    await enter()
    office.clock.advance(10 * MINUTE)
    const young = await door.session('alice', OLD)
    expect(await retireSessions(office.daemon)).toBe(0)
    office.clock.advance(20 * MINUTE)
    expect(await retireSessions(office.daemon)).toBe(1)
    expect(await door.lives(young)).toBe(true)
    office.clock.advance(13 * HOUR)
    expect(await retireSessions(office.daemon)).toBe(1)
    const before = await office.audit()
    expect(await retireSessions(office.daemon)).toBe(0)
    expect(await office.audit()).toEqual(before)
  })
})
