import type { Clock, Instant } from '../../domain/time.ts'

/**
 * Store time: the later of the wall clock and the last transaction's time plus the monotonic time since. While the wall
 * clock is behind it goes on at its own pace, and never back: not for a transaction that was taken back, nor for one of
 * a process whose time lags.
 */
export class StoreTime {
  readonly #clock: Pick<Clock, 'wall' | 'monotonic'>
  /** What the transactions say it is at least, as of `#at` by the monotonic clock. */
  #least: number
  #at: number

  constructor(clock: Pick<Clock, 'wall' | 'monotonic'>, last: Instant) {
    this.#clock = clock
    this.#least = last
    this.#at = clock.monotonic()
  }

  now(): Instant {
    return Math.max(this.#clock.wall(), Math.floor(this.#count()))
  }

  /** To be told each transaction's time as soon as it is known: the time since is counted from here. */
  note(last: Instant): void {
    this.#least = Math.max(this.#count(), last)
  }

  #count(): number {
    const monotonic = this.#clock.monotonic()
    this.#least += monotonic - this.#at
    this.#at = monotonic
    return this.#least
  }
}
