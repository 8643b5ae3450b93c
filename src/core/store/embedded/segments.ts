import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { MailLogEntry } from '../../domain/mail-log.ts'
import { type Instant, monthOf } from '../../domain/time.ts'
import type { AuditEntry } from '../port.ts'
import { auditOf, type JournalTransaction } from './commit.ts'
import { type Disk, errorCode, syncDirectory } from './disk.ts'
import { FILE_MODE, type Layout, STORE_MODE } from './layout.ts'
import { encodeLine } from './line.ts'

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

const FLUSH = 1024 * 1024

/**
 * Appends to the log segments, which are files by month. It begins by cutting each to the length that belongs to the
 * snapshot, so that what a crash left behind is not there twice.
 */
export class SegmentWriter {
  readonly #layout: Layout
  readonly #disk: Disk
  readonly #lengths: Map<string, number>
  readonly #pending = new Map<string, { lines: Buffer[]; size: number }>()

  constructor(layout: Layout, disk: Disk, lengths: Readonly<Record<string, number>>) {
    this.#layout = layout
    this.#disk = disk
    this.#lengths = new Map(Object.entries(lengths))
    for (const [name, length] of this.#lengths) this.#cut(name, length)
  }

  /** Adds what a transaction says to both logs. */
  async add(transaction: JournalTransaction): Promise<void> {
    for (const log of LOGS) {
      const name = `${log}/${monthOf(transaction.t)}.jsonl`
      for (const line of logLines(log, transaction)) await this.#append(name, encodeLine(line))
    }
  }

  /** Makes everything durable; the lengths of the segments then. */
  async finish(): Promise<Readonly<Record<string, number>>> {
    for (const name of this.#pending.keys()) await this.#flush(name)
    return Object.fromEntries(this.#lengths)
  }

  #cut(name: string, length: number): void {
    try {
      const fd = openSync(this.#layout.segment(name), 'r+')
      try {
        if (fstatSync(fd).size > length) ftruncateSync(fd, length)
      } finally {
        closeSync(fd)
      }
    } catch (error) {
      // Retention took it.
      if (errorCode(error) !== 'ENOENT') throw error
      this.#lengths.delete(name)
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
    const lines = this.#pending.get(name)?.lines ?? []
    this.#pending.delete(name)
    const path = this.#layout.segment(name)
    mkdirSync(dirname(path), { recursive: true, mode: STORE_MODE })
    const known = this.#lengths.get(name)
    // One that the snapshot does not know was left by a crash, or is new: it begins empty.
    const fd = openSync(path, known === undefined ? 'w' : 'a', FILE_MODE)
    try {
      const bytes = Buffer.concat(lines)
      for (let at = 0; at < bytes.length; ) at += this.#disk.write(fd, bytes.subarray(at))
      await this.#disk.fdatasync(fd)
      this.#lengths.set(name, (known ?? 0) + bytes.length)
    } finally {
      closeSync(fd)
    }
    if (known === undefined) await syncDirectory(this.#disk, dirname(path))
  }
}

/** Removes the segments of the months that ended before `before`; their names. */
export function retireSegments(layout: Layout, before: Instant): string[] {
  const month = monthOf(before)
  return LOGS.flatMap((log) => {
    const directory = layout.segment(log)
    const old = listOr(directory, []).filter((name) => name.endsWith('.jsonl') && name.slice(0, month.length) < month)
    for (const name of old) rmSync(join(directory, name), { force: true })
    return old.map((name) => `${log}/${name}`)
  })
}

function listOr(directory: string, otherwise: string[]): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return otherwise
    throw error
  }
}
