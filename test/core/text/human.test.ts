import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/core/domain/time.ts'
import { humanDuration, humanTime, humanUntil } from '../../../src/core/text/human.ts'

const at = (text: string) => Date.parse(text)
const NOW = at('2026-11-03T18:01:30Z')

describe('a time for people', () => {
  it.each([
    ['2026-11-03T18:01:00Z', 'UTC', '18:01 today'],
    ['2026-11-03T00:00:00Z', 'UTC', '00:00 today'],
    ['2026-11-03T23:59:59Z', 'UTC', '23:59 today'],
    ['2026-11-02T18:01:00Z', 'UTC', 'yesterday 18:01'],
    ['2026-11-04T00:05:00Z', 'UTC', 'tomorrow 00:05'],
    ['2026-11-01T18:01:00Z', 'UTC', '2026-11-01 18:01'],
    ['2025-11-03T18:01:00Z', 'UTC', '2025-11-03 18:01'],
    ['2026-11-03T18:01:00Z', 'Asia/Taipei', '02:01 today'],
    ['2026-11-03T15:59:00Z', 'Asia/Taipei', 'yesterday 23:59'],
  ])('%s in %s is %s', (instant, timeZone, shown) => {
    expect(humanTime(at(instant), NOW, timeZone)).toBe(shown)
  })

  it('is yesterday through the day of 25 hours and the day of 23', () => {
    const berlin = (instant: string, now: string) => humanTime(at(instant), at(now), 'Europe/Berlin')
    expect(berlin('2026-10-24T22:30:00Z', '2026-10-25T22:30:00Z')).toBe('00:30 today')
    expect(berlin('2026-10-25T00:30:00Z', '2026-10-26T22:30:00Z')).toBe('yesterday 02:30')
    expect(berlin('2026-03-28T23:30:00Z', '2026-03-30T21:30:00Z')).toBe('yesterday 00:30')
  })

  it('without a time zone is in the machine’s own', () => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
    const instant = fc.integer({ min: at('2000-01-01T00:00:00Z'), max: at('2099-01-01T00:00:00Z') })
    fc.assert(
      fc.property(instant, fc.integer({ min: -3 * DAY, max: 3 * DAY }), (now, distance) => {
        expect(humanTime(now + distance, now)).toBe(humanTime(now + distance, now, timeZone))
      }),
    )
  })

  it('in a time zone that there is not is refused', () => {
    expect(() => humanTime(NOW, NOW, 'Mars/Olympus')).toThrow(RangeError)
  })
})

describe('a span for people', () => {
  it.each([
    [-5, '0 ms'],
    [0, '0 ms'],
    [230, '230 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1400, '1.4 s'],
    [9960, '10 s'],
    [42 * SECOND, '42 s'],
    [59.4 * SECOND, '59 s'],
    [59.6 * SECOND, '1 m'],
    [9 * MINUTE, '9 m'],
    [59.6 * MINUTE, '1 h'],
    [65 * MINUTE, '1 h 5 m'],
    [2 * HOUR, '2 h'],
    [DAY - 1, '1 d'],
    [3 * DAY + 4 * HOUR, '3 d 4 h'],
  ])('%d ms is %s', (ms, shown) => {
    expect(humanDuration(ms)).toBe(shown)
  })

  it.each([
    [9 * MINUTE, 'in 9 m'],
    [-2 * HOUR, '2 h ago'],
    [-65 * MINUTE, '1 h 5 m ago'],
    [1400, 'in 1 s'],
    [400, 'now'],
    [-400, 'now'],
  ])('%d ms from now is %s', (distance, shown) => {
    expect(humanUntil(NOW + distance, NOW)).toBe(shown)
  })
})
