import { randomBytes } from 'node:crypto'
import { makeIds } from '../domain/ids.ts'

/** A call to the system for a few bytes costs as much as one for thousands (some 3 µs, measured). */
const POOL_BYTES = 4096

/** Random bytes taken from a pool: for ids and nonces, which are no secrets. */
function pooled(): (bytes: number) => Uint8Array {
  // Filled at its first use: most commands need no id, and node:crypto takes 6 ms to load.
  let pool = new Uint8Array()
  let used = 0
  return (bytes) => {
    if (used + bytes > pool.length) {
      pool = randomBytes(POOL_BYTES)
      used = 0
    }
    used += bytes
    return pool.subarray(used - bytes, used)
  }
}

/** Ids from the system's randomness. */
export const systemIds = makeIds(pooled())
