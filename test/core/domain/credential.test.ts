import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  emptyCredential,
  FAILURES_ALLOWED,
  type LiveSecret,
  SECRET_HARD_LIMIT,
  secretArrived,
  secretExpiry,
  secretWorks,
  signInDelay,
  takesPassword,
} from '../../../src/core/domain/credential.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/domain/time.ts'
import { ids } from '../../support/builders.ts'
import { MONDAY } from '../../support/clock.ts'

function aSecret(given: Partial<LiveSecret> = {}): LiveSecret {
  return {
    task: ids.task(),
    round: 1,
    nonce: ids.nonce(32),
    key: 1,
    issuedAt: MONDAY,
    lifetimeMs: 6 * HOUR,
    firstArrivedAt: null,
    lastArrivedAt: null,
    ...given,
  }
}

/** The secret after attempts that may have arrived at these times after its issue. */
const arrived = (secret: LiveSecret, ...after: readonly number[]) =>
  after.reduce((live, ms) => secretArrived(live, secret.issuedAt + ms), secret)

describe('a live secret', () => {
  it('works from its first attempt, while none may have arrived', () => {
    const secret = aSecret()
    expect(secretExpiry(secret)).toBeNull()
    expect(secretWorks(secret, MONDAY)).toBe(true)
    expect(secretWorks(secret, MONDAY + 3 * DAY)).toBe(true)
    expect(secretWorks(secret, MONDAY - 1)).toBe(false)
  })

  it('works for its lifetime from the attempt that may have arrived, and not a millisecond more', () => {
    const secret = arrived(aSecret(), 2 * MINUTE)
    expect(secretExpiry(secret)).toBe(MONDAY + 2 * MINUTE + 6 * HOUR)
    expect(secretWorks(secret, MONDAY + 2 * MINUTE + 6 * HOUR - 1)).toBe(true)
    expect(secretWorks(secret, MONDAY + 2 * MINUTE + 6 * HOUR)).toBe(false)
  })

  it('counts its life from the last such attempt', () => {
    const secret = arrived(aSecret(), 0, 5 * HOUR, 9 * HOUR)
    expect(secret).toMatchObject({ firstArrivedAt: MONDAY, lastArrivedAt: MONDAY + 9 * HOUR })
    expect(secretExpiry(secret)).toBe(MONDAY + 15 * HOUR)
  })

  it('is dead 24 hours after the first, however often it was sent since', () => {
    const secret = arrived(aSecret({ lifetimeMs: DAY }), MINUTE, 23 * HOUR)
    expect(secretExpiry(secret)).toBe(MONDAY + MINUTE + SECRET_HARD_LIMIT)
    expect(SECRET_HARD_LIMIT).toBe(DAY)
  })

  it('is dead after 24 hours whatever lifetime the store says it has', () => {
    const secret = arrived(aSecret({ lifetimeMs: 365 * DAY }), 0)
    expect(secretWorks(secret, MONDAY + DAY - 1)).toBe(true)
    expect(secretWorks(secret, MONDAY + DAY)).toBe(false)
  })

  it('is not made younger by a clock that ran back, nor older', () => {
    const secret = arrived(aSecret(), HOUR)
    const ranBack = secretArrived(secret, MONDAY - HOUR)
    expect(ranBack).toEqual(secret)
  })

  it('keeps what it is derived from', () => {
    const secret = aSecret()
    expect(arrived(secret, 0, HOUR)).toEqual({ ...secret, firstArrivedAt: MONDAY, lastArrivedAt: MONDAY + HOUR })
  })
})

describe('whatever arrives when', () => {
  const minutes = fc.integer({ min: -2 * 24 * 60, max: 4 * 24 * 60 }).map((count) => count * MINUTE)
  const lifetime = fc.integer({ min: 1, max: 48 }).map((hours) => hours * HOUR)
  const arrivals = fc.array(minutes, { minLength: 1, maxLength: 6 })

  it('no secret works 24 hours after the first that may have arrived, or after its lifetime from the last', () => {
    fc.assert(
      fc.property(lifetime, arrivals, minutes, (lifetimeMs, at, look) => {
        const secret = arrived(aSecret({ lifetimeMs }), ...at)
        const [first = 0] = at
        const now = MONDAY + look
        const over = look >= first + DAY || look >= Math.max(...at) + lifetimeMs
        if (over || look < 0) expect(secretWorks(secret, now)).toBe(false)
        else expect(secretWorks(secret, now)).toBe(true)
      }),
    )
  })

  it('once dead it stays dead as time goes by, and a clock that ran back extends nothing', () => {
    fc.assert(
      fc.property(lifetime, arrivals, minutes, minutes, (lifetimeMs, at, one, other) => {
        const secret = arrived(aSecret({ lifetimeMs }), ...at)
        const [sooner, later] = one < other ? [one, other] : [other, one]
        const works = (after: number) => secretWorks(secret, MONDAY + after)
        if (sooner >= 0 && works(later)) expect(works(sooner)).toBe(true)
        const again = secretExpiry(secretArrived(secret, MONDAY + sooner)) ?? 0
        expect(again).toBeGreaterThanOrEqual(secretExpiry(secret) ?? 0)
        expect(again).toBeLessThanOrEqual((secret.firstArrivedAt ?? 0) + DAY)
      }),
    )
  })
})

it('a new credential lets nobody in', () => {
  const user = ids.user()
  const nothing = { hash: null, temporary: null, link: null, failures: 0, failedAt: null, version: 0 }
  expect(emptyCredential(user)).toEqual({ user, ...nothing })
})

describe('wrong passwords in a row', () => {
  const failed = (failures: number) => ({ ...emptyCredential(ids.user()), failures, failedAt: MONDAY })

  it.each([
    [0, 0],
    [1, 0],
    [4, 0],
    [5, SECOND],
    [6, 2 * SECOND],
    [10, 32 * SECOND],
    [14, 512 * SECOND],
    [15, 15 * MINUTE],
    [99, 15 * MINUTE],
  ])('%i of them make the next try wait %i ms', (failures, delay) => {
    expect(signInDelay(failures)).toBe(delay)
    if (delay > 0) expect(takesPassword(failed(failures), MONDAY + delay - 1)).toBe(false)
    expect(takesPassword(failed(failures), MONDAY + delay)).toBe(true)
  })

  it('disable the password when there are a hundred, whatever time goes by', () => {
    expect(FAILURES_ALLOWED).toBe(100)
    expect(takesPassword(failed(99), MONDAY + DAY)).toBe(true)
    expect(takesPassword(failed(100), MONDAY + 365 * DAY)).toBe(false)
  })

  it('never make the next one wait less than the one before did', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2000 }), fc.nat({ max: 100 }), (one, more) => {
        expect(signInDelay(one + more)).toBeGreaterThanOrEqual(signInDelay(one))
        expect(signInDelay(one)).toBeLessThanOrEqual(15 * MINUTE)
      }),
    )
  })

  it('leave a hundred guesses at most in any time, and those not within a day', () => {
    let credential = failed(0)
    let now = MONDAY
    let guesses = 0
    // Somebody who tries again the very moment it is allowed.
    while (credential.failures < FAILURES_ALLOWED) {
      now = Math.max(now, (credential.failedAt ?? now) + signInDelay(credential.failures))
      expect(takesPassword(credential, now)).toBe(true)
      credential = { ...credential, failures: credential.failures + 1, failedAt: now }
      guesses++
    }
    expect(guesses).toBe(100)
    expect(now - MONDAY).toBeGreaterThan(21 * HOUR)
  })
})
