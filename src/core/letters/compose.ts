import type { FrozenLetter, Mailbox } from '../domain/letter.ts'
import { type Body, encodeBody, textPart } from './body.ts'
import { mailbox, unstructured, wireAddress } from './header.ts'
import { type Message, octetsOf } from './message.ts'

/** What composing needs of a frozen letter. */
export type Envelope = Pick<FrozenLetter, 'from' | 'to' | 'replyTo' | 'messageId' | 'date' | 'boundary'>

/** Without angle brackets: RFC 5322, section 3.6.4, within one header line. */
const MESSAGE_ID = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,400}@[A-Za-z0-9.-]{1,400}$/
/** RFC 2046, section 5.1.1, without a space and with room for our own two characters. */
const BOUNDARY = /^[A-Za-z0-9'()+_,./:=?-]{1,68}$/
/** The last millisecond of the year 9999: RFC 5322 knows no longer years. */
const LAST_DATE = 253_402_300_799_999

function checked(text: string, pattern: RegExp, what: string): string {
  if (!pattern.test(text)) throw new Error(`a letter's ${what} is not valid`)
  return text
}

/** Letters come many a second, and most of what heads them is what headed the one before. */
function remembering<Input>(same: (a: Input, b: Input) => boolean, make: (input: Input) => string) {
  let last: { readonly input: Input; readonly text: string } | null = null
  return (input: Input): string => {
    if (last === null || !same(last.input, input)) last = { input, text: make(input) }
    return last.text
  }
}

const sender = remembering<Mailbox>(
  (a, b) => a.name === b.name && a.address === b.address,
  (from) => mailbox(from, 'From: '.length),
)
const subjectHeader = remembering<string>(
  (a, b) => a === b,
  (subject) => unstructured(subject, 'Subject: '.length),
)
/** A second as RFC 5322, section 3.3 writes it, in UTC: `Sat, 21 Nov 2026 20:35:00 +0000`. */
const secondInMail = remembering<number>(
  (a, b) => a === b,
  (second) => new Date(second * 1000).toUTCString().replace('GMT', '+0000'),
)

function mailDate(date: number): string {
  if (!(date >= 0 && date <= LAST_DATE)) throw new Error("a letter's date is not valid")
  return secondInMail(Math.floor(date / 1000))
}

/**
 * A letter as MIME (RFC 5322, 2045–2047): multipart/alternative, text before HTML, CRLF throughout; the same input
 * gives the same bytes. Pure ASCII unless an address has a local part beyond it, which needs SMTPUTF8 (RFC 6532).
 * Names and the subject are made inert first, so that no line break of theirs starts a header.
 *
 * @throws when an address, the Message-ID, the date or the boundary is malformed: they were checked or made here, so
 *   it is a bug and not an operator's mistake
 */
export function composeMessage(
  letter: Envelope,
  { subject, text, html }: { readonly subject: string; readonly text: Body; readonly html: Body },
): Message {
  // "=_" occurs neither in quoted-printable nor in base64 (RFC 2045, section 6.7), and nothing with it goes as it is: the
  // boundary is in no body.
  const boundary = `=_${checked(letter.boundary, BOUNDARY, 'boundary')}`
  const replyTo = letter.replyTo === null ? '' : `Reply-To: ${wireAddress(letter.replyTo)}\r\n`
  const headers =
    `From: ${sender(letter.from)}\r\n` +
    `To: ${mailbox(letter.to, 'To: '.length)}\r\n` +
    replyTo +
    `Subject: ${subjectHeader(subject)}\r\n` +
    `Date: ${mailDate(letter.date)}\r\n` +
    `Message-ID: <${checked(letter.messageId, MESSAGE_ID, 'Message-ID')}>\r\n` +
    'Auto-Submitted: auto-generated\r\n' +
    'MIME-Version: 1.0\r\n' +
    `Content-Type: multipart/alternative;\r\n boundary="${boundary}"\r\n\r\n`
  const body =
    `--${boundary}\r\n${textPart('text/plain', text)}\r\n` +
    `--${boundary}\r\n${textPart('text/html', html)}\r\n` +
    `--${boundary}--\r\n`
  // Only an address can be beyond ASCII. No line begins with a dot: no header's name does, and no body of ours has one.
  const head = octetsOf(headers)
  const octets = head + body
  return { octets, size: octets.length, ascii: head === headers }
}

/** The same as bytes, of a rendered letter. */
export function composeLetter(
  letter: Envelope,
  { subject, text, html }: { readonly subject: string; readonly text: string; readonly html: string },
): Buffer {
  const { octets } = composeMessage(letter, { subject, text: encodeBody(text), html: encodeBody(html) })
  return Buffer.from(octets, 'latin1')
}
