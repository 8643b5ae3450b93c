import { DAY, HOUR, type Instant, MINUTE } from '../core/domain/time.ts'
import { humanTime } from '../core/text/human.ts'

/**
 * How far off a moment is, by the minute: `in 9m`, `in 2h 5m`, `just now`, `3m ago`, `2d ago`. What is shown changes with the
 * minute and not with the second, so that an idle console draws nothing for a minute.
 */
export function untilWords(at: Instant, now: Instant): string {
  if (at > now) return `in ${spanWords(at - now)}`
  return now - at < MINUTE ? 'just now' : `${spanWords(Math.floor((now - at) / MINUTE) * MINUTE)} ago`
}

/** A span by the minute, a part of one counted whole: `9m`, `2h 5m`, `3d 4h`. */
function spanWords(ms: number): string {
  const minutes = Math.ceil(ms / MINUTE)
  if (minutes < 60) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`
  const days = Math.floor((hours * HOUR) / (24 * HOUR))
  return hours % 24 === 0 ? `${days}d` : `${days}d ${hours % 24}h`
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** A moment in eleven cells, for a narrow column: `18:01 today`, within a week `Sat 23:13`, else `11-03 18:01`. */
export function shortTime(at: Instant, now: Instant): string {
  const long = humanTime(at, now)
  if (long.endsWith('today')) return long
  const [date, clock] = humanTime(at, 0).split(' ')
  if (date === undefined || clock === undefined) return long
  return Math.abs(at - now) < 6 * DAY ? `${WEEKDAYS[new Date(at).getDay()]} ${clock}` : `${date.slice(5)} ${clock}`
}

/** A moment in nine cells: `18:01` of today, within a week `Sat 23:13`, else the day alone, `11-03`. */
export function shortestTime(at: Instant, now: Instant): string {
  const short = shortTime(at, now)
  return short.length <= 9 ? short : (short.split(' ')[0] ?? short)
}
