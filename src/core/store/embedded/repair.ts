import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import type { Clock } from '../../domain/time.ts'
import { FORMAT, parseCommit } from './commit.ts'
import { type Disk, realDisk, replaceFile, syncDirectory } from './disk.ts'
import { Layout } from './layout.ts'
import { decodeLine, encodeLine, NEWLINE } from './line.ts'
import { readLines } from './lines.ts'
import { loadReplica } from './load.ts'
import type { Damage } from './replica.ts'
import { storeError } from './system-error.ts'
import { pieces } from './writer.ts'
import { WritersLock } from './writers-lock.ts'

/** What a repair did. */
export interface Repair {
  /** The journal that was cut, and where. */
  readonly file: string
  readonly offset: number
  /** How many bytes were cut off, in this journal and in those behind it. */
  readonly bytes: number
  /** The first and the last transaction that could still be read in what was cut off; null when none could. */
  readonly lost: { readonly first: number; readonly last: number } | null
  /** Copies of all that was cut off or taken away. */
  readonly kept: readonly string[]
  /** All of that in words. */
  readonly sentence: string
}

/**
 * Cuts a journal off at its bad record, so that the store can be written to again; what stood behind it is lost, and
 * kept in copies. Where the bad record is a journal's first line, which says nothing that is not known, that line alone
 * is made anew. The caller holds the daemon's lock, and folds afterwards.
 * @returns null when no journal is damaged.
 * @throws StoreError when the store cannot be loaded at all, or the disk fails.
 */
export async function repairStore(data: string, clock: Pick<Clock, 'wall'>, disk = realDisk): Promise<Repair | null> {
  const layout = new Layout(data)
  const lock = new WritersLock(layout.lock)
  try {
    return await lock.exclusively(async () => {
      const { replica } = await loadReplica(layout)
      replica.close()
      const { damage, base, generation, state } = replica
      if (damage === null) return null
      const good = { damage, base: base.generation, generation, sequence: state.sequence }
      return mend(layout, disk, good, `.damaged-${clock.wall()}`)
    })
  } catch (error) {
    throw storeError(error, 'the store was not repaired')
  } finally {
    await lock.close()
  }
}

/** What is good: the snapshot `base` with the journals behind it, up to `damage` behind transaction `sequence`. */
interface Good {
  readonly damage: Damage
  readonly base: number
  readonly generation: number
  readonly sequence: number
}

/** How to get rid of what is not. */
interface Plan {
  /** The damaged journal and what is left of it; null when it is a journal that is missing. */
  readonly journal: { readonly path: string; readonly left: readonly Buffer[] } | null
  /** What is taken away whole: later journals, and snapshots that said there was more than is left. */
  readonly gone: readonly string[]
  /** What was in journals and is in none any more. */
  readonly cut: readonly Buffer[]
}

function planOf(layout: Layout, good: Good): Plan {
  const { damage, base, generation } = good
  const { snapshots, journals } = layout.generations()
  const later = journals.filter((journal) => journal > generation).map((journal) => layout.journal(journal))
  const passedOver = snapshots.filter((snapshot) => snapshot > base).map((snapshot) => layout.snapshot(snapshot))
  const path = layout.journal(generation)
  const gone = [...later, ...passedOver]
  const behind = later.map((journal) => readFileSync(journal))
  if (damage.file !== path) return { journal: null, gone, cut: behind }
  const { left, cut } = divide(path, good)
  return { journal: { path, left }, gone, cut: [cut, ...behind] }
}

async function mend(layout: Layout, disk: Disk, good: Good, suffix: string): Promise<Repair> {
  const { journal, gone, cut } = planOf(layout, good)
  const { file, offset } = good.damage
  const kept: string[] = []
  for (const path of journal === null ? gone : [journal.path, ...gone]) {
    await replaceFile(disk, path + suffix, pieces(path, 0, statSync(path).size))
    kept.push(path + suffix)
  }
  // The last goes first: should this end half way, what is left is still damaged, and can be repaired.
  for (const path of gone.toReversed()) await disk.remove(path)
  // A new file: whoever has read behind the bad record sees that the old one is gone, and loads anew.
  if (journal !== null) await replaceFile(disk, journal.path, journal.left)
  await syncDirectory(disk, layout.store)
  const bytes = cut.reduce((sum, part) => sum + part.length, 0)
  const lost = readable(cut)
  return { file, offset, bytes, lost, kept, sentence: describe({ file, offset, bytes, lost, kept }) }
}

/** A damaged journal as what is left of it and what is cut off. */
function divide(path: string, { damage, generation, sequence }: Good): { left: readonly Buffer[]; cut: Buffer } {
  const bytes = readFileSync(path)
  if (damage.offset > 0) return { left: [bytes.subarray(0, damage.offset)], cut: bytes.subarray(damage.offset) }
  const header = encodeLine({ format: FORMAT, generation, sequence })
  const body = bytes.indexOf(NEWLINE) + 1
  const end = body === 0 ? 0 : goodEnd(path, body, sequence)
  return { left: [header, bytes.subarray(body, end)], cut: bytes.subarray(end) }
}

/** Where the commits from `from` on cease to follow on transaction `sequence`. */
function goodEnd(file: string, from: number, sequence: number): number {
  const fd = openSync(file, 'r')
  try {
    let last = sequence
    return readLines(fd, from, fstatSync(fd).size, (value) => {
      for (const { n } of parseCommit(value)?.x ?? [{ n: -1 }]) if (n !== ++last) return 'it does not follow'
      return null
    }).offset
  } finally {
    closeSync(fd)
  }
}

/** The first and the last transaction that can be read in what is lost, whatever else is in it. */
function readable(parts: readonly Buffer[]): Repair['lost'] {
  let [first, last] = [Number.POSITIVE_INFINITY, 0]
  for (const bytes of parts) {
    for (let start = 0; start < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, start)
      const end = newline < 0 ? bytes.length : newline
      const line = decodeLine(bytes, start, end)
      for (const { n } of line.ok ? (parseCommit(line.value)?.x ?? []) : []) {
        first = Math.min(first, n)
        last = Math.max(last, n)
      }
      start = end + 1
    }
  }
  return last === 0 ? null : { first, last }
}

function describe({ file, offset, bytes, lost, kept }: Omit<Repair, 'sentence'>): string {
  const what = `${bytes} bytes were cut off at byte ${offset} of ${file}`
  const transactions =
    lost === null
      ? 'no transaction that can be read was among them'
      : `transactions ${lost.first} to ${lost.last} are lost, as far as they can be read`
  return `${what}: ${transactions}. What was there is kept in ${kept.join(', ')}.`
}
