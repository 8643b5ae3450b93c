import type { Clock, Instant } from '../../src/core/domain/time.ts'

/** 2026-11-02T10:00:00Z. */
export const MONDAY = Date.UTC(2026, 10, 2, 10)

interface Alarm {
  readonly at: Instant
  readonly wake: () => void
}

/** A clock that is moved by hand. */
export class ManualClock implements Clock {
  #wall: Instant
  #monotonic = 0
  readonly #alarms = new Set<Alarm>()

  constructor(wall: Instant = MONDAY) {
    this.#wall = wall
  }

  wall(): Instant {
    return this.#wall
  }

  monotonic(): number {
    return this.#monotonic
  }

  wakeAt(at: Instant, wake: () => void): () => void {
    const alarm = { at, wake }
    this.#alarms.add(alarm)
    this.#ring()
    return () => this.#alarms.delete(alarm)
  }

  /** Time goes by; who is to be woken on the way is woken at that moment. */
  advance(ms: number): void {
    const end = this.#wall + ms
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#goTo(Math.max(next.at, this.#wall))
      this.#ring()
    }
    this.#goTo(end)
  }

  /** Somebody sets the wall clock, forward or back. */
  jump(ms: number): void {
    this.#wall += ms
    this.#ring()
  }

  /** How many wait to be woken. */
  get alarms(): number {
    return this.#alarms.size
  }

  #goTo(wall: Instant): void {
    this.#monotonic += wall - this.#wall
    this.#wall = wall
  }

  #next(end: Instant): Alarm | undefined {
    return [...this.#alarms].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }

  #ring(): void {
    for (let next = this.#next(this.#wall); next !== undefined; next = this.#next(this.#wall)) {
      this.#alarms.delete(next)
      next.wake()
    }
  }
}
