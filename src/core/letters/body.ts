const CRLF = '\r\n'
/** Longest line of an encoded body without its CRLF: RFC 2045, sections 6.7 (5) and 6.8. */
const LINE = 76

const [TAB, LF, CR, SPACE, DOT] = [0x09, 0x0a, 0x0d, 0x20, 0x2e] as const
const [EQUALS, UPPER_F] = [0x3d, 0x46] as const
const HEX = Buffer.from('0123456789ABCDEF', 'latin1')
const FROM = Buffer.from('From ', 'latin1')

/** The octets a line of quoted-printable needs for the character that begins with `byte`: it is not torn apart. */
const roomFor = (byte: number) => (byte < 0xc0 ? 3 : byte < 0xe0 ? 6 : byte < 0xf0 ? 9 : 12)
/** 1 for an octet that stands for itself anywhere but at the edges of a line. */
const LITERAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === TAB || byte === SPACE || (byte > SPACE && byte < 0x7f && byte !== EQUALS) ? 1 : 0,
)
const endsLine = (byte: number | undefined) => byte === undefined || byte === LF || byte === CR

/** Every letter is encoded in the same memory: what is made anew for each keeps the garbage collector busy. */
let scratch = Buffer.allocUnsafe(16 * 1024)

function room(bytes: number): Buffer {
  if (bytes > scratch.length) scratch = Buffer.allocUnsafe(bytes)
  return scratch
}

/**
 * Quoted-printable (RFC 2045, section 6.7): lines of at most 76 octets, white space at the end of a line encoded, and
 * no line that begins with "." or "From ", which careless relays double or change. Any line break becomes CRLF.
 */
export function quotedPrintable(text: string): string {
  const bytes = Buffer.from(text, 'utf8')
  // Three octets for each byte and at most one soft break of three octets to 64 octets written.
  const out = room(bytes.length * 4 + 8)
  let at = 0
  let lineStart = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (byte === LF || byte === CR) {
      if (byte === CR && bytes[i + 1] === LF) i++
      out[at++] = CR
      out[at++] = LF
      lineStart = at
      continue
    }
    let literal = LITERAL[byte] === 1 && (byte > SPACE || !endsLine(bytes[i + 1]))
    if (at - lineStart + (literal ? 1 : roomFor(byte)) >= LINE) {
      out[at++] = EQUALS
      out[at++] = CR
      out[at++] = LF
      lineStart = at
    }
    if (at === lineStart && (byte === DOT || (byte === UPPER_F && bytes.subarray(i, i + 5).equals(FROM)))) {
      literal = false
    }
    if (literal) {
      out[at++] = byte
    } else {
      out[at++] = EQUALS
      out[at++] = HEX[byte >> 4] ?? 0
      out[at++] = HEX[byte & 15] ?? 0
    }
  }
  return out.toString('latin1', 0, at)
}

/** Base64 (RFC 2045, section 6.8) in lines of 76. Any line break of the text becomes CRLF. */
export function base64(text: string): string {
  const encoded = Buffer.from(text.replace(/\r\n|\r|\n/g, CRLF), 'utf8').toString('base64')
  let lines = encoded.slice(0, LINE)
  for (let at = LINE; at < encoded.length; at += LINE) lines += CRLF + encoded.slice(at, at + LINE)
  return lines
}

/** A text as the body of a MIME part. */
export interface Body {
  readonly encoding: '7bit' | 'quoted-printable' | 'base64'
  /** In ASCII, its line breaks CRLF. */
  readonly content: string
}

/** Longest line, without its CRLF, of a body that goes as it is: RFC 5322, section 2.1.1. */
export const PLAIN_LINE = 78

const LINE_FEED = /\n/g
const BEYOND_PLAIN = /[^\t\n\x20-\x7e]/
/** With which every boundary of ours begins. */
const BOUNDARY = '=_'

/**
 * Whether a body can go as it is: ASCII in short lines, none of which ends in white space or begins with "." or "From ",
 * no control character, and nothing of a boundary. What looks at every character is left to the engine.
 */
export function isPlain(text: string): boolean {
  if (BEYOND_PLAIN.test(text) || text.includes(BOUNDARY)) return false
  for (let start = 0; start < text.length; ) {
    const lineFeed = text.indexOf('\n', start)
    const end = lineFeed < 0 ? text.length : lineFeed
    if (!isPlainLine(text, start, end)) return false
    start = end + 1
  }
  return true
}

function isPlainLine(text: string, start: number, end: number): boolean {
  if (start === end) return true
  const [first, last] = [text.charCodeAt(start), text.charCodeAt(end - 1)]
  if (end - start > PLAIN_LINE || last === SPACE || last === TAB) return false
  return first !== DOT && !(first === UPPER_F && text.startsWith('From ', start))
}

/** A plain text with the line breaks of mail. */
export const inMailLines = (plain: string): string => plain.replace(LINE_FEED, CRLF)

/**
 * A text in the shortest encoding: as it is where it is ASCII in short lines; else in the shorter of the other two.
 * base64 makes 4 octets of 3, quoted-printable 3 of each octet beyond ASCII, so from about a sixth of such octets (any
 * Chinese letter) base64 wins.
 */
export function encodeBody(text: string): Body {
  if (isPlain(text)) return { encoding: '7bit', content: inMailLines(text) }
  // UTF-8 takes 2 octets more than UTF-16 units for a Chinese character (3 octets), 1 for an accented letter (2).
  const octets = Buffer.byteLength(text)
  return (octets - text.length) * 9 > octets
    ? { encoding: 'base64', content: base64(text) }
    : { encoding: 'quoted-printable', content: quotedPrintable(text) }
}

/** A text part with its own headers. */
export function textPart(type: 'text/plain' | 'text/html', { encoding, content }: Body): string {
  return `Content-Type: ${type}; charset=utf-8${CRLF}Content-Transfer-Encoding: ${encoding}${CRLF}${CRLF}${content}`
}
