import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mailbox, unstructured } from '../../../src/core/letters/header.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200, size: 'max' }),
  fc.string({ unit: 'grapheme', maxLength: 200, size: 'max' }),
  fc.string({ unit: 'grapheme-ascii', maxLength: 200, size: 'max' }),
  fc
    .array(fc.constantFrom('a', 'ü', '密', '😀', ' ', '=?', '?=', '"', '\\', '<x@y.example>', ',', ':'), {
      maxLength: 90,
      size: 'max',
    })
    .map((p) => p.join('')),
)

/** Decodes one encoded word by RFC 2047; throws when its octets are not whole characters. */
function decodeWord(word: string): string {
  const [, , encoding, content = ''] = word.split('?')
  const octets =
    encoding === 'B'
      ? Buffer.from(content, 'base64')
      : Buffer.from(
          content
            .replaceAll('_', ' ')
            .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
          'latin1',
        )
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets)
}

function expectGoodLines(header: string) {
  expect(header).toMatch(/^[\r\n\x20-\x7e]*$/)
  for (const line of header.split('\r\n')) {
    expect(line.length).toBeLessThanOrEqual(78)
    expect(line).not.toBe('')
    const words = line.match(/=\?UTF-8\?[QB]\?[^?]*\?=/g) ?? []
    if (words.length > 0) expect(line.length).toBeLessThanOrEqual(76)
    for (const word of words) {
      expect(word.length).toBeLessThanOrEqual(75)
      expect(decodeWord(word)).not.toBe('')
    }
  }
  for (const folded of header.split('\r\n').slice(1)) expect(folded).toMatch(/^ [^ ]/)
}

describe('a subject header', () => {
  it('has short lines of ASCII and whole characters in whole encoded words, whatever it says', () => {
    fc.assert(fc.property(anyText, (text) => expectGoodLines(`Subject: ${unstructured(text, 9)}`)))
  })

  it('is left legible when it is plain', () => {
    expect(unstructured('Your temporary password', 9)).toBe('Your temporary password')
  })

  it('is folded between words when it is long', () => {
    const words = 'a letter about a password that somebody asked for and somebody else may have not asked for'
    expect(unstructured(words, 9)).toBe(
      'a letter about a password that somebody asked for and somebody else\r\n may have not asked for',
    )
  })

  it.each([
    ['Zoë', '=?UTF-8?Q?Zo=C3=AB?='],
    ['您的密碼', '=?UTF-8?B?5oKo55qE5a+G56K8?='],
    ['=?UTF-8?Q?x?=', '=?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?='],
    ['two  spaces', '=?UTF-8?Q?two__spaces?='],
    ['', ''],
  ])('writes "%s" as %s', (text, header) => {
    expect(unstructured(text, 9)).toBe(header)
  })
})

describe('an address header', () => {
  const address = 'alice@example.net'

  it('has short lines of ASCII, whatever the name is', () => {
    fc.assert(fc.property(anyText, (name) => expectGoodLines(`To: ${mailbox({ name, address }, 4)}`)))
  })

  it.each([
    ['', 'alice@example.net'],
    ['Alice Liddell', 'Alice Liddell <alice@example.net>'],
    ['Liddell, A. (Alice)', '"Liddell, A. (Alice)" <alice@example.net>'],
    ['The "A" \\ team', '"The \\"A\\" \\\\ team" <alice@example.net>'],
    ['王小明', '=?UTF-8?B?546L5bCP5piO?= <alice@example.net>'],
    [
      'Zoë Liddell of Wonderland <x@y>',
      '=?UTF-8?Q?Zo=C3=AB_Liddell_of_Wonderland_=3Cx=40y=3E?=\r\n <alice@example.net>',
    ],
    ['\u202e\r\n', 'alice@example.net'],
  ])('writes the name "%s" so that no reader takes it for an address', (name, header) => {
    expect(mailbox({ name, address }, 4)).toBe(header)
  })

  it.each([
    ['b@bücher.example', 'b@xn--bcher-kva.example'],
    ['b@example。com', 'b@example.com'],
    ['B@Example.COM', 'B@example.com'],
    ['юзер@example.com', 'юзер@example.com'],
  ])('shows %s as the envelope says it: %s', (typed, wire) => {
    expect(mailbox({ name: '', address: typed }, 4)).toBe(wire)
  })

  it.each([
    'b@example.com\r\nBcc: evil@example.org',
    'b@example.com, evil@example.org',
    'a b@example.com',
    '"x y"@example.com',
    '<b@example.com>',
    'b',
    '',
  ])('refuses what is not exactly one address: %j', (typed) => {
    expect(() => mailbox({ name: 'x', address: typed }, 4)).toThrow('address is not valid')
  })
})
