/**
 * Bytes as text, one character (0 to 255) a byte: a socket takes such text without a buffer of its own, which costs as
 * much as a third of sending a letter (4 of 14 µs, write and reply).
 */
export type Octets = string

const BEYOND_ASCII = /[^\x00-\x7f]/

/** The bytes of a text in UTF-8. */
export const octetsOf = (text: string): Octets =>
  BEYOND_ASCII.test(text) ? Buffer.from(text).toString('latin1') : text

/** A message as SMTP carries it. */
export interface Message {
  /** Every line ends in CRLF, and a dot that begins one is doubled (RFC 5321, section 4.5.2). */
  readonly octets: Octets
  /** In bytes, without what was doubled. */
  readonly size: number
  readonly ascii: boolean
}

const CRLF = '\r\n'
const LINE_DOT = '\r\n.'
/** A carriage return or a line feed without the other: some servers take it for a line break, and a dot for the end. */
const BARE = /\r(?!\n)|(?<!\r)\n/

/** Any bytes as a message. What is composed here needs no such look: see `composeMessage`. */
export function messageOf(bytes: Octets): Message {
  const whole = bytes.endsWith(CRLF) && !bytes.startsWith('.') && !bytes.includes(LINE_DOT) && !BARE.test(bytes)
  return { octets: whole ? bytes : stuffed(bytes), size: bytes.length, ascii: !BEYOND_ASCII.test(bytes) }
}

function stuffed(bytes: Octets): Octets {
  const lines = bytes.replace(/\r\n|\r|\n/g, CRLF).replace(/^\.|(?<=\r\n)\./g, '..')
  return lines.endsWith(CRLF) ? lines : lines + CRLF
}
