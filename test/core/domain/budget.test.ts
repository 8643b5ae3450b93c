import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  begunWithin,
  counts,
  type Limits,
  lookBack,
  opensAt,
  roomAt,
  spanOf,
  turnsOf,
  windowsOf,
} from '../../../src/core/domain/budget.ts'
import { OUTCOMES } from '../../../src/core/domain/outcome.ts'
import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../../../src/core/domain/time.ts'
import { StoreTime } from '../../../src/core/store/embedded/store-time.ts'
import { ManualClock, MONDAY } from '../../support/clock.ts'

const limits = (rate: number, daily: number): Limits => ({
  SERVICE_MAIL_RATE_PER_MINUTE: rate,
  SERVICE_MAIL_DAILY_LIMIT: daily,
})

/** The most letters in any stretch of `ms`, its end not included. */
function mostWithin(begun: readonly Instant[], ms: number): number {
  let most = 0
  for (let first = 0, last = 0; last < begun.length; last++) {
    while ((begun[last] ?? 0) - (begun[first] ?? 0) >= ms) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

const aRate = fc.oneof(fc.integer({ min: 1, max: 120 }), fc.constantFrom(600, 601, 1000, 7777, 60_000))
const aDay = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 300 }))
const aClockMove = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 * SECOND }).map((ms) => ({ kind: 'advance' as const, ms })) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 14 * HOUR }).map((ms) => ({ kind: 'advance' as const, ms })) },
  { weight: 1, arbitrary: fc.integer({ min: -30 * HOUR, max: 3 * HOUR }).map((ms) => ({ kind: 'jump' as const, ms })) },
)

describe('the limits, whatever the clock does', () => {
  it('never let more than the rate go in a minute, nor more than the daily limit in 24 hours', () => {
    fc.assert(
      fc.property(
        aRate,
        aDay,
        fc.array(fc.tuple(aClockMove, fc.integer({ min: 1, max: 300 })), { maxLength: 150 }),
        (rate, daily, moves) => {
          const windows = windowsOf(limits(rate, daily))
          const clock = new ManualClock()
          const time = new StoreTime(clock, clock.wall())
          const begun: Instant[] = []
          for (const [{ kind, ms }, wanted] of moves) {
            if (kind === 'advance') clock.advance(ms)
            else clock.jump(ms)
            const now = time.now()
            time.note(now)
            const room = roomAt(windows, begun.slice(-lookBack(windows)), now)
            for (let letter = 0; letter < Math.min(wanted, room); letter++) begun.push(now)
          }
          expect(mostWithin(begun, MINUTE)).toBeLessThanOrEqual(rate)
          if (daily > 0) expect(mostWithin(begun, DAY)).toBeLessThanOrEqual(daily)
        },
      ),
    )
  })

  it('let the next letter go at the very moment that they foretell, and no earlier', () => {
    fc.assert(
      fc.property(aRate, aDay, fc.array(fc.integer({ min: 0, max: HOUR }), { maxLength: 60 }), (rate, daily, waits) => {
        const windows = windowsOf(limits(rate, daily))
        const begun: Instant[] = []
        let now = MONDAY
        for (const wait of waits) {
          now += wait
          if (roomAt(windows, begun, now) > 0) begun.push(now)
          const opens = opensAt(windows, begun)
          expect(roomAt(windows, begun, Math.max(now, opens))).toBeGreaterThan(0)
          if (opens > now) expect(roomAt(windows, begun, opens - 1)).toBe(0)
        }
      }),
    )
  })
})

describe('a rate', () => {
  it('is spread evenly, and the first letter goes at once', () => {
    const turns = turnsOf(windowsOf(limits(30, 0)), [], [{ letters: 4, from: MONDAY }])
    expect(turns.map(({ at }) => (at - MONDAY) / SECOND)).toEqual([0, 2, 4, 6])
    expect(turns.map(({ limit }) => limit)).toEqual([null, 'rate', 'rate', 'rate'])
  })

  it('of thousands a minute lets a few go together, ten times a second', () => {
    const turns = turnsOf(windowsOf(limits(6000, 0)), [], [{ letters: 6001, from: 0 }])
    expect([turns[9]?.at, turns[10]?.at, turns[6000]?.at]).toEqual([0, 100, MINUTE])
  })

  it('counts what went before', () => {
    const [next] = turnsOf(windowsOf(limits(6, 0)), [MONDAY - 4 * SECOND], [{ letters: 1, from: MONDAY }])
    expect(next).toEqual({ at: MONDAY + 6 * SECOND, limit: 'rate' })
  })
})

describe('a daily limit', () => {
  it('holds the rest until the first of the day is a day old', () => {
    const begun = [MONDAY - 20 * HOUR, MONDAY - HOUR]
    const turns = turnsOf(windowsOf(limits(0, 3)), begun, [{ letters: 4, from: MONDAY }])
    expect(turns).toEqual([
      { at: MONDAY, limit: null },
      { at: MONDAY + 4 * HOUR, limit: 'daily-limit' },
      { at: MONDAY + 23 * HOUR, limit: 'daily-limit' },
      { at: MONDAY + DAY, limit: 'daily-limit' },
    ])
  })

  it('is why all letters wait behind one that it holds, though a rate spreads them', () => {
    const turns = turnsOf(windowsOf(limits(60, 2)), [], [{ letters: 4, from: MONDAY }])
    expect(turns.map(({ at }) => at - MONDAY)).toEqual([0, SECOND, DAY, DAY + SECOND])
    expect(turns.map(({ limit }) => limit)).toEqual([null, 'rate', 'daily-limit', 'daily-limit'])
  })

  it('that was lowered below what has gone says so, and opens when enough of it is a day old', () => {
    const begun = [5, 4, 3, 2, 1].map((hours) => MONDAY - hours * HOUR)
    expect(begunWithin(begun, DAY, MONDAY)).toBe(5)
    expect(opensAt(windowsOf(limits(0, 2)), begun)).toBe(MONDAY - 2 * HOUR + DAY)
  })
})

describe('letters to come', () => {
  it('go as a daemon would let them that looks at every moment', () => {
    fc.assert(
      fc.property(
        aRate,
        aDay,
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 0, max: 40 }),
        (rate, daily, n, m) => {
          const windows = windowsOf(limits(rate, daily))
          const batches = [
            { letters: n, from: MONDAY },
            { letters: m, from: MONDAY + MINUTE },
          ]
          const begun: Instant[] = []
          for (const { letters, from } of batches) {
            for (let letter = 0; letter < letters; letter++) {
              begun.push(Math.max(from, begun.at(-1) ?? 0, opensAt(windows, begun)))
            }
          }
          expect(turnsOf(windows, [], batches).map(({ at }) => at)).toEqual(begun)
        },
      ),
    )
  })

  it('take no time without a limit, and foretell how long many take under one', () => {
    expect(spanOf(limits(0, 0), 100_000)).toBe(0)
    expect(spanOf(limits(30, 0), 1)).toBe(0)
    expect(spanOf(limits(30, 0), 1204)).toBe(1203 * 2 * SECOND)
    expect(spanOf(limits(0, 500), 1204)).toBe(2 * DAY)
    expect(turnsOf([], [], [{ letters: 2, from: 7 }])).toEqual([
      { at: 7, limit: null },
      { at: 7, limit: null },
    ])
  })
})

describe('what counts', () => {
  it('is every attempt of which the server heard the letter, or may have', () => {
    expect(OUTCOMES.filter(counts)).toEqual(['delivered', 'deferred', 'refused', 'unknown'])
  })
})
