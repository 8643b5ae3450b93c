import type { Actor } from '../../domain/actor.ts'
import type { MailLogEntry } from '../../domain/mail-log.ts'
import type { Instant } from '../../domain/time.ts'
import type { AuditEntry, Table, Tables } from '../port.ts'
import { isTable, keyOf } from './tables.ts'

/** A row that was put, or the key of one that was deleted. */
export type Put = { readonly [T in Table]: readonly [table: T, row: Tables[T] | string] }[Table]

/** One transaction in the journal. Short names: they stand in every line. */
export interface JournalTransaction {
  /** Its sequence number, one more than the one before. */
  readonly n: number
  /** Store time. */
  readonly t: Instant
  /** The actor. */
  readonly a: Actor
  /** The action. */
  readonly d: string
  /** What it put and deleted, in order. */
  readonly p: readonly Put[]
  /** What it appended to the mail log. */
  readonly l?: readonly MailLogEntry[]
  /** What it noted without changing it. */
  readonly o?: readonly string[]
}

/** A journal's line: the transactions of one commit. */
export interface Commit {
  readonly x: readonly JournalTransaction[]
}

/** A commit of transactions that are JSON already, in pieces: joined they would be copied once more, 2 KB a letter. */
export function commitJson(transactions: readonly string[]): readonly string[] {
  const pieces = ['{"x":[']
  for (const json of transactions) {
    if (pieces.length > 1) pieces.push(',')
    pieces.push(json)
  }
  pieces.push(']}')
  return pieces
}

/** A journal's first line. */
export interface JournalHeader {
  readonly format: number
  readonly generation: number
  /** The sequence number of the last transaction before this journal. */
  readonly sequence: number
}

export const FORMAT = 1

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isPut = (value: unknown) => Array.isArray(value) && isTable(value[0])

/**
 * A checked line's value as a commit, or null. The checksum vouches for the content and the header for the format, so
 * only the outline is checked: a million transactions must be replayed in seconds.
 */
export function parseCommit(value: unknown): Commit | null {
  if (!isRecord(value) || !Array.isArray(value.x)) return null
  for (const transaction of value.x) {
    if (!isRecord(transaction) || typeof transaction.n !== 'number' || typeof transaction.t !== 'number') return null
    if (!Array.isArray(transaction.p) || !transaction.p.every(isPut)) return null
  }
  return value as unknown as Commit
}

export function parseHeader(value: unknown): JournalHeader | null {
  if (!isRecord(value)) return null
  const { format, generation, sequence } = value
  if (typeof format !== 'number' || typeof generation !== 'number' || typeof sequence !== 'number') return null
  return { format, generation, sequence }
}

const TOUCHED_KEPT = 20

/** What the audit log says of a transaction. */
export function auditOf(transaction: JournalTransaction): AuditEntry {
  const touched = new Set<string>()
  for (const put of transaction.p) {
    if (touched.size === TOUCHED_KEPT) break
    touched.add(`${put[0]}:${putKey(put)}`)
  }
  for (const note of (transaction.o ?? []).slice(0, TOUCHED_KEPT - touched.size)) touched.add(note)
  return {
    sequence: transaction.n,
    at: transaction.t,
    actor: transaction.a,
    action: transaction.d,
    touched: [...touched],
  }
}

/** The key that a put is about. */
function putKey([table, row]: Put): string {
  return typeof row === 'string' ? row : keyOf<Table>(table, row)
}
