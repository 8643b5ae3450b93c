import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const MIB = 2 ** 20
/** A heap that has grown by no more is left alone: to collect takes a tenth of a second of a processor that is to be idle. */
const TOLERATED = 16 * MIB
/** A heap with a large store in it takes too long: a key may come meanwhile. */
const LARGE = 48 * MIB
/** So large the part of the heap for what is new becomes. Frames are drawn as fast in it as in V8's own 128 MiB. */
const NEW_SPACE = 16 * MIB
/**
 * By how much what has lasted may grow before V8 collects, in percent: measured, at most 137 MiB resident while 400 keys
 * were pressed one by one instead of 200, in the same time a key.
 */
const GROWTH = 40
/** How long after the last key (milliseconds): whoever pauses for so long does not wait for the next frame. */
const PAUSE = 1000

/**
 * Keeps the part of the heap for what is new from growing while work is under way that leaves more than it throws away.
 * Measured: reading a store of 100,000 users leaves 150 MiB instead of 200, in the same time. Drawing frames throws nearly
 * all away, and has it grow: else half of a key's time goes to collecting garbage.
 */
export async function stayingSmall(work: Promise<unknown>): Promise<void> {
  newSpaceGrows(false)
  try {
    await work
  } finally {
    newSpaceGrows(true)
  }
}

const newSpaceGrows = (grows: boolean): void => setFlagsFromString(`--semi-space-growth-factor=${grows ? 2 : 1}`)

/** To be called often: ends the growth of the part for what is new when that is large enough, until `again`. */
class NewSpace {
  #grows = true

  look(): void {
    if (!this.#grows || sizeOfNewSpace() < NEW_SPACE) return
    this.#grows = false
    newSpaceGrows(false)
  }

  again(): void {
    this.#grows = true
    newSpaceGrows(true)
  }
}

const sizeOfNewSpace = (): number =>
  getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0

/**
 * To be called when the store has been read. Returns what is to be called at every key press: a while after the last one,
 * garbage is collected. Left alone, V8 lets it lie while the machine has memory: measured, 104 MiB became 256 within 170
 * key presses. (--optimize-for-size would keep it small, too, but takes half of all time.)
 */
export function tidying(): () => void {
  const newSpace = new NewSpace()
  // No key was pressed yet: what is in use is the store and little else, and it is what a collection would leave.
  // What the heap holds says less: on a busy machine V8 lets it grow by as much again while the store is read.
  const { heapUsed } = process.memoryUsage()
  if (heapUsed > LARGE) return () => newSpace.look()
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`)
  let least = heapUsed
  let collect: (() => void) | null = null
  const look = () => {
    const held = heldByHeap()
    least = Math.min(least, held)
    if (held - least < TOLERATED) return
    collect ??= collector()
    collect()
    newSpace.again()
    least = heldByHeap()
  }
  const timer = setTimeout(look, PAUSE).unref()
  return () => {
    newSpace.look()
    timer.refresh()
  }
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
