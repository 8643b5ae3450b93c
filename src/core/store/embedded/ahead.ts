import type { Task } from '../../domain/task.ts'
import { type Entry, precedes } from './due.ts'
import { isTest } from './order.ts'

/** How many of those that wait, test letters apart, are due before each of `wanted`: one walk, however many are wanted. */
export function ahead(all: Iterable<Task>, wanted: readonly Task[]): readonly number[] {
  const places = wanted.map(entryOf).sort((a, b) => (precedes(a, b) ? -1 : 1))
  /** By place: those that come before it and not before the place ahead of it. */
  const between = new Array<number>(places.length + 1).fill(0)
  const last = places.at(-1)?.at ?? 0
  for (const task of all) {
    if (task.status !== 'wait' || task.scheduledAt > last || isTest(task)) continue
    const place = firstBehind(places, entryOf(task))
    between[place] = (between[place] ?? 0) + 1
  }
  const before = new Map<string, number>()
  let sum = 0
  for (const [place, { id }] of places.entries()) {
    sum += between[place] ?? 0
    before.set(id, sum)
  }
  return wanted.map(({ id }) => before.get(id) ?? 0)
}

const entryOf = ({ scheduledAt, id }: Task): Entry => ({ at: scheduledAt, id })

/** The index of the first of `places` that comes behind `entry`. */
function firstBehind(places: readonly Entry[], entry: Entry): number {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const here = places[middle]
    if (here !== undefined && precedes(entry, here)) high = middle
    else low = middle + 1
  }
  return low
}
