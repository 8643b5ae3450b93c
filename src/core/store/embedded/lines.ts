import { readSync } from 'node:fs'
import { decodeLine, NEWLINE } from './line.ts'

const CHUNK = 1024 * 1024

/** Where reading a file of lines ended, and why there. */
export interface LinesEnd {
  /** The first byte that is not part of a line that was used. */
  readonly offset: number
  /**
   * `clean`: the end of the file · `stopped`: the reader has enough · `torn`: a last line that a write cut short could
   * have left · `bad`: anything else, which no crash explains.
   */
  readonly kind: 'clean' | 'stopped' | 'torn' | 'bad'
  readonly why: string
}

/** What a reader may say of a good line instead of using it: that it has enough. */
export const STOP = Symbol('stop')

/** Takes a good line's value with its offset: null when it was used, else why it cannot be. */
export type UseLine = (value: unknown, offset: number) => string | null | typeof STOP

/**
 * Reads the lines of `fd` between two offsets in order. Nothing behind a line that is not good, or that `use` refuses,
 * is looked at but to tell a torn tail from a bad record.
 */
export function readLines(fd: number, from: number, to: number, use: UseLine, chunkSize = CHUNK): LinesEnd {
  let offset = from
  let rest = Buffer.alloc(0)
  let at = from
  while (at < to) {
    // A line longer than a chunk is read in chunks that double, so that it is copied only a few times.
    const wanted = Math.min(Math.max(chunkSize, rest.length), to - at)
    const buffer = Buffer.allocUnsafe(rest.length + wanted)
    rest.copy(buffer)
    const read = readSync(fd, buffer, rest.length, wanted, at)
    if (read === 0) break
    at += read
    const bytes = buffer.subarray(0, rest.length + read)
    let start = 0
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, start)
      if (newline < 0) break
      const line = decodeLine(bytes, start, newline)
      const isLast = newline + 1 === bytes.length && at >= to
      if (!line.ok) return { offset, kind: isLast && line.torn ? 'torn' : 'bad', why: line.why }
      const refused = use(line.value, offset)
      if (refused === STOP) return { offset, kind: 'stopped', why: '' }
      if (refused !== null) return { offset, kind: 'bad', why: refused }
      offset += newline + 1 - start
      start = newline + 1
    }
    rest = bytes.subarray(start)
  }
  if (rest.length === 0) return { offset, kind: 'clean', why: '' }
  const tail = decodeLine(rest, 0, rest.length)
  // A whole line without its newline is one whose write was cut short by a byte.
  const torn = tail.ok || tail.torn
  return { offset, kind: torn ? 'torn' : 'bad', why: tail.ok ? 'its end of line is missing' : tail.why }
}
