import { readSync } from 'node:fs'
import { StoreError } from '../error.ts'
import { NEWLINE } from './line.ts'

/** Bytes read at first, and at most: who reads on reads on far, and pays for each read. */
export const CHUNK = 64 * 1024
export const LARGEST_CHUNK = 512 * 1024

/** A line's bytes without its newline, and where it begins in its file. */
export interface FoundLine {
  readonly bytes: Buffer
  readonly offset: number
}

/** What is not there any more must not be passed over in silence. */
export const shrunk = () => new StoreError('io', 'A log file became shorter while it was read: look at it again.')

function read(fd: number, from: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  return bytes.subarray(0, readSync(fd, bytes, 0, length, from))
}

/** The whole lines of `fd` that end before `end`, the last first, reading no more of the file than is asked for. */
export function* linesBackward(fd: number, end: number, chunk = CHUNK): Generator<FoundLine> {
  let at = end
  // What stands between `at` and the last newline seen: the end of a line whose beginning is still to be read.
  let pending: Buffer = Buffer.alloc(0)
  let complete = false
  for (let size = chunk; at > 0; size = Math.min(2 * size, LARGEST_CHUNK)) {
    const from = Math.max(0, at - Math.max(size, pending.length))
    const bytes = Buffer.allocUnsafe(at - from + pending.length)
    if (readSync(fd, bytes, 0, at - from, from) < at - from) throw shrunk()
    pending.copy(bytes, at - from)
    at = from
    let stop = bytes.length
    for (
      let newline = bytes.lastIndexOf(NEWLINE);
      newline >= 0;
      newline = newline === 0 ? -1 : bytes.lastIndexOf(NEWLINE, newline - 1)
    ) {
      if (complete) yield { bytes: bytes.subarray(newline + 1, stop), offset: from + newline + 1 }
      complete = true
      stop = newline
    }
    pending = bytes.subarray(0, stop)
    if (at === 0 && complete) yield { bytes: pending, offset: 0 }
  }
}

/**
 * The end of the lines of `fd` for which `isBefore` holds, where all that hold come first: a binary search that reads
 * some thirty lines of a file of any size. `isBefore` gets a whole line's bytes and where it begins.
 */
export function seekEnd(fd: number, end: number, isBefore: (line: Buffer, offset: number) => boolean): number {
  const first = lineFrom(fd, 0, end)
  if (first === null || !isBefore(first.bytes, first.offset)) return 0
  let low = first.bytes.length + 1
  let high = end
  while (low < high) {
    const middle = (low + high) >>> 1
    const line = lineFrom(fd, middle, end)
    if (line === null || line.offset >= high) {
      // No line begins between the middle and `high`: look at the one that begins before.
      const before = linesBackward(fd, high).next().value
      if (before === undefined || before.offset < low) return low
      if (isBefore(before.bytes, before.offset)) return high
      high = before.offset
    } else if (isBefore(line.bytes, line.offset)) {
      low = line.offset + line.bytes.length + 1
    } else {
      high = line.offset
    }
  }
  return low
}

/** The first whole line that begins at or behind `from`. */
function lineFrom(fd: number, from: number, end: number): FoundLine | null {
  let start = from
  if (from > 0) {
    const newline = find(fd, from - 1, end)
    if (newline < 0) return null
    start = newline + 1
  }
  const stop = find(fd, start, end)
  return stop < 0 ? null : { bytes: read(fd, start, stop - start), offset: start }
}

/** Most lines are shorter. */
const PROBE = 8 * 1024

/** The offset of the next newline from `from`, or -1. */
function find(fd: number, from: number, end: number): number {
  for (let at = from; at < end; at += PROBE) {
    const newline = read(fd, at, Math.min(PROBE, end - at)).indexOf(NEWLINE)
    if (newline >= 0) return at + newline
  }
  return -1
}
