/** What an even answer waits by. */
export interface Pace {
  /** ms, of a clock that never runs back */
  now(): number
  /** ends some ms later, perhaps one too early: a timer counts from when the event loop last looked at the clock */
  sleep(ms: number): Promise<void>
  /** ends when the event loop has gone round once */
  turn(): Promise<void>
}

const systemPace: Pace = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  turn: () => new Promise((resolve) => setImmediate(resolve)),
}

/** The last ms of a wait, which are waited turn by turn: a timer alone is wrong by the work that its turn had done before. */
const EXACT = 2

/**
 * Does work and gives its result at a whole multiple of `step` ms after it was begun, exact to a turn of the event loop:
 * what one kind of work takes longer than another shows to nobody. What it throws comes as late.
 */
export async function evenly<Result>(
  step: number,
  work: () => Promise<Result>,
  pace: Pace = systemPace,
): Promise<Result> {
  const began = pace.now()
  try {
    return await work()
  } finally {
    const took = pace.now() - began + EXACT
    const answerAt = began + Math.ceil(took / step) * step
    await pace.sleep(answerAt - EXACT - pace.now())
    while (pace.now() < answerAt) await pace.turn()
  }
}
