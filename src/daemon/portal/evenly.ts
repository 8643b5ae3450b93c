/**
 * Does work and gives its result at the next whole multiple of `step` ms after it was begun: a difference of a millisecond
 * between two kinds of work shows to nobody. What it throws comes as late.
 */
export async function evenly<Result>(step: number, work: () => Promise<Result>): Promise<Result> {
  const began = performance.now()
  try {
    return await work()
  } finally {
    const took = performance.now() - began
    await new Promise((resolve) => setTimeout(resolve, step - (took % step)))
  }
}
