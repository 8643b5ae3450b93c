import type { Happening, Outcome, Stage } from './outcome.ts'
import type { Throttle } from './throttle.ts'
import { type Instant, MINUTE } from './time.ts'

export type QueueState = 'open' | 'paused' | 'unreachable'

/** The state of sending as a whole. There is one, under the key `mail`. */
export interface Queue {
  readonly key: 'mail'
  readonly state: QueueState
  readonly since: Instant
  /** What closed it; null while it is open. */
  readonly cause: Happening | null
  /** When the next probe goes; null while it is open, and while only a changed setting or `resume` can help. */
  readonly nextProbeAt: Instant | null
  /** Probes that failed since it closed. */
  readonly failedProbes: number
  /** The fingerprint of the mail settings that a sign-in last succeeded under, or null. */
  readonly proven: string | null
  /** The latest test letter that a server took; null while there was none. */
  readonly tested: TestedMail | null
  /** Set while a server that asked us to slow down is obeyed. */
  readonly throttle: Throttle | null
}

/** A test letter that was delivered. */
export interface TestedMail {
  /** The fingerprint of the mail settings that it left under. */
  readonly fingerprint: string
  readonly to: string
  readonly at: Instant
  /** When an operator said that it had really come in; null while nobody has. */
  readonly confirmedAt: Instant | null
}

export const NEW_QUEUE: Queue = {
  key: 'mail',
  state: 'open',
  since: 0,
  cause: null,
  nextProbeAt: null,
  failedProbes: 0,
  proven: null,
  tested: null,
  throttle: null,
}

/** Minutes between the probes of a server that cannot be reached; the last one repeats. */
const UNREACHABLE_PROBES = [1, 2, 4, 8, 15]
/** While paused there is at most one sign-in in this time: providers lock accounts that try again and again. */
const PAUSED_PROBE = 15 * MINUTE

/** Where a sign-in alone shows nothing: its success would open the queue and the next letter would close it again. */
const BEYOND_SIGN_IN: readonly (Stage | undefined)[] = ['mail', 'rcpt', 'data', 'dot']

function nextProbe(state: QueueState, failedProbes: number, news: QueueNews, now: Instant): Instant | null {
  switch (state) {
    case 'open':
      return null
    case 'paused':
      return BEYOND_SIGN_IN.includes(news.happening?.stage) ? null : now + PAUSED_PROBE
    case 'unreachable': {
      const minutes = UNREACHABLE_PROBES[Math.min(failedProbes, UNREACHABLE_PROBES.length - 1)] ?? 15
      return now + Math.max(minutes * MINUTE, news.throttled ? PAUSED_PROBE : 0)
    }
  }
}

/** How a probe or a letter ended, as far as the queue minds. */
export interface QueueNews {
  readonly outcome: Outcome
  readonly throttled: boolean
  readonly happening: Happening | null
  /** The fingerprint of the settings it was tried under. */
  readonly fingerprint: string
}

/**
 * The queue after a letter's attempt, or after a probe (whose `delivered` means: connected and signed in).
 * An outcome that says nothing of the server as a whole leaves the very same object.
 */
export function queueAfter(queue: Queue, news: QueueNews, now: Instant): Queue {
  switch (news.outcome) {
    case 'delivered':
      if (queue.state === 'open' && queue.proven === news.fingerprint) return queue
      return {
        ...NEW_QUEUE,
        since: queue.state === 'open' ? queue.since : now,
        proven: news.fingerprint,
        tested: queue.tested,
        throttle: queue.throttle,
      }
    case 'misconfigured':
      return waitsForProbe(queue, now) && queue.state === 'paused' ? queue : close(queue, 'paused', news, now)
    case 'unreachable':
      return waitsForProbe(queue, now) ? queue : close(queue, 'unreachable', news, now)
    case 'deferred':
    case 'refused':
    case 'unknown':
      return queue
  }
}

/**
 * Whether the queue is closed and its next probe is not due: what fails then is a letter that was under way when it
 * closed, or a test letter. It counts for no probe, and no lost connection turns a pause into something that ends by
 * itself.
 */
function waitsForProbe({ state, nextProbeAt }: Queue, now: Instant): boolean {
  return state !== 'open' && (nextProbeAt === null || now < nextProbeAt)
}

function close(queue: Queue, state: QueueState, news: QueueNews, now: Instant): Queue {
  const again = queue.state === state
  const failedProbes = again ? queue.failedProbes + 1 : 0
  return {
    key: 'mail',
    state,
    since: again ? queue.since : now,
    cause: news.happening,
    nextProbeAt: nextProbe(state, failedProbes, news, now),
    failedProbes,
    // What closed it was a sign-in or sender problem: the settings are no longer proven.
    proven: state === 'paused' ? null : queue.proven,
    tested: queue.tested,
    throttle: queue.throttle,
  }
}

/** The queue after a test letter was taken: it proves that letters arrive under these settings. */
export function testDelivered(queue: Queue, tested: Omit<TestedMail, 'confirmedAt'>): Queue {
  return { ...queue, tested: { ...tested, confirmedAt: null } }
}

/**
 * The queue tried at once: mail settings were saved, or an operator said `resume`. A closed one is probed, a rest ends;
 * an open one that does not rest is the very same object.
 */
export function probeNow(queue: Queue, now: Instant): Queue {
  const { throttle, state } = queue
  if (throttle?.rests) return probeNow({ ...queue, throttle: { ...throttle, rests: false } }, now)
  return state === 'open' ? queue : { ...queue, nextProbeAt: now }
}
