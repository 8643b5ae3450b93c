import type { Turn, Window } from '../domain/budget.ts'
import type { Held } from '../domain/held.ts'
import type { Settings } from '../domain/setting.ts'
import { HOUR, type Instant, iso, MINUTE } from '../domain/time.ts'
import { humanTime, humanUntil, thousands } from './human.ts'
import { type InertText, inert } from './inert.ts'

/** A moment to come that is foreseen: `in 42 s`, `about 14:05 today`, `about 14:05 tomorrow`. */
export function aboutTime(at: Instant, now: Instant): string {
  if (at - now < MINUTE) return humanUntil(at, now)
  const [first = '', second = ''] = humanTime(at, now).split(' ')
  return `about ${first === 'tomorrow' ? `${second} ${first}` : `${first} ${second}`}`
}

const letters = (count: number): string => `${thousands(count)} letter${count === 1 ? '' : 's'}`

/** What a limit is called: `the daily limit of 500 letters`, `30 letters a minute`. */
export function limitWords(limit: Window['limit'], settings: Settings): string {
  switch (limit) {
    case 'rate':
      return `${letters(settings.SERVICE_MAIL_RATE_PER_MINUTE)} a minute`
    case 'daily-limit':
      return `the daily limit of ${letters(settings.SERVICE_MAIL_DAILY_LIMIT)}`
  }
}

/** Why a letter that is due does not leave, and when it will: `held: the daily limit of 500 letters; goes about …`. */
export function heldWords(held: Held, settings: Settings, now: Instant): InertText {
  return inert(`held: ${[whyWords(held, settings), whenWords(held, now)].filter((words) => words !== '').join('; ')}`)
}

const SHORTLY: Readonly<Record<Held['why'], string>> = {
  off: 'mail is off',
  'no-daemon': 'no daemon',
  paused: 'paused',
  unreachable: 'unreachable',
  throttled: 'slowed down',
  rate: 'by the rate',
  'daily-limit': 'daily limit',
}

/** Why a letter does not leave, in two words or three, for a table; nothing where it does. */
export const heldShortly = (held: Held | undefined): InertText => inert(held === undefined ? '' : SHORTLY[held.why])

function whyWords({ why }: Held, settings: Settings): string {
  switch (why) {
    case 'off':
      return 'SERVICE_MAIL_ENABLE is false'
    case 'no-daemon':
      return 'no daemon is running'
    case 'paused':
      return 'mail is paused'
    case 'unreachable':
      return 'the mail server cannot be reached'
    case 'throttled':
      return 'the mail server asked to slow down'
    case 'rate':
    case 'daily-limit':
      return limitWords(why, settings)
  }
}

function whenWords({ why, until, tooOld }: Held, now: Instant): string {
  if (tooOld) return 'it will be too old to send before its turn'
  if (until === null) return why === 'paused' ? 'it waits until that is mended' : ''
  if (why === 'paused' || why === 'unreachable') return until <= now ? 'tried now' : `tried ${humanUntil(until, now)}`
  return `goes ${aboutTime(until, now)}`
}

/** The public JSON of what holds a letter. */
export const heldJson = (held: Held | undefined) =>
  held === undefined ? null : { why: held.why, until: held.until === null ? null : iso(held.until) }

/**
 * When the last of so many letters leaves: `At 30 a minute the last of 1,204 leaves about 14:45 today.` And what becomes
 * of those whose turn comes too late.
 */
export function lastTurnWords(
  { at, limit }: Turn,
  {
    letters,
    settings,
    from,
    now,
  }: {
    readonly letters: number
    readonly settings: Settings
    /** When they are due. */
    readonly from: Instant
    readonly now: Instant
  },
): readonly InertText[] {
  if (limit === null) return []
  const which = letters === 1 ? 'the letter' : `the last of ${thousands(letters)}`
  const { SERVICE_MAIL_RATE_PER_MINUTE: rate, SERVICE_MAIL_DAILY_LIMIT: daily } = settings
  const by = limit === 'rate' ? `At ${thousands(rate)} a minute` : `At ${thousands(daily)} a day`
  const hours = settings.SERVICE_MAIL_RETRY_HOURS
  const late = at >= from + hours * HOUR
  const when = late ? `would leave ${aboutTime(at, now)}` : `leaves ${aboutTime(at, now)}`
  const fails = `What cannot leave within ${hours} h of its due time (SERVICE_MAIL_RETRY_HOURS) fails as too old to send.`
  return [inert(`${by} ${which} ${when}.`), ...(late ? [inert(fails)] : [])]
}
