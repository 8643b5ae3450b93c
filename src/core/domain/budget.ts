import type { Outcome } from './outcome.ts'
import type { Settings } from './setting.ts'
import { DAY, type Instant, MINUTE } from './time.ts'

/** At most so many letters begin in any `ms` milliseconds. */
export interface Window {
  readonly limit: 'rate' | 'daily-limit'
  readonly letters: number
  readonly ms: number
}

export type Limits = Pick<Settings, 'SERVICE_MAIL_RATE_PER_MINUTE' | 'SERVICE_MAIL_DAILY_LIMIT'>

/** A higher rate lets some letters go together, so many times a minute: a commit and a wake-up each would be for nothing. */
const STEPS_PER_MINUTE = 600

/**
 * The windows that the two limits come to; none where there is no limit. A rate is spread evenly, since a provider counts
 * bursts, too: at 30 a minute the first letter goes at once and then one every two seconds.
 */
export function windowsOf(limits: Limits): readonly Window[] {
  const { SERVICE_MAIL_RATE_PER_MINUTE: rate, SERVICE_MAIL_DAILY_LIMIT: daily } = limits
  const windows: Window[] = []
  if (rate > 0) {
    const together = Math.ceil(rate / STEPS_PER_MINUTE)
    windows.push({ limit: 'rate', letters: together, ms: Math.ceil((together * MINUTE) / rate) })
    if (together > 1) windows.push({ limit: 'rate', letters: rate, ms: MINUTE })
  }
  if (daily > 0) windows.push({ limit: 'daily-limit', letters: daily, ms: DAY })
  return windows
}

/**
 * Whether an attempt with this outcome counts: the server heard of the letter, or may have. What ended before the
 * envelope, and what the server's sign-in or sender rules refused, counts not: no provider counts it either.
 */
export function counts(outcome: Outcome): boolean {
  switch (outcome) {
    case 'delivered':
    case 'deferred':
    case 'refused':
    case 'unknown':
      return true
    case 'misconfigured':
    case 'unreachable':
      return false
  }
}

/** How many of the newest letters the windows look at. */
export const lookBack = (windows: readonly Window[]): number => Math.max(0, ...windows.map(({ letters }) => letters))

/** When a window lets the next letter go, after those that began at `begun`, the newest last; 0 for at once. */
function opens({ letters, ms }: Window, begun: readonly Instant[]): Instant {
  const first = begun[begun.length - letters]
  return first === undefined ? 0 : first + ms
}

/** When the next letter may go, after those that began at `begun`, the newest last: a moment that may have passed. */
export function opensAt(windows: readonly Window[], begun: readonly Instant[]): Instant {
  let at = 0
  for (const window of windows) at = Math.max(at, opens(window, begun))
  return at
}

/** How many letters began less than `ms` before `now`; no further than to `most` is counted. */
export function begunWithin(begun: readonly Instant[], ms: number, now: Instant, most = begun.length): number {
  let count = 0
  while (count < most && (begun[begun.length - 1 - count] ?? Number.NEGATIVE_INFINITY) > now - ms) count++
  return count
}

/** How many letters may go at `now` in one go; infinite without a window. */
export function roomAt(windows: readonly Window[], begun: readonly Instant[], now: Instant): number {
  return Math.min(...windows.map(({ letters, ms }) => letters - begunWithin(begun, ms, now, letters)))
}

/** Letters that are ready at the same time. */
export interface Batch {
  readonly letters: number
  readonly from: Instant
}

/** When a letter's turn comes, and which limit made it wait; null where none did. */
export interface Turn {
  readonly at: Instant
  readonly limit: Window['limit'] | null
}

/**
 * The turns of letters, batch after batch, as the limits give them to a mail server that keeps up.
 * @param begun when letters began before, the newest last
 */
export function turnsOf(
  windows: readonly Window[],
  begun: readonly Instant[],
  batches: readonly Batch[],
): readonly Turn[] {
  const all = begun.slice(-lookBack(windows) || begun.length)
  const days = windows.filter(({ limit }) => limit === 'daily-limit')
  const turns: Turn[] = []
  let daily = false
  let last = 0
  for (const { letters, from } of batches) {
    for (let letter = 0; letter < letters; letter++) {
      const ready = Math.max(from, last)
      last = Math.max(ready, opensAt(windows, all))
      // Behind one that waited for the next day all wait for it.
      daily ||= last > ready && days.length > 0 && opensAt(days, all) === last
      turns.push({ at: last, limit: daily ? 'daily-limit' : last > from ? 'rate' : null })
      all.push(last)
    }
  }
  return turns
}

/** Milliseconds from the first to the last of so many letters, where none went before them; 0 without a limit. */
export function spanOf(limits: Limits, letters: number): number {
  return turnsOf(windowsOf(limits), [], [{ letters, from: 0 }]).at(-1)?.at ?? 0
}
