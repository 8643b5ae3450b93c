import { DAY, HOUR, type Instant, MINUTE, SECOND } from '../domain/time.ts'

/** A moment as a wall calendar and clock say it: `2026-11-03` and `18:01`. */
interface WallTime {
  readonly date: string
  readonly clock: string
}

const two = (number: number): string => String(number).padStart(2, '0')

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format takes far longer than using it; one a time zone is kept. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  // Swedish writes dates as ISO 8601 does.
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  formats.set(timeZone, made)
  return made
}

function wallTime(instant: Instant, timeZone: string | undefined): WallTime {
  if (timeZone !== undefined) {
    const [date = '', clock = ''] = formatFor(timeZone).format(instant).split(' ')
    return { date, clock }
  }
  // Without Intl, whose first use costs the console's start some milliseconds.
  const local = new Date(instant)
  const date = `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`
  return { date, clock: `${two(local.getHours())}:${two(local.getMinutes())}` }
}

/** Whole calendar days from `from` to `to`, whatever the clocks were turned by between them. */
const daysBetween = (from: WallTime, to: WallTime): number => (Date.parse(to.date) - Date.parse(from.date)) / DAY

/**
 * A moment for people: `18:01 today`, `yesterday 18:01`, `tomorrow 00:05`, else `2026-11-03 18:01`.
 * @param timeZone an IANA name; the machine's own without one
 * @throws RangeError for a time zone that there is not.
 */
export function humanTime(instant: Instant, now: Instant, timeZone?: string): string {
  const then = wallTime(instant, timeZone)
  switch (daysBetween(wallTime(now, timeZone), then)) {
    case 0:
      return `${then.clock} today`
    case -1:
      return `yesterday ${then.clock}`
    case 1:
      return `tomorrow ${then.clock}`
    default:
      return `${then.date} ${then.clock}`
  }
}

/** `1 h 5 m`; the smaller unit is left out when it is zero. */
const twoUnits = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`

/**
 * A span of `ms` milliseconds for people, rounded to what it shows: `230 ms`, `1.4 s`, `42 s`, `9 m`, `1 h 5 m`,
 * `3 d 4 h`. A negative one counts as none.
 */
export function humanDuration(ms: number): string {
  const span = Math.max(0, ms)
  if (Math.round(span) < SECOND) return `${Math.round(span)} ms`
  const tenths = Math.round(span / (SECOND / 10))
  if (tenths < 100) return `${tenths / 10} s`
  const seconds = Math.round(span / SECOND)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(span / MINUTE)
  if (minutes < 60) return `${minutes} m`
  if (minutes < 24 * 60) return twoUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'm')
  const hours = Math.round(span / HOUR)
  return twoUnits(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** How far off a moment is, for people: `in 9 m`, `2 h ago`; `now` within half a second. */
export function humanUntil(instant: Instant, now: Instant): string {
  const seconds = Math.round((instant - now) / SECOND)
  if (seconds === 0) return 'now'
  const span = humanDuration(Math.abs(seconds) * SECOND)
  return seconds > 0 ? `in ${span}` : `${span} ago`
}

/** `5,000`. Intl, whose first number takes 5 ms, writes the same. */
export const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

/** `1 letter`, `12 letters`. */
export const counted = (count: number, noun: string): string => `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`
