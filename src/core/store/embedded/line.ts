import { crc32 } from 'node:zlib'

/**
 * Every record of the store is one line: `CRC LENGTH JSON\n`, with the CRC-32 of the JSON's bytes as eight hex digits
 * and their number in decimal. The length tells a torn last line from two lines that a flipped bit made one.
 */
export const NEWLINE = 0x0a
const SPACE = 0x20
const CRC_DIGITS = 8

export const checksum = (bytes: Uint8Array, from = 0): string =>
  crc32(bytes, from).toString(16).padStart(CRC_DIGITS, '0')

/** `value` as a record's line. */
export function encodeLine(value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value))
  const head = `${checksum(body)} ${body.length} `
  const line = Buffer.allocUnsafe(head.length + body.length + 1)
  line.write(head, 0, 'latin1')
  body.copy(line, head.length)
  line[line.length - 1] = NEWLINE
  return line
}

export type DecodedLine =
  | { readonly ok: true; readonly value: unknown }
  /** `torn`: it could be the beginning of one line whose write was cut short. */
  | { readonly ok: false; readonly torn: boolean; readonly why: string }

const bad = (torn: boolean, why: string): DecodedLine => ({ ok: false, torn, why })

/** Checks and parses the line from `start` to `end` (its newline excluded) of `bytes`. */
export function decodeLine(bytes: Buffer, start: number, end: number): DecodedLine {
  const afterCrc = start + CRC_DIGITS
  const afterLength = bytes.indexOf(SPACE, afterCrc + 1)
  if (bytes[afterCrc] !== SPACE || afterLength < 0 || afterLength >= end)
    return bad(true, 'it has no checksum and length')
  const length = Number(bytes.toString('latin1', afterCrc + 1, afterLength))
  const body = afterLength + 1
  if (length !== end - body) {
    return bad(!(length < end - body), `it should hold ${length} bytes and holds ${end - body}`)
  }
  if (checksum(bytes.subarray(body, end)) !== bytes.toString('latin1', start, afterCrc))
    return bad(true, 'its checksum is wrong')
  return { ok: true, value: JSON.parse(bytes.toString('utf8', body, end)) }
}
