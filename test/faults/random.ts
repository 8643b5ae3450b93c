/** Numbers from a seed, the same each time: from 0 up to, not including, `below`. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/** The seed of this run: SEED repeats one that failed. */
export const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31)

/** Runs `work`, and adds to its error what repeats it. */
export async function seeded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    throw new Error(`${String(cause)}\nRepeat it with SEED=${SEED}.`, { cause })
  }
}
