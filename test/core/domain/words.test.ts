import { describe, expect, it } from 'vitest'
import { describeActor } from '../../../src/core/domain/actor.ts'
import { parseLocale } from '../../../src/core/domain/locale.ts'
import { resultOf } from '../../../src/core/domain/mail-log.ts'
import { OUTCOMES, STAGES } from '../../../src/core/domain/outcome.ts'
import { DAY, HOUR, iso, MINUTE, monthOf, SECOND } from '../../../src/core/domain/time.ts'

describe('time', () => {
  it('is counted in milliseconds', () => {
    expect([SECOND, MINUTE, HOUR, DAY]).toEqual([1000, 60_000, 3_600_000, 86_400_000])
  })

  it('is said in UTC, with milliseconds', () => {
    expect(iso(Date.UTC(2026, 10, 21, 20, 35, 7, 42))).toBe('2026-11-21T20:35:07.042Z')
    expect(iso(0)).toBe('1970-01-01T00:00:00.000Z')
  })

  it('has months in UTC', () => {
    expect(monthOf(Date.UTC(2026, 10, 30, 23, 59, 59, 999))).toBe('2026-11')
    expect(monthOf(Date.UTC(2026, 11, 1))).toBe('2026-12')
  })
})

describe('a locale', () => {
  it.each([
    ['en', 'en'],
    ['EN', 'en'],
    ['zh-tw', 'zh-TW'],
    ['ZH-TW', 'zh-TW'],
  ])('%s is %s', (text, locale) => {
    expect(parseLocale(text)).toBe(locale)
  })

  it.each(['', 'zh', 'zh_TW', 'en-GB', 'de', 'toString', 'en\n'])('%j is none', (text) => {
    expect(parseLocale(text)).toBeNull()
  })
})

describe('an actor', () => {
  it('stands on one line with the door, and the address of an SSH session', () => {
    const ann = { name: 'ann', uid: 1000, door: 'command line', address: '192.0.2.7' } as const
    expect(describeActor(ann)).toBe('ann (command line, 192.0.2.7)')
    expect(describeActor({ ...ann, door: 'console', address: null })).toBe('ann (console)')
  })
})

describe('an outcome', () => {
  it('is a result in the mail log: accepted, not accepted, or nobody knows', () => {
    expect(OUTCOMES.map((outcome) => [outcome, resultOf(outcome)])).toEqual([
      ['delivered', 'success'],
      ['deferred', 'failure'],
      ['refused', 'failure'],
      ['misconfigured', 'failure'],
      ['unreachable', 'failure'],
      ['unknown', 'unknown'],
    ])
  })

  it('comes at a stage; the stages stand in their order', () => {
    expect(STAGES.join(' ')).toBe('letter dns tcp greeting tls ehlo auth mail rcpt data dot reset')
  })
})
