import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const MIB = 2 ** 20
/** A heap that has grown by no more is left alone. */
const TOLERATED = 12 * MIB
/** A heap with a large store in it takes too long: a key may come meanwhile. */
const LARGE = 48 * MIB
/** How long after the last key (milliseconds): whoever pauses for so long does not wait for the next frame. */
const PAUSE = 1000

/**
 * Keeps the part of the heap for what is new from growing while work is under way that leaves more than it throws away.
 * Measured: reading a store of 100,000 users leaves 150 MiB instead of 200, in the same time. Drawing frames throws nearly
 * all away, and has it grow: else half of a key's time goes to collecting garbage.
 */
export async function stayingSmall(work: Promise<unknown>): Promise<void> {
  setFlagsFromString('--semi-space-growth-factor=1')
  try {
    await work
  } finally {
    setFlagsFromString('--semi-space-growth-factor=2')
  }
}

/**
 * To be called when the store has been read. Returns what is to be called at every key press: a while after the last one,
 * garbage is collected. Left alone, V8 lets it lie while the machine has memory: measured, 109 MiB became 230 within
 * 10,000 key presses, and 98 again by this. (--optimize-for-size would keep it small, too, but takes half of all time.)
 */
export function tidying(): () => void {
  // No key was pressed yet: what is in use is the store and little else, and it is what a collection would leave.
  // What the heap holds says less: on a busy machine V8 lets it grow by as much again while the store is read.
  const { heapUsed } = process.memoryUsage()
  if (heapUsed > LARGE) return () => {}
  let least = heapUsed
  let collect: (() => void) | null = null
  const look = () => {
    const held = heldByHeap()
    least = Math.min(least, held)
    if (held - least < TOLERATED) return
    collect ??= collector()
    collect()
    least = heldByHeap()
  }
  const timer = setTimeout(look, PAUSE).unref()
  return () => void timer.refresh()
}

/** What the heap holds of the machine's memory: garbage, and what it keeps empty, too. */
const heldByHeap = (): number => process.memoryUsage().heapTotal

/** V8's own gc(), which contexts have that are made after it was asked for; this flavour alone gives memory back. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  const gc: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  return () => {
    if (typeof gc === 'function') gc({ type: 'major', flavor: 'last-resort' })
  }
}
