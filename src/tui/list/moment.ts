import { DAY, HOUR, type Instant, MINUTE } from '../../core/domain/time.ts'

const SPANS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY }

/** How a moment may be typed, for those who typed another. */
export const MOMENT_FORMS = '30m, 2h, 3d, today, yesterday, 18:01 or 2026-11-03'

/**
 * A moment as it is typed into a filter, by this machine's time zone: so long ago (`30m`, `2h`, `3d`, `1w`), `today` and
 * `yesterday` from their midnight, an hour of today (`18:01`), or a date, with its hour or without
 * (`2026-11-03T18:01`). Null for anything else.
 */
export function parseMoment(text: string, now: Instant): Instant | null {
  const typed = text.toLowerCase()
  const [, count, unit = ''] = /^(\d{1,5})([mhdw])$/.exec(typed) ?? []
  if (count !== undefined) return now - Number(count) * (SPANS[unit] ?? 0)
  if (typed === 'today') return midnight(now, 0)
  if (typed === 'yesterday') return midnight(now, 1)
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(typed) ?? []
  const today = new Date(now)
  if (hour !== undefined) {
    return existing([today.getFullYear(), today.getMonth() + 1, today.getDate(), Number(hour), Number(minute)])
  }
  const parts = /^(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2}))?$/.exec(typed)
  if (parts === null) return null
  const [, year, month, day, hours = '0', minutes = '0'] = parts
  return existing([Number(year), Number(month), Number(day), Number(hours), Number(minutes)])
}

function midnight(now: Instant, daysAgo: number): Instant {
  const then = new Date(now)
  return new Date(then.getFullYear(), then.getMonth(), then.getDate() - daysAgo).getTime()
}

/** That hour of that day; null where there is no such day or hour. */
function existing([year, month, day, hour, minute]: readonly [number, number, number, number, number]): Instant | null {
  const then = new Date(year, month - 1, day, hour, minute)
  const isThere = then.getMonth() === month - 1 && then.getDate() === day && hour < 24 && minute < 60
  return isThere ? then.getTime() : null
}
