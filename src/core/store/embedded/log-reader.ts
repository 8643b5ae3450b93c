import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { MailLogEntry } from '../../domain/mail-log.ts'
import { BadCursor, StoreError } from '../error.ts'
import type { AuditEntry, Page } from '../port.ts'
import { type FoundLine, linesBackward, seekEnd } from './backward.ts'
import { parseCommit } from './commit.ts'
import type { Layout } from './layout.ts'
import { checkLine, decodeLine, NEWLINE } from './line.ts'
import type { Replica } from './replica.ts'
import { type Log, type LogLine, logLines } from './segments.ts'
import { readHead } from './snapshot.ts'
import { errorCode } from './system-error.ts'

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

/** A file with log entries; `end` is how much of it belongs to what is read now, null for all. */
interface Source {
  readonly path: string
  readonly end: number | null
  readonly journal: boolean
}

/** What is read: the store's files, and how far this process knows them to be good. */
export interface LogContext {
  readonly layout: Layout
  readonly replica: Pick<Replica, 'base' | 'generation' | 'offset'>
}

/** Milliseconds after which reading lets the process's other work go on. */
const SLICE_MS = 8

/**
 * Reads a page of a log, newest first: from the journals that are not folded yet, then from the segments by month.
 * Files are read backwards and no further than the page needs; letters of a year are never loaded, and looking through
 * them holds nobody up.
 * @throws StoreError `damaged` at a line that cannot be trusted; BadCursor.
 */
export async function readLog<L extends Log>(
  context: LogContext,
  log: L,
  query: LogQuery<Entries[L]>,
): Promise<Page<Entries[L]>> {
  for (;;) {
    try {
      return await readSources(sources(context, log), log, query)
    } catch (error) {
      // A fold went by and took a file away: look again at what there is now.
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
}

async function readSources<L extends Log>(
  from: readonly Source[],
  log: L,
  query: LogQuery<Entries[L]>,
): Promise<Page<Entries[L]>> {
  const before = query.after === undefined ? null : fromCursor(query.after)
  const items: Entries[L][] = []
  let last: Place = [0, 0]
  let pauseAt = performance.now() + SLICE_MS
  for (const source of from) {
    for (const entries of readBackward(source, log, before, query.needle)) {
      for (const { n, e } of entries) {
        if (!query.fits(e)) continue
        if (items.length === query.limit) return { items, next: last.join('.') }
        items.push(e)
        last = n
      }
      if (performance.now() < pauseAt) continue
      await new Promise(setImmediate)
      pauseAt = performance.now() + SLICE_MS
    }
  }
  return { items, next: null }
}

/** The files of a log, the newest first. */
function sources({ layout, replica }: LogContext, log: Log): Source[] {
  const { snapshots, journals } = layout.generations()
  // Folds of another process take our snapshot's journals away; by then there is a newer snapshot.
  const isWhole = journals.includes(replica.base.generation + 1)
  const heads = isWhole ? [] : snapshots.map((generation) => readHead(layout.snapshot(generation)))
  const { generation: folded, segments } = heads.find((head) => head !== null) ?? replica.base
  return [
    ...journals
      .filter((generation) => generation > folded && generation <= replica.generation)
      .reverse()
      .map((generation) => ({
        path: layout.journal(generation),
        end: generation === replica.generation ? replica.offset : null,
        journal: true,
      })),
    ...Object.entries(segments)
      .filter(([name]) => name.startsWith(`${log}/`))
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .map(([name, end]) => ({ path: layout.segment(name), end, journal: false })),
  ]
}

/** A source's entries before a place, the newest first, line by line; a line may have none of them. */
function* readBackward<L extends Log>(
  source: Source,
  log: L,
  before: Place | null,
  needle: string | undefined,
): Generator<LogLine<Entries[L]>[]> {
  const fd = openOrNull(source)
  if (fd === null) return
  try {
    let end = endOf(source, fd)
    if (before !== null) end = seekEnd(fd, end, (line, offset) => isEarlier(firstPlace(source, line, offset), before))
    for (const { bytes, offset } of linesBackward(fd, end)) {
      const entries = parseEntries(source, log, { bytes, offset }, needle)
      yield entries.filter(({ n }) => before === null || isEarlier(n, before)).reverse()
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

/** Where the lines end that are to be read. They are whole: what is not would be passed over in silence. */
function endOf({ path, end: recorded }: Source, fd: number): number {
  const { size } = fstatSync(fd)
  const end = recorded ?? size
  if (end > size) damaged(path, `it holds ${size} bytes and should hold ${end}: log entries are lost`)
  const last = Buffer.alloc(1)
  if (end > 0 && (readSync(fd, last, 0, 1, end - 1) === 0 || last[0] !== NEWLINE)) {
    damaged(path, `a line should end at byte ${end}`)
  }
  return end
}

function damaged(path: string, why: string): never {
  throw new StoreError('damaged', `${path} is damaged: ${why}.`)
}

/** A log's line as its writer made it: the checksum vouches for the content. */
function asLogLine<L extends Log>(value: unknown): LogLine<Entries[L]> {
  return value as LogLine<Entries[L]>
}

/** A line's entries; each line is checked, and parsed only if it holds the needle. */
function parseEntries<L extends Log>(
  source: Source,
  log: L,
  { bytes, offset }: FoundLine,
  needle: string | undefined,
): LogLine<Entries[L]>[] {
  const line = checkLine(bytes, 0, bytes.length)
  if (!line.ok) damaged(source.path, `at byte ${offset} ${line.why}`)
  if (needle !== undefined && !bytes.includes(needle)) return []
  const value: unknown = JSON.parse(bytes.toString('utf8', line.body))
  if (!source.journal) return [asLogLine<L>(value)]
  const transactions = parseCommit(value)?.x ?? []
  return transactions.flatMap((transaction) => logLines(log, transaction)).map((entry) => asLogLine<L>(entry))
}

/** A line's place in the log: a journal's first line, which holds no transaction, comes before all others. */
function firstPlace(source: Source, bytes: Buffer, offset: number): Place {
  const line = decodeLine(bytes, 0, bytes.length)
  if (!line.ok) damaged(source.path, `at byte ${offset} ${line.why}`)
  if (!source.journal) return asLogLine(line.value).n
  return [parseCommit(line.value)?.x[0]?.n ?? 0, 0]
}
