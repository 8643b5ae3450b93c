import { chmodSync, closeSync, constants, existsSync, fstatSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { MailLogEntry } from '../../domain/mail-log.ts'
import { type Instant, monthOf } from '../../domain/time.ts'
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

const FLUSH = 1024 * 1024

export interface SegmentOptions {
  readonly layout: Layout
  readonly disk: Disk
  readonly warn: (sentence: string) => void
}

/**
 * Appends to the log segments, which are files by month. It begins by cutting each to the length that belongs to the
 * snapshot, so that what a crash left behind is not there twice.
 */
export class SegmentWriter {
  readonly #options: SegmentOptions
  readonly #lengths = new Map<string, number>()
  readonly #pending = new Map<string, { lines: Buffer[]; size: number }>()

  constructor(options: SegmentOptions, lengths: Lengths) {
    this.#options = options
    for (const [name, length] of Object.entries(lengths)) this.#begin(name, length)
  }

  /** Adds what a transaction says to both logs. */
  async add(transaction: JournalTransaction): Promise<void> {
    for (const log of LOGS) {
      const name = `${log}/${monthOf(transaction.t)}.jsonl`
      for (const line of logLines(log, transaction)) await this.#append(name, encodeLine(line))
    }
  }

  /** Makes everything durable; the lengths of the segments then. */
  async finish(): Promise<Lengths> {
    for (const name of this.#pending.keys()) await this.#flush(name)
    return Object.fromEntries(this.#lengths)
  }

  #begin(name: string, length: number): void {
    const { layout, disk, warn } = this.#options
    const path = layout.segment(name)
    const fd = openOrNull(path)
    // Retention took it.
    if (fd === null) return
    try {
      const { size } = fstatSync(fd)
      const end = size < length ? endOfLines(fd, size) : length
      if (size < length) warn(`${path} holds ${size} bytes and should hold ${length}: log entries are lost.`)
      if (size > end) disk.ftruncate(fd, end)
      this.#lengths.set(name, end)
    } finally {
      closeSync(fd)
    }
  }

  async #append(name: string, line: Buffer): Promise<void> {
    const pending = this.#pending.get(name) ?? { lines: [], size: 0 }
    this.#pending.set(name, pending)
    pending.lines.push(line)
    pending.size += line.length
    if (pending.size >= FLUSH) await this.#flush(name)
  }

  async #flush(name: string): Promise<void> {
    const { layout, disk } = this.#options
    const lines = this.#pending.get(name)?.lines ?? []
    this.#pending.delete(name)
    const path = layout.segment(name)
    const known = this.#lengths.get(name)
    const fd = known === undefined ? openFresh(path) : openSync(path, constants.O_WRONLY | constants.O_APPEND)
    try {
      const bytes = Buffer.concat(lines)
      await disk.append(fd, bytes)
      await disk.fdatasync(fd)
      this.#lengths.set(name, (known ?? 0) + bytes.length)
    } finally {
      closeSync(fd)
    }
    if (known === undefined) await syncDirectory(disk, dirname(path))
  }
}

function openOrNull(path: string): number | null {
  try {
    return openSync(path, 'r+')
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
