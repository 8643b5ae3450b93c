import { closeSync, fstatSync, openSync } from 'node:fs'
import type { MailLogEntry } from '../../domain/mail-log.ts'
import { BadCursor, StoreError } from '../error.ts'
import type { AuditEntry, Page } from '../port.ts'
import { linesBackward, seekEnd } from './backward.ts'
import { parseCommit } from './commit.ts'
import { errorCode } from './disk.ts'
import type { Layout } from './layout.ts'
import { decodeLine } from './line.ts'
import { type Log, type LogLine, logLines } from './segments.ts'
import { readHead } from './snapshot.ts'

interface Entries {
  'mail-log': MailLogEntry
  audit: AuditEntry
}

interface LogQuery<Entry> {
  readonly limit: number
  readonly after: string | undefined
  readonly fits: (entry: Entry) => boolean
  /** Bytes that a line must hold to be worth parsing. */
  readonly needle?: string | undefined
}

type Place = readonly [sequence: number, index: number]
const isEarlier = (a: Place, b: Place) => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])

function fromCursor(cursor: string): Place {
  const match = /^(\d{1,15})\.(\d{1,9})$/.exec(cursor)
  if (match === null) throw new BadCursor(cursor)
  return [Number(match[1]), Number(match[2])]
}

/** A file with log entries; `end` is how much of it belongs to what is read now. */
interface Source {
  readonly path: string
  readonly end: number | null
  readonly journal: boolean
}

/**
 * Reads a page of a log, newest first: from the journals that are not folded yet, then from the segments by month.
 * Files are read backwards and no further than the page needs; letters of a year are never loaded.
 * @throws StoreError `damaged` at a line that cannot be trusted; BadCursor.
 */
export function readLog<L extends Log>(
  layout: Layout,
  log: L,
  base: number,
  query: LogQuery<Entries[L]>,
): Page<Entries[L]> {
  for (;;) {
    try {
      return readSources(layout, log, query, base)
    } catch (error) {
      // A fold went by and took a file away: look again at what there is now.
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
}

function readSources<L extends Log>(
  layout: Layout,
  log: L,
  query: LogQuery<Entries[L]>,
  base: number,
): Page<Entries[L]> {
  const before = query.after === undefined ? null : fromCursor(query.after)
  const items: Entries[L][] = []
  let last: Place = [0, 0]
  for (const source of sources(layout, log, base)) {
    for (const { n, e } of readBackward(source, log, before, query.needle)) {
      if (!query.fits(e)) continue
      if (items.length === query.limit) return { items, next: last.join('.') }
      items.push(e)
      last = n
    }
  }
  return { items, next: null }
}

/** The files of a log, the newest first. */
function sources(layout: Layout, log: Log, base: number): Source[] {
  const { snapshots, journals } = layout.generations()
  // A newer snapshot than ours may have come; one whose head cannot be read is passed over as it was on loading.
  const head = snapshots
    .filter((generation) => generation >= base)
    .map((generation) => readHead(layout.snapshot(generation)))
    .find((found) => found !== null)
  const folded = head ?? readHead(layout.snapshot(base))
  if (folded === null) return []
  const segments = Object.entries(folded.segments).filter(([name]) => name.startsWith(`${log}/`))
  return [
    ...journals
      .filter((generation) => generation > folded.generation)
      .reverse()
      .map((generation) => ({ path: layout.journal(generation), end: null, journal: true })),
    ...segments
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .map(([name, end]) => ({ path: layout.segment(name), end, journal: false })),
  ]
}

function* readBackward<L extends Log>(
  source: Source,
  log: L,
  before: Place | null,
  needle: string | undefined,
): Generator<LogLine<Entries[L]>> {
  const fd = openOrNull(source)
  if (fd === null) return
  try {
    let end = Math.min(source.end ?? Number.POSITIVE_INFINITY, fstatSync(fd).size)
    if (before !== null) end = seekEnd(fd, end, (line) => isEarlier(firstPlace(source, line), before))
    for (const { bytes, offset } of linesBackward(fd, end)) {
      if (needle !== undefined && !bytes.includes(needle)) continue
      const entries = parseEntries(source, log, bytes, offset)
      for (const entry of entries.reverse()) if (before === null || isEarlier(entry.n, before)) yield entry
    }
  } finally {
    closeSync(fd)
  }
}

/** A segment that retention took is no reason to look again; a journal that a fold took is. */
function openOrNull({ path, journal }: Source): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (!journal && errorCode(error) === 'ENOENT') return null
    throw error
  }
}

function decode(source: Source, bytes: Buffer, offset: number): unknown {
  const line = decodeLine(bytes, 0, bytes.length)
  if (line.ok) return line.value
  throw new StoreError('damaged', `${source.path} is damaged at byte ${offset}: ${line.why}.`)
}

/** A log's line as its writer made it: the checksum vouches for the content. */
function asLogLine<L extends Log>(value: unknown): LogLine<Entries[L]> {
  return value as LogLine<Entries[L]>
}

function parseEntries<L extends Log>(source: Source, log: L, bytes: Buffer, offset: number): LogLine<Entries[L]>[] {
  const value = decode(source, bytes, offset)
  if (!source.journal) return [asLogLine<L>(value)]
  const transactions = parseCommit(value)?.x ?? []
  return transactions.flatMap((transaction) => logLines(log, transaction)).map((line) => asLogLine<L>(line))
}

function firstPlace(source: Source, bytes: Buffer): Place {
  const value = decode(source, bytes, 0)
  if (!source.journal) return asLogLine(value).n
  return [parseCommit(value)?.x[0]?.n ?? 0, 0]
}
