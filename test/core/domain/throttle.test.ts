import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  connectionsUnder,
  isResting,
  type Throttle,
  type ThrottleNews,
  throttleAfter,
} from '../../../src/core/domain/throttle.ts'
import { MINUTE } from '../../../src/core/domain/time.ts'
import { MONDAY } from '../../support/clock.ts'

const news = (given: Partial<ThrottleNews> = {}): ThrottleNews => ({
  outcome: 'delivered',
  throttled: false,
  letter: true,
  proven: true,
  begunAt: given.now ?? MONDAY,
  now: MONDAY,
  connections: 10,
  ...given,
})
const slow = (throttle: Throttle | null, now: number, given: Partial<ThrottleNews> = {}) =>
  throttleAfter(throttle, news({ outcome: 'deferred', throttled: true, now, begunAt: now, ...given }))

describe('a server that asks to slow down', () => {
  it('gets half the connections each time, and below one a rest of 15 minutes', () => {
    let throttle: Throttle | null = null
    const seen: unknown[] = []
    for (const step of [0, 1, 2, 3, 4]) {
      throttle = slow(throttle, MONDAY + step * MINUTE)
      seen.push([throttle?.connections, throttle?.rests])
    }
    expect(seen).toEqual([
      [5, false],
      [2, false],
      [1, false],
      [1, true],
      [1, true],
    ])
    expect(isResting(throttle, MONDAY + 18 * MINUTE)).toBe(true)
    expect(isResting(throttle, MONDAY + 19 * MINUTE)).toBe(false)
  })

  it('is heard once by all the letters that were under way then', () => {
    const first = slow(null, MONDAY, { begunAt: MONDAY - 300 })
    const late = slow(first, MONDAY + 200, { begunAt: MONDAY - 100 })
    expect(late).toMatchObject({ connections: 5, rests: false, until: MONDAY + 200 + 15 * MINUTE })
  })

  it('gets the rest at once where one connection is used: as it is set, or until a sign-in has succeeded', () => {
    expect(slow(null, MONDAY, { connections: 1 })).toMatchObject({ connections: 1, rests: true })
    expect(slow(null, MONDAY, { proven: false })).toMatchObject({ connections: 1, rests: true })
  })
})

describe('letters that arrive again', () => {
  const slowed = slow(slow(null, MONDAY), MONDAY + MINUTE)
  const quiet = MONDAY + 16 * MINUTE

  it('bring no connection back within 15 minutes', () => {
    expect(throttleAfter(slowed, news({ now: quiet - 1 }))).toBe(slowed)
  })

  it('bring one back for each round of them, until all are there', () => {
    let throttle = slowed
    const connections: number[] = []
    for (let arrived = 0; throttle !== null && arrived < 100; arrived++) {
      connections.push(throttle.connections)
      throttle = throttleAfter(throttle, news({ now: quiet + arrived }))
    }
    expect(throttle).toBeNull()
    expect(connections).toEqual([2, 3, 4, 5, 6, 7, 8, 9].flatMap((each) => Array(each).fill(each)))
  })

  it('do so after a setting was lowered, too: what is set is the most', () => {
    expect(connectionsUnder(slowed, 1)).toBe(1)
    expect(throttleAfter(slowed, news({ now: quiet, connections: 2 }))).toBeNull()
    expect(connectionsUnder(null, 7)).toBe(7)
  })

  it('are letters: a probe that signs in, and a letter that is put off at its recipient, bring none', () => {
    expect(throttleAfter(slowed, news({ now: quiet, letter: false }))).toBe(slowed)
    expect(throttleAfter(slowed, news({ now: quiet, outcome: 'deferred' }))).toBe(slowed)
    expect(throttleAfter(null, news({ outcome: 'deferred' }))).toBeNull()
  })
})

it('from 1 connection to those that are set, whatever happens', () => {
  const anEvent = fc.record({
    outcome: fc.constantFrom('delivered' as const, 'deferred' as const, 'unreachable' as const),
    throttled: fc.boolean(),
    letter: fc.boolean(),
    wait: fc.integer({ min: 0, max: 20 * MINUTE }),
    connections: fc.integer({ min: 1, max: 50 }),
    proven: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(anEvent, { maxLength: 200 }), (events) => {
      let throttle: Throttle | null = null
      let now = MONDAY
      for (const { wait, connections, ...event } of events) {
        now += wait
        const throttled = event.throttled && event.outcome !== 'delivered'
        const before: Throttle | null = throttle
        throttle = throttleAfter(throttle, { ...event, throttled, now, begunAt: now, connections })
        const used = connectionsUnder(throttle, connections)
        expect(used).toBeGreaterThanOrEqual(1)
        expect(used).toBeLessThanOrEqual(connections)
        if (throttled) expect(throttle?.until).toBe(now + 15 * MINUTE)
        if (throttled && wait > 0)
          expect(used).toBeLessThanOrEqual(Math.max(1, connectionsUnder(before, connections) / 2))
      }
    }),
  )
})
