import { lookBack, opensAt, type Window } from '../core/domain/budget.ts'
import { HOUR, type Instant, iso, MINUTE } from '../core/domain/time.ts'
import type { Store } from '../core/store/port.ts'
import type { Log } from './log.ts'

/** As the places of a full day become free one by one, it is not said of each that it was the last. */
const TOLD_EVERY = HOUR

/**
 * When SERVICE_MAIL_RATE_PER_MINUTE and SERVICE_MAIL_DAILY_LIMIT let the next letter go. It only says when to look again:
 * the claim itself counts under the store's lock. Without a limit it does nothing.
 */
export class Pace {
  readonly #store: Pick<Store, 'lettersBegun' | 'now'>
  readonly #limits: { readonly windows: readonly Window[] }
  readonly #log: Log
  #opensAt: Instant = 0
  #toldAt = Number.NEGATIVE_INFINITY
  #seen: readonly Window[] = []

  constructor(store: Pick<Store, 'lettersBegun' | 'now'>, limits: { readonly windows: readonly Window[] }, log: Log) {
    this.#store = store
    this.#limits = limits
    this.#log = log
  }

  /** Whether letters go one by one, by a rate. */
  get byRate(): boolean {
    return this.#limits.windows.some(({ limit }) => limit === 'rate')
  }

  /** When the next letter may go: a moment that may have passed. */
  get opensAt(): Instant {
    return this.#limits.windows === this.#seen ? this.#opensAt : 0
  }

  /** Whether no letter may go now. What was thought is looked at again: a letter that does not count frees its place. */
  async isClosed(): Promise<boolean> {
    if (this.opensAt > this.#store.now()) await this.look()
    return this.opensAt > this.#store.now()
  }

  /** Finds out when the next letter may go. */
  async look(): Promise<void> {
    const { windows } = this.#limits
    this.#seen = windows
    this.#opensAt = windows.length === 0 ? 0 : opensAt(windows, await this.#store.lettersBegun(lookBack(windows)))
    this.#tell()
  }

  /** One line when letters are held for longer than a rate holds them. */
  #tell(): void {
    const now = this.#store.now()
    if (this.#opensAt <= now + MINUTE || now < this.#toldAt + TOLD_EVERY) return
    this.#toldAt = now
    const daily = this.#limits.windows.find(({ limit }) => limit === 'daily-limit')
    this.#log.warn(
      { limit: daily?.letters, until: iso(this.#opensAt) },
      'the daily limit is used up: the next letter leaves when the oldest of the last 24 hours is a day old',
    )
  }
}
