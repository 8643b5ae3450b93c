/** A point in time: milliseconds since 1970-01-01 UTC, in store time (see `Store.now`). */
export type Instant = number

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** ISO 8601 in UTC with milliseconds: what every JSON field that is a time says. */
export function iso(at: Instant): string {
  return new Date(at).toISOString()
}

/** The month that log segments are named by: `2026-11`, in UTC. */
export function monthOf(at: Instant): string {
  return iso(at).slice(0, 7)
}

/** What time it is and when to wake up. Tests pass one that they move by hand. */
export interface Clock {
  /** The wall clock, ms since 1970 UTC; may jump. */
  wall(): Instant
  /** Milliseconds since some fixed point; never runs back. */
  monotonic(): number
  /** Calls `wake` once, at `at` by the wall clock or as soon as it has passed; the result takes it back. */
  wakeAt(at: Instant, wake: () => void): () => void
}
