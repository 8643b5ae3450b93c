import type { Stage } from '../../core/domain/outcome.ts'
import { MINUTE, SECOND } from '../../core/domain/time.ts'

/**
 * How long each stage may take as a whole, in ms, however many bytes trickle in meanwhile. `connect` covers DNS and
 * TCP, `data` each of the command DATA and the letter's bytes. From MAIL on the values are those of RFC 5321,
 * section 4.5.3.2.
 */
export interface Deadlines {
  readonly connect: number
  readonly greeting: number
  readonly tls: number
  readonly ehlo: number
  readonly auth: number
  readonly mail: number
  readonly rcpt: number
  readonly data: number
  readonly dot: number
  readonly reset: number
  /** How long a letter waits behind another one, and then for the first answer, before it takes another connection. */
  readonly behind: number
}

export const DEADLINES: Deadlines = {
  connect: 15 * SECOND,
  greeting: 30 * SECOND,
  tls: 30 * SECOND,
  ehlo: 30 * SECOND,
  auth: MINUTE,
  mail: 5 * MINUTE,
  rcpt: 5 * MINUTE,
  data: 2 * MINUTE,
  dot: 10 * MINUTE,
  reset: 30 * SECOND,
  behind: 5 * SECOND,
}

/** What stands in `originalCode` when a stage's deadline has passed; the first three are nodemailer's names. */
export function timeoutCode(stage: Stage): string {
  switch (stage) {
    case 'dns':
    case 'tcp':
      return 'CONNECT_TIMEOUT'
    case 'greeting':
      return 'GREETING_TIMEOUT'
    case 'tls':
      return 'UPGRADE_TIMEOUT'
    default:
      return `${stage.toUpperCase()}_TIMEOUT`
  }
}

/**
 * A timer that is moved far more often than it goes off: moving it later is one assignment, for four stages a letter
 * and thousands of letters a second would else make and clear as many timers.
 */
export class Watchdog {
  readonly #expired: () => void
  #timer: NodeJS.Timeout | null = null
  /** When the timer goes off, and when it should, in ms of `performance.now()`. */
  #timerAt = 0
  #dueAt = Number.POSITIVE_INFINITY

  constructor(expired: () => void) {
    this.#expired = expired
  }

  /** Calls `expired` in `ms` unless it is moved or stopped before. */
  arm(ms: number): void {
    this.#dueAt = performance.now() + ms
    if (this.#timer === null) this.#set(ms)
    else if (this.#timerAt > this.#dueAt) {
      clearTimeout(this.#timer)
      this.#set(ms)
    } else this.#timer.ref()
  }

  /** Nothing is under way: the timer may linger, but holds neither the process nor anyone to a deadline. */
  rest(): void {
    this.#dueAt = Number.POSITIVE_INFINITY
    this.#timer?.unref()
  }

  /** Ends it for good. */
  stop(): void {
    this.rest()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  #set(ms: number): void {
    this.#timerAt = performance.now() + ms
    this.#timer = setTimeout(() => this.#goneOff(), ms)
  }

  #goneOff(): void {
    this.#timer = null
    const left = this.#dueAt - performance.now()
    if (left === Number.POSITIVE_INFINITY) return
    // A timer may go off a millisecond early.
    if (left > 1) this.#set(left)
    else this.#expired()
  }
}
