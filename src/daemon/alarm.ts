import { type Clock, SECOND } from '../core/domain/time.ts'
import type { Log } from './log.ts'

/** Never asleep for longer, so that a clock that jumps is noticed. */
const LONGEST_SLEEP = 30 * SECOND
const JUMP = 5 * SECOND

/** Wakes the dispatcher once, and says when the wall clock has jumped meanwhile. */
export class Alarm {
  readonly #clock: Clock
  readonly #log: Log
  readonly #wake: () => void
  /** Takes back the wake-up that is set; null when none is. */
  #cancel: (() => void) | null = null
  #seen: { readonly wall: number; readonly monotonic: number }

  constructor(clock: Clock, log: Log, wake: () => void) {
    this.#clock = clock
    this.#log = log
    this.#wake = wake
    this.#seen = { wall: clock.wall(), monotonic: clock.monotonic() }
  }

  get isSet(): boolean {
    return this.#cancel !== null
  }

  /** Wakes in `ms` milliseconds, or earlier; a wake-up that was set before is taken back. */
  set(ms: number): void {
    this.stop()
    this.#cancel = this.#clock.wakeAt(this.#clock.wall() + Math.min(ms, LONGEST_SLEEP), () => {
      this.#cancel = null
      this.#noticeJump()
      this.#wake()
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  #noticeJump(): void {
    const wall = this.#clock.wall()
    const monotonic = this.#clock.monotonic()
    const jump = wall - this.#seen.wall - (monotonic - this.#seen.monotonic)
    this.#seen = { wall, monotonic }
    if (Math.abs(jump) < JUMP) return
    const direction = jump > 0 ? 'forward' : 'back'
    const seconds = Math.round(Math.abs(jump) / SECOND)
    this.#log.warn({ jumpMs: Math.round(jump) }, `the clock jumped ${direction} by ${seconds} s`)
  }
}
