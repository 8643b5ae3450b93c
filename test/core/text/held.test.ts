import { describe, expect, it } from 'vitest'
import type { Held } from '../../../src/core/domain/held.ts'
import { DEFAULTS } from '../../../src/core/domain/setting.ts'
import { HOUR, MINUTE, SECOND } from '../../../src/core/domain/time.ts'
import { aboutTime, heldJson, heldShortly, heldWords, lastTurnWords } from '../../../src/core/text/held.ts'

const NOON = new Date(2026, 10, 2, 12, 0).getTime()
const SETTINGS = { ...DEFAULTS, SERVICE_MAIL_RATE_PER_MINUTE: 30, SERVICE_MAIL_DAILY_LIMIT: 2000 }
const words = (why: Held['why'], until: number | null, tooOld = false) =>
  heldWords({ why, until, tooOld }, SETTINGS, NOON)

describe('what holds a letter', () => {
  it.each([
    [words('daily-limit', NOON + 26 * HOUR), 'held: the daily limit of 2,000 letters; goes about 14:00 tomorrow'],
    [
      words('daily-limit', null, true),
      'held: the daily limit of 2,000 letters; it will be too old to send before its turn',
    ],
    [words('rate', NOON + 42 * SECOND), 'held: 30 letters a minute; goes in 42 s'],
    [words('rate', NOON + HOUR), 'held: 30 letters a minute; goes about 13:00 today'],
    [words('throttled', NOON + 14 * MINUTE), 'held: the mail server asked to slow down; goes about 12:14 today'],
    [words('paused', NOON + 12 * MINUTE), 'held: mail is paused; tried in 12 m'],
    [words('paused', null), 'held: mail is paused; it waits until that is mended'],
    [words('unreachable', NOON - 1), 'held: the mail server cannot be reached; tried now'],
    [words('off', null), 'held: SERVICE_MAIL_ENABLE is false'],
    [words('no-daemon', null), 'held: no daemon is running'],
  ])('is said so: %s', (said, expected) => expect(said).toBe(expected))

  it('is a reason and a moment for programs, and a word or two in a table', () => {
    expect(heldJson(undefined)).toBeNull()
    expect(heldJson({ why: 'off', until: null, tooOld: false })).toEqual({ why: 'off', until: null })
    expect(heldJson({ why: 'rate', until: 0, tooOld: false })?.until).toBe('1970-01-01T00:00:00.000Z')
    expect(heldShortly(undefined)).toBe('')
    expect(heldShortly({ why: 'daily-limit', until: 0, tooOld: false })).toBe('daily limit')
  })

  it('ends at a moment that is foreseen, not known', () => {
    expect(aboutTime(NOON + 3 * 24 * HOUR, NOON)).toBe('about 2026-11-05 12:00')
    expect(aboutTime(NOON, NOON)).toBe('now')
  })
})

describe('the last of many letters', () => {
  const said = (letters: number, limit: 'rate' | 'daily-limit' | null, after: number) =>
    lastTurnWords({ at: NOON + after, limit }, { letters, settings: SETTINGS, from: NOON, now: NOON })

  it('leaves at a moment that the limit gives it', () => {
    expect(said(1204, 'rate', 165 * MINUTE)).toEqual(['At 30 a minute the last of 1,204 leaves about 14:45 today.'])
    expect(said(1, 'daily-limit', 24 * HOUR)).toEqual(['At 2,000 a day the letter leaves about 12:00 tomorrow.'])
    expect(said(5, null, 0)).toEqual([])
  })

  it('is said to come too late where it does', () => {
    expect(said(9000, 'daily-limit', 96 * HOUR)).toEqual([
      'At 2,000 a day the last of 9,000 would leave about 2026-11-06 12:00.',
      'What cannot leave within 48 h of its due time (SERVICE_MAIL_RETRY_HOURS) fails as too old to send.',
    ])
  })
})
