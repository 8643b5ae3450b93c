/** Work that is done in slices, so that nothing of this process waits long for it; it pauses wherever it yields. */
export type Slices<Result> = Generator<undefined, Result, undefined>

/** Milliseconds after which work lets the process's other work go on. */
export const SLICE_MS = 8

/** Does the work in one go. */
export function atOnce<Result>(work: Slices<Result>): Result {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

/** Does some of the work. */
export function aSlice<Result>(work: Slices<Result>): IteratorResult<undefined, Result> {
  const pauseAt = performance.now() + SLICE_MS
  for (;;) {
    const step = work.next()
    if (step.done === true || performance.now() >= pauseAt) return step
  }
}

/** Lets the process's other work go on. */
export const pause = () => new Promise<void>((resolve) => setImmediate(resolve))
