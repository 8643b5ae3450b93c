import { readSync } from 'node:fs'
import { decodeLine, NEWLINE } from './line.ts'

const CHUNK = 1024 * 1024

/** Where reading a file of lines ended, and why there. */
export interface LinesEnd {
  /** The first byte that is not part of a good line. */
  readonly offset: number
  /**
   * `clean`: the end of the file · `torn`: a last line that a write cut short could have left · `bad`: anything else,
   * which no crash explains.
   */
  readonly kind: 'clean' | 'torn' | 'bad'
  readonly why: string
}

/**
 * Reads the lines of `fd` between two offsets in order. `use` is given each good line's value with its offset and may
 * refuse it with words; nothing behind a line that is not good is looked at, but to tell a torn tail from a bad record.
 */
export function readLines(
  fd: number,
  from: number,
  to: number,
  use: (value: unknown, offset: number) => string | null,
): LinesEnd {
  let offset = from
  let rest = Buffer.alloc(0)
  let at = from
  while (at < to) {
    const chunk = Buffer.allocUnsafe(Math.min(Math.max(CHUNK, rest.length), to - at))
    const read = readSync(fd, chunk, 0, chunk.length, at)
    if (read === 0) break
    at += read
    const bytes = rest.length === 0 ? chunk.subarray(0, read) : Buffer.concat([rest, chunk.subarray(0, read)])
    let start = 0
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, start)
      if (newline < 0) break
      const line = decodeLine(bytes, start, newline)
      const refused = line.ok ? use(line.value, offset) : null
      if (!line.ok || refused !== null) {
        const last = newline + 1 === bytes.length && at >= to
        const torn = last && !line.ok && line.torn
        return { offset, kind: torn ? 'torn' : 'bad', why: line.ok ? (refused ?? '') : line.why }
      }
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
