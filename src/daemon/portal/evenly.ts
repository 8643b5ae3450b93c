const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/**
 * Does work and gives its result at the next whole multiple of `step` ms after it was begun: a difference of a millisecond
 * between two kinds of work shows to nobody. What it throws comes as late.
 */
export async function evenly<Result>(step: number, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now()
  try {
    return await work()
  } finally {
    // A timer counts from when the event loop last looked at the clock, before the work of this turn: what that took would
    // be missing from the wait. The second of two turns is a new one.
    await nextTurn()
    await nextTurn()
    const took = performance.now() - began
    await new Promise((resolve) => setTimeout(resolve, step - (took % step)))
  }
}
