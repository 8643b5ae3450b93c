import { chmodSync, closeSync, constants, existsSync, fstatSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { MailLogEntry } from '../../domain/mail-log.ts'
import { DAY, type Instant, monthOf } from '../../domain/time.ts'
import type { AuditEntry } from '../port.ts'
import { linesBackward } from './backward.ts'
import { auditOf, type JournalTransaction } from './commit.ts'
import { type Disk, openNew, syncDirectory } from './disk.ts'
import { type Layout, STORE_MODE } from './layout.ts'
import { encodeLine } from './line.ts'
import { errorCode } from './system-error.ts'

export const LOGS = ['mail-log', 'audit'] as const
export type Log = (typeof LOGS)[number]

/** A log's line: the entry with its place, `[transaction, index within it]`, by which the lines are in order. */
export interface LogLine<Entry> {
  readonly n: readonly [sequence: number, index: number]
  readonly e: Entry
}

/** The mail log's or the audit log's lines that a transaction makes, in order. */
export function logLines(log: 'mail-log', transaction: JournalTransaction): LogLine<MailLogEntry>[]
export function logLines(log: 'audit', transaction: JournalTransaction): LogLine<AuditEntry>[]
export function logLines(log: Log, transaction: JournalTransaction): LogLine<MailLogEntry | AuditEntry>[]
export function logLines(log: Log, transaction: JournalTransaction): LogLine<MailLogEntry | AuditEntry>[] {
  if (log === 'audit') return [{ n: [transaction.n, 0], e: auditOf(transaction) }]
  return (transaction.l ?? []).map((entry, index) => ({ n: [transaction.n, index], e: entry }))
}

/** The lengths of segments by name, as a snapshot records them. */
export type Lengths = Readonly<Record<string, number>>

export interface SegmentOptions {
  readonly layout: Layout
  readonly disk: Disk
  readonly warn: (sentence: string) => void
}

/** A segment that is being appended to. */
interface Segment {
  readonly fd: number
  /** Whether its name may be unsynced. */
  readonly fresh: boolean
  length: number
  /** Whether it has bytes that may be unsynced. */
  touched: boolean
  pending: Buffer[]
}

/**
 * Appends to the log segments, which are files by month. It begins by cutting each to the length that belongs to the
 * snapshot, so that what a crash left behind is not there twice.
 */
export class SegmentWriter implements Disposable {
  readonly #options: SegmentOptions
  readonly #segments = new Map<string, Segment>()
  #day = { day: Number.NaN, month: '' }

  constructor(options: SegmentOptions, lengths: Lengths) {
    this.#options = options
    try {
      for (const [name, length] of Object.entries(lengths)) this.#reopen(name, length)
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }

  /** Takes what a transaction says to both logs. */
  add(transaction: JournalTransaction): void {
    const month = this.#monthOf(transaction.t)
    for (const log of LOGS) {
      const name = `${log}/${month}.jsonl`
      for (const line of logLines(log, transaction)) this.#segment(name).pending.push(encodeLine(line))
    }
  }

  /** Writes what was taken. */
  async write(): Promise<void> {
    for (const segment of this.#segments.values()) {
      if (segment.pending.length === 0) continue
      const bytes = Buffer.concat(segment.pending)
      segment.pending = []
      segment.touched = true
      await this.#options.disk.append(segment.fd, bytes)
      segment.length += bytes.length
    }
  }

  /** Makes everything durable; the lengths of the segments then. */
  async finish(): Promise<Lengths> {
    const { layout, disk } = this.#options
    await this.write()
    for (const [name, { fd, touched, fresh }] of this.#segments) {
      if (touched) await disk.fdatasync(fd)
      if (fresh) await syncDirectory(disk, dirname(layout.segment(name)))
    }
    return Object.fromEntries([...this.#segments].map(([name, { length }]) => [name, length]))
  }

  [Symbol.dispose](): void {
    for (const { fd } of this.#segments.values()) closeSync(fd)
    this.#segments.clear()
  }

  /** The calendar is asked once a day, not once a transaction. */
  #monthOf(at: Instant): string {
    const day = Math.floor(at / DAY)
    if (day !== this.#day.day) this.#day = { day, month: monthOf(at) }
    return this.#day.month
  }

  #segment(name: string): Segment {
    const known = this.#segments.get(name)
    if (known !== undefined) return known
    const fd = openFresh(this.#options.layout.segment(name))
    const segment = { fd, fresh: true, length: 0, touched: true, pending: [] }
    this.#segments.set(name, segment)
    return segment
  }

  /** Opens a segment that a snapshot knows, as long as it was then. */
  #reopen(name: string, recorded: number): void {
    const { layout, disk, warn } = this.#options
    const path = layout.segment(name)
    const fd = openOrNull(path)
    // Retention took it.
    if (fd === null) return
    const { size } = fstatSync(fd)
    const length = size < recorded ? endOfLines(fd, size) : recorded
    this.#segments.set(name, { fd, fresh: false, length, touched: false, pending: [] })
    if (size < recorded) warn(`${path} holds ${size} bytes and should hold ${recorded}: log entries are lost.`)
    if (size > length) disk.ftruncate(fd, length)
  }
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, constants.O_RDWR | constants.O_APPEND)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

/** An empty segment: what is there and no snapshot knows was left by a crash. */
function openFresh(path: string): number {
  const directory = dirname(path)
  if (!existsSync(directory)) {
    mkdirSync(directory, { recursive: true })
    // mkdir's own mode would be cut by the umask.
    chmodSync(directory, STORE_MODE)
  }
  rmSync(path, { force: true })
  return openNew(path)
}

/** Where the last whole line of the first `size` bytes ends. */
function endOfLines(fd: number, size: number): number {
  const last = linesBackward(fd, size).next().value
  return last === undefined ? 0 : last.offset + last.bytes.length + 1
}

/** Removes the segments of the months that ended before `before`; their names. */
export function retireSegments(layout: Layout, before: Instant): string[] {
  const month = monthOf(before)
  const isOld = (name: string) => name.endsWith('.jsonl') && name.slice(0, month.length) < month
  const old = LOGS.flatMap((log) =>
    layout
      .names(log)
      .filter(isOld)
      .map((name) => `${log}/${name}`),
  )
  for (const name of old) rmSync(layout.segment(name), { force: true })
  return old
}
