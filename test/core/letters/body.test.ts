import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64, encodeBody, quotedPrintable, textPart } from '../../../src/core/letters/body.ts'

/** What any of our bodies is made of, with what relays and servers stumble over mixed in. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 120, size: 'max' }),
      fc.string({ unit: 'grapheme-ascii', maxLength: 200, size: 'max' }),
      fc.constantFrom(
        '\n',
        '\r\n',
        '\r',
        '.',
        '..',
        '\n.\n',
        '\nFrom ',
        'From me',
        ' ',
        '\t',
        ' \n',
        '=',
        '=\n',
        '密碼',
        '😀',
        '\0',
      ),
    ),
    { maxLength: 30, size: 'max' },
  )
  .map((pieces) => pieces.join(''))

/** MIME's canonical form: CRLF for any line break; what is no character becomes U+FFFD. */
const canonical = (body: string) => body.toWellFormed().replace(/\r\n|\r|\n/g, '\r\n')

/** RFC 2045, section 6.7, read by someone else's rules than those we wrote by. */
function decodeQuotedPrintable(encoded: string): string {
  const octets = encoded
    .replaceAll('=\r\n', '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(octets, 'latin1').toString('utf8')
}

describe('a quoted-printable body', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(text, (body) => {
        expect(decodeQuotedPrintable(quotedPrintable(body))).toBe(canonical(body))
      }),
    )
  })

  it('gives no relay a reason to touch it', () => {
    fc.assert(
      fc.property(text, (body) => {
        const encoded = quotedPrintable(body)
        expect(encoded).toMatch(/^[\t\r\n\x20-\x7e]*$/)
        expect(encoded).not.toMatch(/\r(?!\n)|(?<!\r)\n/)
        for (const line of encoded.split('\r\n')) {
          expect(line.length).toBeLessThanOrEqual(76)
          expect(line).not.toMatch(/[ \t]$|^\.|^From /)
        }
      }),
    )
  })

  it('divides no character between two lines', () => {
    fc.assert(
      fc.property(text, (body) => {
        for (const line of quotedPrintable(body).split('\r\n')) {
          const octets = decodeQuotedPrintable(line.replace(/=$/, ''))
          expect(octets.includes('\ufffd')).toBe(line.includes('=EF=BF=BD'))
        }
      }),
    )
  })

  it('is legible where it can be', () => {
    expect(quotedPrintable('Hello,\n\n  a=b \n.\nFrom here: é\n')).toBe(
      'Hello,\r\n\r\n  a=3Db=20\r\n=2E\r\n=46rom here: =C3=A9\r\n',
    )
  })

  it('may end anywhere, even in the middle of "From"', () => {
    expect(quotedPrintable('F')).toBe('F')
    expect(quotedPrintable('From')).toBe('From')
    expect(quotedPrintable('')).toBe('')
  })
})

describe('a base64 body', () => {
  it('is read back as it was written, from lines of at most 76', () => {
    fc.assert(
      fc.property(text, (body) => {
        const encoded = base64(body)
        expect(Buffer.from(encoded, 'base64').toString('utf8')).toBe(canonical(body))
        expect(encoded).toMatch(/^(?:[A-Za-z0-9+/]{76}\r\n)*[A-Za-z0-9+/]{0,76}={0,2}$/)
        for (const line of encoded.split('\r\n')) expect(line.length).toBeLessThanOrEqual(76)
      }),
    )
  })
})

describe('the encoding', () => {
  it.each([
    ['quoted-printable', 'Hello, Zoë! Your password was changed.'],
    ['base64', '您的密碼已變更。'],
    ['7bit', 'plain'],
    ['7bit', `two lines\nof text, the second ${'long '.repeat(10)}enough`],
    ['quoted-printable', `one line ${'x'.repeat(70)}`],
    ['quoted-printable', 'white space at the end \nof a line'],
    ['quoted-printable', 'a dot\n.first'],
    ['quoted-printable', 'From here on'],
    ['quoted-printable', 'as a boundary begins: --=_'],
    ['quoted-printable', 'a line\r\nof another make'],
    ['quoted-printable', 'a bell\u0007'],
    ['7bit', ''],
    ['base64', 'Пароль изменён'],
  ])('is %s for "%s"', (encoding, body) => {
    expect(textPart('text/plain', encodeBody(body))).toContain(`Content-Transfer-Encoding: ${encoding}\r\n\r\n`)
  })

  it('of a letter that goes as it is changes nothing but the line breaks', () => {
    expect(textPart('text/plain', encodeBody('one\n\ntwo = 2\n'))).toBe(
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\none\r\n\r\ntwo = 2\r\n',
    )
  })
})
