import type { Outcome } from './outcome.ts'
import { type Instant, MINUTE } from './time.ts'

/** How far a server that asked us to slow down is obeyed; kept with the queue until all connections are used again. */
export interface Throttle {
  /** Letters under way at once, at most. */
  readonly connections: number
  /** When it was last lowered. */
  readonly since: Instant
  /** No connection is added before. */
  readonly until: Instant
  /** Even one connection was too much: but for test letters nothing leaves before `until`. */
  readonly rests: boolean
  /** Letters that arrived since a connection was last added. */
  readonly arrived: number
}

/** Providers count by the quarter of an hour and longer (Gmail's 454 4.7.0, Exchange Online's 4.7.x). */
const PAUSE = 15 * MINUTE

/** How a letter or a probe ended, as the throttle sees it. */
export interface ThrottleNews {
  readonly outcome: Outcome
  readonly throttled: boolean
  /** A probe proves the sign-in, and no more. */
  readonly letter: boolean
  /** When it began: one that began before the last step down met the same refusal, and is no second one. */
  readonly begunAt: Instant
  readonly now: Instant
  /** Whether a sign-in has succeeded under the settings; until then one connection is used, whatever is set. */
  readonly proven: boolean
  /** SERVICE_MAIL_CONNECTIONS. */
  readonly connections: number
}

/** How many connections may be used of those that are set. */
export const connectionsUnder = (throttle: Throttle | null, connections: number): number =>
  Math.min(connections, throttle?.connections ?? connections)

/** Whether nothing but test letters leaves at `now`. */
export const isResting = (throttle: Throttle | null, now: Instant): boolean =>
  throttle?.rests === true && now < throttle.until

/** The throttle after a letter or a probe; where that changes nothing, the very same object. */
export function throttleAfter(throttle: Throttle | null, news: ThrottleNews): Throttle | null {
  if (news.throttled) return slowedDown(throttle, news)
  if (throttle === null || !news.letter || news.outcome !== 'delivered') return throttle
  return spedUp(throttle, news)
}

/** The server asked to slow down: half the connections, and below one a rest. */
function slowedDown(throttle: Throttle | null, { begunAt, now, connections, proven }: ThrottleNews): Throttle {
  const until = now + PAUSE
  if (throttle !== null && begunAt <= throttle.since) return { ...throttle, until, arrived: 0 }
  const before = proven ? connectionsUnder(throttle, connections) : 1
  return {
    connections: Math.max(1, Math.floor(before / 2)),
    since: now,
    until,
    rests: before === 1,
    arrived: 0,
  }
}

/** A letter arrived: after the pause one connection more for each round of letters; null when all are back. */
function spedUp(throttle: Throttle, { now, connections }: ThrottleNews): Throttle | null {
  if (now < throttle.until) return throttle
  if (throttle.connections >= connections) return null
  const arrived = throttle.arrived + 1
  if (arrived < throttle.connections) return { ...throttle, rests: false, arrived }
  const more = throttle.connections + 1
  return more >= connections ? null : { ...throttle, connections: more, rests: false, arrived: 0 }
}
