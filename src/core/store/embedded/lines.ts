import { readSync } from 'node:fs'
import { decodeLine, NEWLINE, type ParseLine, parseJson } from './line.ts'

const CHUNK = 256 * 1024

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
export function readLines(
  fd: number,
  from: number,
  to: number,
  use: UseLine,
  chunkSize = CHUNK,
  parse: ParseLine = parseJson,
): LinesEnd {
  let offset = from
  let at = from
  // One piece of memory for the whole file: new pages cost more than what is read into them.
  let memory = Buffer.allocUnsafe(Math.max(1, Math.min(chunkSize, to - from)))
  /** The bytes at its beginning that are a line whose end is still to come. */
  let pending = 0
  while (at < to) {
    // A line longer than the memory doubles it, so that it is copied only a few times.
    if (pending === memory.length) memory = Buffer.concat([memory], 2 * memory.length)
    const read = readSync(fd, memory, pending, Math.min(memory.length - pending, to - at), at)
    if (read === 0) break
    at += read
    const bytes = memory.subarray(0, pending + read)
    let start = 0
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, start)
      if (newline < 0) break
      const line = decodeLine(bytes, start, newline, parse)
      const isLast = newline + 1 === bytes.length && at >= to
      if (!line.ok) return { offset, kind: isLast && line.torn ? 'torn' : 'bad', why: line.why }
      const refused = use(line.value, offset)
      if (refused === STOP) return { offset, kind: 'stopped', why: '' }
      if (refused !== null) return { offset, kind: 'bad', why: refused }
      offset += newline + 1 - start
      start = newline + 1
    }
    pending = bytes.length - start
    bytes.copyWithin(0, start)
  }
  if (pending === 0) return { offset, kind: 'clean', why: '' }
  const tail = decodeLine(memory, 0, pending)
  // A whole line without its newline is one whose write was cut short by a byte.
  const torn = tail.ok || tail.torn
  return { offset, kind: torn ? 'torn' : 'bad', why: tail.ok ? 'its end of line is missing' : tail.why }
}
