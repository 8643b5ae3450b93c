import { closeSync, fstatSync, openSync } from 'node:fs'
import { StoreError } from '../error.ts'
import { FORMAT, parseCommit, parseHeader } from './commit.ts'
import type { Tell } from './finding.ts'
import type { Generations, Layout } from './layout.ts'
import { readLines } from './lines.ts'
import { readHead, readSnapshot, type SnapshotHead } from './snapshot.ts'
import { errorCode } from './system-error.ts'

/** Checks every record of the store: snapshots, then the journals in their order, then the log segments. */
export async function checkRecords(layout: Layout, tell: Tell): Promise<void> {
  const there = layout.generations()
  const good = await checkSnapshots(layout, there, tell)
  checkNumbering(layout, there, tell)
  let chain: Chain = { sequence: null, broken: false }
  for (const generation of there.journals) {
    const snapshot = good.find((head) => head.generation === generation - 1)
    // A good snapshot vouches for all before it.
    if (snapshot !== undefined) chain = { sequence: snapshot.sequence, broken: false }
    const isLast = generation === there.journals.at(-1)
    const isSpare = generation <= (good[0]?.generation ?? 0)
    checkJournal({ path: layout.journal(generation), generation, isLast, isSpare }, chain, tell)
    await new Promise(setImmediate)
  }
  const heads = there.snapshots.map((generation) => readHead(layout.snapshot(generation)))
  const head = good[0] ?? heads.find((found) => found !== null)
  if (head !== undefined && head !== null) await checkSegments(layout, head, tell)
}

/** The heads of those that are good, newest first. */
async function checkSnapshots(layout: Layout, { snapshots }: Generations, tell: Tell): Promise<SnapshotHead[]> {
  const good: SnapshotHead[] = []
  for (const generation of snapshots) {
    const path = layout.snapshot(generation)
    try {
      const { head, rows } = await readSnapshot(path)
      if (head.generation !== generation)
        throw new StoreError('refused', `${path} says it is snapshot ${head.generation}.`)
      good.push(head)
      const content = `${rows.user.length} users and ${rows.task.length} tasks`
      tell('ok', path, `It holds ${content}, and all up to transaction ${head.sequence}.`)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      tell('damage', path, `${error.message} A store goes on from the snapshot before it; the next fold makes another.`)
    }
  }
  if (good.length === 0) tell('damage', layout.store, 'No snapshot can be used: restore the store from a backup.')
  return good
}

/** The journal behind each snapshot must be there, and all that follow it. */
function checkNumbering(layout: Layout, { snapshots, journals }: Generations, tell: Tell): void {
  const first = Math.min(...snapshots.map((generation) => generation + 1), ...journals)
  const last = Math.max(...snapshots.map((generation) => generation + 1), ...journals)
  for (let generation = first; generation <= last; generation++) {
    if (journals.includes(generation)) continue
    const advice = 'restore it, or the whole store from a backup'
    tell('damage', layout.journal(generation), `It is missing, and what stands behind it cannot be used: ${advice}.`)
  }
}

/** What the journals before a journal came to. */
interface Chain {
  /** Their last transaction; null when nothing says. */
  sequence: number | null
  /** Whether one of them is damaged: what follows cannot fit, and is not told as well. */
  broken: boolean
}

interface Journal {
  readonly path: string
  readonly generation: number
  readonly isLast: boolean
  /** Whether a good snapshot holds all of it: it is there to fall back on. */
  readonly isSpare: boolean
}

function checkJournal({ path, generation, isLast, isSpare }: Journal, chain: Chain, tell: Tell): void {
  const fd = openOrNull(path)
  if (fd === null) return
  try {
    const { size } = fstatSync(fd)
    const end = readLines(fd, 0, size, (value, offset) =>
      offset === 0 ? checkHeader(value, generation, chain) : checkCommit(value, chain),
    )
    const upTo = `It holds all up to transaction ${chain.sequence}`
    if (end.kind === 'clean' && size > 0) tell('ok', path, `${upTo}.`)
    else if (end.kind === 'torn' && isLast && end.offset > 0) {
      const what = `${upTo}, and ends in a line that is not whole (${end.why})`
      tell('warning', path, `${what}: one is being written, or the next writer cuts it off.`, end.offset)
    } else if (!chain.broken) {
      chain.broken = true
      const record = `A record is damaged: ${end.why || 'it is empty'}.`
      const needed = 'Nothing is written until it is mended: restore a backup, or have the journal cut off here.'
      const spare = 'It is kept only to fall back on, and the next folds remove it.'
      tell(isSpare ? 'warning' : 'damage', path, `${record} ${isSpare ? spare : needed}`, end.offset)
    }
  } finally {
    closeSync(fd)
  }
}

function checkCommit(value: unknown, chain: Chain): string | null {
  const commit = parseCommit(value)
  if (commit === null) return 'it is not a commit that this program knows'
  for (const { n } of commit.x) {
    const expected = (chain.sequence ?? 0) + 1
    if (n !== expected) return `transaction ${n} stands where ${expected} belongs`
    chain.sequence = n
  }
  return null
}

function checkHeader(value: unknown, generation: number, chain: Chain): string | null {
  const header = parseHeader(value)
  if (header === null) return 'it does not begin with a header'
  if (header.format > FORMAT) return `it is of format ${header.format}; a newer Postern wrote it`
  if (header.generation !== generation) return `it says it is journal ${header.generation}`
  if (chain.sequence !== null && header.sequence !== chain.sequence) {
    return `it begins behind transaction ${header.sequence}, and what comes before ends with ${chain.sequence}`
  }
  chain.sequence = header.sequence
  return null
}

async function checkSegments(layout: Layout, head: SnapshotHead, tell: Tell): Promise<void> {
  for (const [name, length] of Object.entries(head.segments)) {
    const path = layout.segment(name)
    const fd = openOrNull(path)
    if (fd === null) {
      tell('warning', path, 'It is not there: it was older than SERVICE_MAIL_LOG_DAYS, or it is lost.')
      continue
    }
    try {
      checkSegment(path, fd, length, tell)
    } finally {
      closeSync(fd)
    }
    await new Promise(setImmediate)
  }
}

function checkSegment(path: string, fd: number, length: number, tell: Tell): void {
  const { size } = fstatSync(fd)
  let entries = 0
  let last: readonly [number, number] = [-1, 0]
  const end = readLines(fd, 0, Math.min(size, length), (value) => {
    const place = placeOf(value)
    if (place === null) return 'it is not a log entry'
    if (place[0] < last[0] || (place[0] === last[0] && place[1] <= last[1])) {
      return `entry ${place.join('.')} stands behind entry ${last.join('.')}`
    }
    last = place
    entries++
    return null
  })
  if (end.kind !== 'clean') {
    const advice = 'The log cannot be read further back than this; restore the file from a backup.'
    tell('damage', path, `A log entry is damaged: ${end.why}. ${advice}`, end.offset)
  } else if (size < length) {
    tell('damage', path, `It holds ${size} bytes and should hold ${length}: log entries are lost.`, size)
  } else tell('ok', path, `It holds ${entries} entries.`)
}

/** A log line's place, or null when it has none. */
function placeOf(value: unknown): readonly [sequence: number, index: number] | null {
  if (typeof value !== 'object' || value === null || !('n' in value) || !Array.isArray(value.n)) return null
  const [sequence, index]: unknown[] = value.n
  return typeof sequence === 'number' && typeof index === 'number' ? [sequence, index] : null
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}
