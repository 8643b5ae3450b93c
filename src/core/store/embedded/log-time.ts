import type { Instant } from '../../domain/time.ts'
import type { TimeRange } from '../port.ts'
import { linesBackward, seekEnd } from './backward.ts'
import {
  entriesOf,
  type LogContext,
  open,
  type Part,
  type Place,
  type Source,
  type SourceLine,
  sources,
} from './log-source.ts'
import { errorCode } from './system-error.ts'

/**
 * The part of either log that was appended within a range of time. The audit log has an entry with its time for every
 * transaction, and store time never runs back, so it says which transaction came first at a moment.
 */
export function partOf(context: LogContext, { since, until }: TimeRange): Part {
  return {
    from: since === undefined ? null : placeAt(context, since),
    to: until === undefined ? null : placeAt(context, until),
  }
}

function placeAt(context: LogContext, at: Instant): Place {
  for (;;) {
    try {
      for (const source of sources(context, 'audit')) {
        const place = placeWithin(source, at)
        if (place !== null) return place
      }
      return [0, 0]
    } catch (error) {
      // A fold went by and took a file away: look again at what there is now.
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
}

/** The place behind the last transaction of a file that was before `at`; null when none was. */
function placeWithin(source: Source, at: Instant): Place | null {
  using file = open(source)
  if (file === null) return null
  const end = seekEnd(file.fd, file.end, (bytes, offset) => timeOf(source, file.check({ bytes, offset })) < at)
  const line = linesBackward(file.fd, end).next().value
  if (line === undefined) return null
  const before = entriesOf(source, 'audit', file.check(line)).filter(({ e }) => e.at < at)
  const last = before.at(-1)?.n
  return last === undefined ? null : [last[0] + 1, 0]
}

/** How the lines of a journal and of the audit log begin. */
const JOURNAL_TIME = /^\{"x":\[\{"n":\d+,"t":(\d+(?:\.\d+)?),/
const SEGMENT_TIME = /^\{"n":\[\d+,\d+\],"e":\{"sequence":\d+,"at":(\d+(?:\.\d+)?),/
const TIME_BYTES = 96

/** When a line's first transaction was; a journal's first line, which holds none, comes before all. */
function timeOf(source: Source, line: SourceLine): Instant {
  const beginning = line.bytes.toString('latin1', line.body, line.body + TIME_BYTES)
  const match = (source.journal ? JOURNAL_TIME : SEGMENT_TIME).exec(beginning)
  return Number(match?.[1] ?? entriesOf(source, 'audit', line)[0]?.e.at ?? 0)
}
