import type { Clock, Instant } from '../../src/core/domain/time.ts'

/** 2026-11-02T10:00:00Z. */
export const MONDAY = Date.UTC(2026, 10, 2, 10)

interface Alarm {
  /** By the wall clock. */
  readonly at: Instant
  /** By the monotonic one: a wall clock that runs back delays nobody. */
  readonly deadline: number
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
    const alarm = { at, deadline: this.#monotonic + Math.max(0, at - this.#wall), wake }
    this.#alarms.add(alarm)
    this.#ring()
    return () => this.#alarms.delete(alarm)
  }

  /** Time goes by; who is to be woken on the way is woken at that moment. */
  advance(ms: number): void {
    let left = ms
    for (;;) {
      const step = Math.min(left, ...[...this.#alarms].map((alarm) => this.#until(alarm)))
      this.#wall += step
      this.#monotonic += step
      left -= step
      if (!this.#ring() && left === 0) return
    }
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

  #until({ at, deadline }: Alarm): number {
    return Math.max(0, Math.min(at - this.#wall, deadline - this.#monotonic))
  }

  /** Wakes whom it is time to wake; whether there was anybody. */
  #ring(): boolean {
    const due = [...this.#alarms].filter((alarm) => this.#until(alarm) === 0)
    for (const alarm of due) this.#alarms.delete(alarm)
    for (const { wake } of due) wake()
    return due.length > 0
  }
}
