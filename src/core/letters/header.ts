import { parseAddress } from '../domain/address.ts'
import type { Mailbox } from '../domain/letter.ts'
import { inertLine } from './inert.ts'

const FOLD = '\r\n '
/** Longest line that we write, without its CRLF, wherever it can be folded: RFC 5322, section 2.1.1. */
const LINE = 78
/** Longest encoded word, and longest line with one in it: RFC 2047, section 2. */
const ENCODED_WORD = 75
const ENCODED_LINE = 76
/** Longest unbroken run, or display name, that is written as it is; what is longer is encoded, hence foldable. */
const PLAIN_RUN = 60

const WORDS = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/
const LONG_RUN = /[^ ]{61}/
const ATOMS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
/** An address without anything to convert: a dot-atom of ASCII and a host name in A-labels and lower case. */
const WIRE_ADDRESS =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/
/** What stands for itself in the Q encoding, also in a display name: RFC 2047, section 5 (3). */
const Q_LITERAL = /[A-Za-z0-9!*+/-]/

/** Plain enough to be written as it is; "=?" might be taken for an encoded word. */
const isPlain = (text: string) => WORDS.test(text) && !text.includes('=?')

const encodeB = (text: string) => Buffer.from(text).toString('base64')
const encodeQ = (text: string) =>
  text.replace(/[^A-Za-z0-9!*+/-]/gu, (character) =>
    character === ' ' ? '_' : Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '=$&'),
  )

/** Octets of a character in UTF-8. */
const octetsOf = (point: number) => (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4)
/** Octets of a character in the Q encoding. */
const qLength = (character: string, octets: number) =>
  character === ' ' || (octets === 1 && Q_LITERAL.test(character)) ? 1 : 3 * octets

/**
 * `text` as encoded words (RFC 2047) in whichever of B and Q is shorter, folded so that no line is over 76 and no
 * character is divided between two words.
 *
 * @param column how much of the first line is taken already
 */
function encodedWords(text: string, column: number): string {
  const characters = Array.from(text, (character) => {
    const octets = octetsOf(character.codePointAt(0) ?? 0)
    return { character, octets, q: qLength(character, octets) }
  })
  const octets = characters.reduce((sum, { octets }) => sum + octets, 0)
  const inQ = characters.reduce((sum, { q }) => sum + q, 0) <= Math.ceil(octets / 3) * 4
  const frame = '=?UTF-8?Q?'.length + '?='.length
  const words: string[] = []
  let word = ''
  let length = 0
  let room = Math.min(ENCODED_WORD, ENCODED_LINE - column) - frame
  for (const { character, octets, q } of characters) {
    const longer = length + (inQ ? q : octets)
    if (word !== '' && (inQ ? longer : Math.ceil(longer / 3) * 4) > room) {
      words.push(word)
      room = ENCODED_WORD - frame
      word = character
      length = inQ ? q : octets
    } else {
      word += character
      length = longer
    }
  }
  words.push(word)
  return words.map((content) => `=?UTF-8?${inQ ? `Q?${encodeQ(content)}` : `B?${encodeB(content)}`}?=`).join(FOLD)
}

/** Words folded at their spaces, so that no line is over 78; `column` of the first line are taken already. */
function foldWords(text: string, column: number): string {
  if (column + text.length <= LINE) return text
  let folded = ''
  let at = column
  for (const word of text.split(' ')) {
    const breaks = folded !== '' && at + 1 + word.length > LINE
    folded += (folded === '' ? '' : breaks ? FOLD : ' ') + word
    at = breaks ? 1 + word.length : at + 1 + word.length
  }
  return folded
}

/** The value of an unstructured header (a subject): as it is when it is plain, else as encoded words. */
export function unstructured(text: string, column: number): string {
  const line = inertLine(text)
  if (line === '') return ''
  return isPlain(line) && !LONG_RUN.test(line) ? foldWords(line, column) : encodedWords(line, column)
}

/** A display name: atoms, a quoted string or encoded words. */
function phrase(name: string, column: number): string {
  const plain = ATOMS.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`
  return isPlain(name) && plain.length <= PLAIN_RUN ? plain : encodedWords(name, column)
}

/**
 * An address as the envelope says it: the domain in A-labels. A local part beyond ASCII stays as it is and makes the
 * letter one for SMTPUTF8 (RFC 6532).
 *
 * @throws when it is not exactly one address; addresses are checked where they come in
 */
export function wireAddress(address: string): string {
  if (WIRE_ADDRESS.test(address)) return address
  const parsed = parseAddress(address)
  if (!parsed.ok) throw new Error(`a letter's address is not valid: ${parsed.why}`)
  return parsed.wire
}

/** The value of an address header with one mailbox; `column` of the first line are taken already. */
export function mailbox({ name, address }: Mailbox, column: number): string {
  const wire = wireAddress(address)
  const shown = inertLine(name)
  if (shown.trim() === '') return wire
  const encoded = phrase(shown, column)
  const lastLine = encoded.length - (encoded.lastIndexOf('\n') + 1) + (encoded.includes('\n') ? 0 : column)
  return `${encoded}${lastLine + wire.length + ' <>'.length > ENCODED_LINE ? FOLD : ' '}<${wire}>`
}
