import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  emptyCredential,
  type LiveSecret,
  SECRET_HARD_LIMIT,
  secretArrived,
  secretExpiry,
  secretWorks,
} from '../../../src/core/domain/credential.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/domain/time.ts'
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
  expect(emptyCredential(user)).toEqual({ user, hash: null, temporary: null, version: 0 })
})
