import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { MailLogEntry } from '../../domain/mail-log.ts'
import { StoreError } from '../error.ts'
import type { AuditEntry, MailLogRow } from '../port.ts'
import { type FoundLine, linesBackward, seekEnd } from './backward.ts'
import { parseCommit } from './commit.ts'
import { linesForward } from './forward.ts'
import type { Layout } from './layout.ts'
import { checkLine, NEWLINE } from './line.ts'
import type { Replica } from './replica.ts'
import { type Log, type LogLine, logLines } from './segments.ts'
import { readHead } from './snapshot.ts'
import { errorCode } from './system-error.ts'

export interface Entries {
  'mail-log': MailLogEntry
  audit: AuditEntry
}

/** What is known of an entry before it is wanted whole. */
export interface Rows {
  'mail-log': MailLogRow
  audit: AuditEntry
}

/** An entry's place in its log, or a place between two entries: what is earlier lies on the one side of it. */
export type Place = readonly [sequence: number, index: number]
export const isEarlier = (a: Place, b: Place) => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])

/** The part of a log from a place on, up to another; null leaves it open. */
export interface Part {
  readonly from: Place | null
  readonly to: Place | null
}

/** A file with log entries; `end` is how much of it belongs to what is read now, null for all. */
export interface Source {
  readonly path: string
  readonly end: number | null
  readonly journal: boolean
}

/** What is read: the store's files, and how far this process knows them to be good. */
export interface LogContext {
  readonly layout: Layout
  readonly replica: Pick<Replica, 'base' | 'generation' | 'offset'> & { readonly sequence: number }
}

/**
 * The files of a log, the newest first.
 * @throws StoreError `missing` when the store's directory is not there any more: its log is not empty, it is out of reach.
 */
export function sources({ layout, replica }: LogContext, log: Log): Source[] {
  const { snapshots, journals } = layout.generations()
  // An open store always has a journal: each fold begins the next one before it takes another away.
  if (journals.length === 0) throw new StoreError('missing', goneWords(layout))
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

/** A checked line of a source that is open. */
export interface SourceLine extends FoundLine {
  /** Where its JSON begins. */
  readonly body: number
}

/** A source that is open, up to where its lines end that are to be read. */
interface OpenSource extends Disposable {
  readonly fd: number
  readonly end: number
  /** @throws StoreError `damaged` */
  check(line: FoundLine): SourceLine
}

/** Opens a source; null for a segment that retention took. A journal that a fold took is a reason to look again. */
export function open({ path, end: recorded, journal }: Source): OpenSource | null {
  const fd = openOrNull(path, journal)
  if (fd === null) return null
  try {
    return {
      fd,
      end: endOf(path, recorded, fd),
      check: ({ bytes, offset }) => {
        const line = checkLine(bytes, 0, bytes.length)
        if (!line.ok) damaged(path, `at byte ${offset} ${line.why}`)
        return { bytes, offset, body: line.body }
      },
      [Symbol.dispose]: () => closeSync(fd),
    }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

const goneWords = ({ store }: Layout): string =>
  `The store was moved, unmounted or deleted: no file of it is left in ${store}. Bring it back.`

function openOrNull(path: string, journal: boolean): number | null {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (!journal && errorCode(error) === 'ENOENT') return null
    throw error
  }
}

/** Where the lines end that are to be read. They are whole: what is not would be passed over in silence. */
function endOf(path: string, recorded: number | null, fd: number): number {
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

/** A source's lines that may hold entries of a part, the newest first or the oldest first; each is checked. */
export function* sourceLines(source: Source, { from, to }: Part, newestFirst: boolean): Generator<SourceLine> {
  using file = open(source)
  if (file === null) return
  const { fd } = file
  const endBefore = (place: Place) =>
    seekEnd(fd, file.end, (bytes, offset) => isEarlier(placeOf(source, file.check({ bytes, offset })), place))
  const end = to === null ? file.end : endBefore(to)
  let start = from === null ? 0 : Math.min(end, endBefore(from))
  // A line of a journal that begins before a place may hold entries behind it.
  if (source.journal && start > 0) start = linesBackward(fd, start).next().value?.offset ?? 0
  for (const line of newestFirst ? linesBackward(fd, end) : linesForward(fd, start, end)) {
    if (line.offset < start) return
    yield file.check(line)
  }
}

/** How every line of a journal begins but its first, and every line of a segment. */
const JOURNAL_PLACE = /^\{"x":\[\{"n":(\d+),/
const SEGMENT_PLACE = /^\{"n":\[(\d+),(\d+)\],/
const PLACE_BYTES = 48

/** A line's place in the log: a journal's first line, which holds no transaction, comes before all others. */
export function placeOf(source: Source, { bytes, body }: SourceLine): Place {
  const beginning = bytes.toString('latin1', body, body + PLACE_BYTES)
  const match = (source.journal ? JOURNAL_PLACE : SEGMENT_PLACE).exec(beginning)
  return match === null ? [0, 0] : [Number(match[1]), Number(match[2] ?? 0)]
}

const value = ({ bytes, body }: SourceLine): unknown => JSON.parse(bytes.toString('utf8', body))

/** A log's line as its writer made it: the checksum vouches for the content. */
const asLogLine = <L extends Log>(read: unknown) => read as LogLine<Entries[L]>

/** A line's entries, in order. */
export function entriesOf<L extends Log>(source: Source, log: L, line: SourceLine): LogLine<Entries[L]>[] {
  if (!source.journal) return [asLogLine<L>(value(line))]
  // An import's line is long, and most journal lines have no part in the mail log.
  if (log === 'mail-log' && !line.bytes.includes('"l":[')) return []
  const transactions = parseCommit(value(line))?.x ?? []
  return transactions.flatMap((transaction) => logLines(log, transaction)).map((entry) => asLogLine<L>(entry))
}

/** An entry as far as lists show it, and a way to the whole of it. */
export interface Listed<L extends Log> {
  readonly n: Place
  readonly row: Rows[L]
  readonly whole: () => Entries[L]
}

/** In JSON this stands for the key alone: within a string its quotes would be escaped. */
const STAGES = Buffer.from(',"stages":[')

/**
 * A line's entries, in order. In a segment what lists do not show stands behind what they do, and is most of the line:
 * it is parsed only when it is asked for.
 */
export function listedOf<L extends Log>(source: Source, log: L, line: SourceLine): Listed<L>[] {
  if (!source.journal && log === 'mail-log') {
    const cut = line.bytes.indexOf(STAGES, line.body)
    const read = cut < 0 ? null : asRow<L>(`${line.bytes.toString('utf8', line.body, cut)}}}`)
    if (read !== null) return [{ n: read.n, row: read.e, whole: () => asLogLine<L>(value(line)).e }]
  }
  // An entry has what its row has.
  return entriesOf(source, log, line).map(({ n, e }) => ({ n, row: e as unknown as Rows[L], whole: () => e }))
}

/** The row, if the text is JSON and has everything: an entry may have been written in another order. */
function asRow<L extends Log>(text: string): LogLine<Rows[L]> | null {
  try {
    const row: LogLine<Partial<MailLogRow>> = JSON.parse(text)
    return ROW_FIELDS.every((field) => row.e[field] !== undefined) ? (row as unknown as LogLine<Rows[L]>) : null
  } catch {
    return null
  }
}
const ROW_FIELDS = [
  'id',
  'at',
  'task',
  'kind',
  'user',
  'round',
  'attempt',
  'to',
  'subject',
  'outcome',
  'happening',
  'reply',
  'replyCode',
  'enhancedCode',
] as const satisfies readonly (keyof MailLogRow)[]

/** The row alone: an entry of a journal was parsed whole. */
export function rowOf(entry: MailLogRow): MailLogRow {
  const { id, at, task, kind, user, round, attempt, to, subject, outcome, happening, reply, replyCode, enhancedCode } =
    entry
  return { id, at, task, kind, user, round, attempt, to, subject, outcome, happening, reply, replyCode, enhancedCode }
}
