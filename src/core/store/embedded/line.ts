import { crc32 } from 'node:zlib'

/**
 * Every record of the store is one line: `CRC LENGTH JSON\n`, with the CRC-32 of the JSON's bytes as eight hex digits
 * and their number in decimal. The length tells a torn last line from two lines that a flipped bit made one.
 */
export const NEWLINE = 0x0a
const SPACE = 0x20
const CRC_DIGITS = 8
/** Enough for any line that memory holds. */
const LENGTH_DIGITS = 12

/** CRC-32 as it is written: eight hex digits. */
export const hex = (crc: number): string => crc.toString(16).padStart(CRC_DIGITS, '0')
export const checksum = (bytes: Uint8Array): string => hex(crc32(bytes))

/** `value` as a record's line, in memory of its own. */
export const encodeLine = (value: unknown): Buffer => Buffer.from(encodeJson([JSON.stringify(value)]))

/** A line is written before the next one is made, so most are made in the same memory: new pages cost more than JSON. */
let scratch = Buffer.allocUnsafe(256 * 1024)
const HEAD_BYTES = CRC_DIGITS + 1 + LENGTH_DIGITS + 1
/** A UTF-16 unit is at most three bytes of UTF-8. */
const UNIT_BYTES = 3

/**
 * A JSON text without line breaks, in pieces, as a record's line. The bytes hold until the next call: whoever keeps them
 * longer copies them.
 */
export function encodeJson(pieces: readonly string[]): Buffer {
  const memory = memoryFor(pieces)
  let end = HEAD_BYTES
  for (const piece of pieces) end += memory.write(piece, end)
  const head = `${checksum(memory.subarray(HEAD_BYTES, end))} ${end - HEAD_BYTES} `
  const start = HEAD_BYTES - head.length
  memory.write(head, start, 'latin1')
  memory[end] = NEWLINE
  return memory.subarray(start, end + 1)
}
const LARGEST_SCRATCH = 4 * 1024 * 1024

/** Enough for a line of these pieces. */
function memoryFor(pieces: readonly string[]): Buffer {
  let units = 0
  for (const piece of pieces) units += piece.length
  const most = HEAD_BYTES + units * UNIT_BYTES + 1
  if (most <= scratch.length) return scratch
  const memory = Buffer.allocUnsafe(most)
  // A line of an ordinary size is worth keeping the memory for; one of an import's is not.
  if (most <= LARGEST_SCRATCH) scratch = memory
  return memory
}

interface BadLine {
  readonly ok: false
  /** Whether it could be the beginning of one line whose write was cut short. */
  readonly torn: boolean
  readonly why: string
}
/** `body` is where the JSON begins. */
export type CheckedLine = { readonly ok: true; readonly body: number } | BadLine
export type DecodedLine = { readonly ok: true; readonly value: unknown } | BadLine

const bad = (torn: boolean, why: string): BadLine => ({ ok: false, torn, why })

/** Checks the line from `start` to `end` (its newline excluded) of `bytes`. */
export function checkLine(bytes: Buffer, start: number, end: number): CheckedLine {
  const afterCrc = start + CRC_DIGITS
  const afterLength = afterCrc < end && bytes[afterCrc] === SPACE ? numberEnd(bytes, afterCrc + 1, end) : -1
  if (afterLength < 0) return bad(true, 'it has no checksum and length')
  const length = Number(bytes.toString('latin1', afterCrc + 1, afterLength))
  const body = afterLength + 1
  if (length !== end - body) return bad(length > end - body, `it should hold ${length} bytes and holds ${end - body}`)
  if (checksum(bytes.subarray(body, end)) !== bytes.toString('latin1', start, afterCrc))
    return bad(true, 'its checksum is wrong')
  return { ok: true, body }
}

/** Makes a value of the JSON from `start` to `end` of `bytes`. */
export type ParseLine = (bytes: Buffer, start: number, end: number) => unknown

export const parseJson: ParseLine = (bytes, start, end) => JSON.parse(bytes.toString('utf8', start, end))

/** Checks and parses the line from `start` to `end` (its newline excluded) of `bytes`. */
export function decodeLine(bytes: Buffer, start: number, end: number, parse: ParseLine = parseJson): DecodedLine {
  const line = checkLine(bytes, start, end)
  if (!line.ok) return line
  try {
    return { ok: true, value: parse(bytes, line.body, end) }
  } catch {
    return bad(false, 'its checksum is right and it is not JSON')
  }
}

/** Where a decimal number from `start` ends in a space, or -1. */
function numberEnd(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < Math.min(end, start + LENGTH_DIGITS + 1); at++) {
    const byte = bytes[at] ?? 0
    if (byte === SPACE) return at > start ? at : -1
    if (byte < 0x30 || byte > 0x39) return -1
  }
  return -1
}
