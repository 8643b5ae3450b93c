import { readSync } from 'node:fs'
import { CHUNK, type FoundLine, LARGEST_CHUNK, shrunk } from './backward.ts'
import { NEWLINE } from './line.ts'

/** The whole lines of `fd` between two offsets, of which the first is a line's beginning, reading no more than is asked for. */
export function* linesForward(fd: number, from: number, end: number, chunk = CHUNK): Generator<FoundLine> {
  let at = from
  // The beginning of a line whose end is still to be read, and where it stands.
  let pending: Buffer = Buffer.alloc(0)
  for (let size = chunk; at < end; size = Math.min(2 * size, LARGEST_CHUNK)) {
    const bytes = Buffer.allocUnsafe(pending.length + Math.min(Math.max(size, pending.length), end - at))
    pending.copy(bytes)
    const read = readSync(fd, bytes, pending.length, bytes.length - pending.length, at)
    if (read === 0) throw shrunk()
    const whole = bytes.subarray(0, pending.length + read)
    const offset = at - pending.length
    at += read
    let start = 0
    for (let newline = whole.indexOf(NEWLINE); newline >= 0; newline = whole.indexOf(NEWLINE, start)) {
      yield { bytes: whole.subarray(start, newline), offset: offset + start }
      start = newline + 1
    }
    pending = whole.subarray(start)
  }
}
