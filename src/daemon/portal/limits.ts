import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { networkOf } from './client-address.ts'

/**
 * What is counted: `password` for sign-ins, `new-password` for whoever has a link or a session that works, `letter` for what
 * may send one. A flood of sign-ins takes nothing of the second: nobody is kept from resetting by it.
 */
export type Counted = 'password' | 'new-password' | 'letter'

/** A minute each, in memory: a restart forgets them, which is worth one more minute to an attacker. */
const A_MINUTE = 60
const MOST: Readonly<Record<Counted, { readonly ofOne: number; readonly ofAll: number }>> = {
  password: { ofOne: 60, ofAll: 600 },
  'new-password': { ofOne: 60, ofAll: 600 },
  letter: { ofOne: 10, ofAll: 300 },
}
/** So many passwords may be under way at once: two are hashed, the others wait for some 2 s at most. */
const MOST_WAITING = 100

/** What stands against a request; `seconds` says when to come back. */
export type Pass = { readonly ok: true } | { readonly ok: false; readonly seconds: number }

/** How often one network, and all together, may ask for what is dear. What is about an account the store counts. */
export class Limits {
  readonly #limiters = {
    password: limiters('password'),
    'new-password': limiters('new-password'),
    letter: limiters('letter'),
  }
  #waiting = 0

  /** Counts a request of `address`. */
  async count(what: Counted, address: string): Promise<Pass> {
    const { ofOne, ofAll } = this.#limiters[what]
    const one = await consume(ofOne, networkOf(address))
    // Whoever is over his own share takes nothing of the others'.
    return one.ok ? consume(ofAll, 'all') : one
  }

  /** Does work that hashes a password, unless too much of it is under way; null then. */
  async hashing<Result>(work: () => Promise<Result>): Promise<Result | null> {
    if (this.#waiting >= MOST_WAITING) return null
    this.#waiting += 1
    try {
      return await work()
    } finally {
      this.#waiting -= 1
    }
  }
}

function limiters(what: Counted) {
  const { ofOne, ofAll } = MOST[what]
  return {
    ofOne: new RateLimiterMemory({ points: ofOne, duration: A_MINUTE }),
    ofAll: new RateLimiterMemory({ points: ofAll, duration: A_MINUTE }),
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<Pass> {
  try {
    await limiter.consume(key)
    return { ok: true }
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    return { ok: false, seconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)) }
  }
}
