import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { domainToAscii, parseAddress } from '../../../src/core/domain/address.ts'

const accepted = (typed: string) => {
  const parsed = parseAddress(typed)
  if (!parsed.ok) throw new Error(`${JSON.stringify(typed)} was refused: ${parsed.why}`)
  return parsed
}
const refusedWhy = (typed: string) => {
  const parsed = parseAddress(typed)
  return parsed.ok ? `accepted as ${parsed.wire}` : parsed.why
}

const INVISIBLE = 'an e-mail address must not contain control or invisible characters'
const NOT_ONE = 'it must be exactly one address like name@example.org, without quotes, spaces, commas or brackets'
const NO_HOST = 'the part after "@" is not a host name like example.org'

/** `length` octets of a domain: labels of at most 63, ending in ".org". */
const domainOf = (length: number) => `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(length - 132)}.org`

describe('exactly one address', () => {
  it.each([
    ['case 11: a header after a line break', 'b@example.com\r\nBcc: evil@example.org', INVISIBLE],
    ['a bare line feed at the end', 'b@example.com\n', INVISIBLE],
    ['a NUL', 'b\0@example.com', INVISIBLE],
    ['a zero-width space', 'b\u200b@example.com', INVISIBLE],
    ['a right-to-left override', 'b\u202e@example.com', INVISIBLE],
    ['a TAG character', 'b\u{e0062}@example.com', INVISIBLE],
    ['a variation selector in the name', 'b\ufe0f@example.com', INVISIBLE],
    ['a variation selector in the domain, which a URL drops', 'b@exam\ufe0fple.com', INVISIBLE],
    ['a soft hyphen in the domain, which a URL drops', 'b@exam\u00adple.com', INVISIBLE],
    ['a Hangul filler, which is a letter and shows nothing', 'b\u3164@example.com', INVISIBLE],
    ['a line separator', 'b\u2028@example.com', INVISIBLE],
    ['half a surrogate pair', 'b\ud800@example.com', INVISIBLE],
    ['case 12: a second address after a comma', 'b@example.com, evil@example.org', NOT_ONE],
    ['a second address after a semicolon', 'b@example.com;evil@example.org', NOT_ONE],
    ['case 12: a group', 'g: a@x.org, b@y.org;', NOT_ONE],
    ['case 13: a quoted local part that names another recipient', '"x@gmail.com x"@internal.example', NOT_ONE],
    ['a quoted local part', '"b"@example.com', NOT_ONE],
    ['a display name', 'Bob <b@example.com>', NOT_ONE],
    ['angle brackets', '<b@example.com>', NOT_ONE],
    ['a comment in the name', 'b(evil@example.org)@example.com', NOT_ONE],
    ['a comment in the domain', 'b@(evil)example.com', NO_HOST],
    ['case 13: a source route', '@relay.example,@other.example:b@example.com', NOT_ONE],
    ['case 13: an IPv4 literal', 'b@[127.0.0.1]', NO_HOST],
    ['an IPv6 literal', 'b@[IPv6:::1]', NO_HOST],
    ['a bare IPv4 address', 'b@127.0.0.1', NO_HOST],
    ['an IPv4 address in disguise', 'b@0x7f.1', NO_HOST],
    ['a port', 'b@example.com:25', NO_HOST],
    ['a path', 'b@example.com/x', NO_HOST],
    ['a second "@", as a URL takes it', 'b@user@example.com', NOT_ONE],
    ['a space in the name', 'b b@example.com', NOT_ONE],
    ['a space in front', ' b@example.com', NOT_ONE],
    ['a space behind', 'b@example.com ', NO_HOST],
    ['a backslash', 'b\\@example.com', NOT_ONE],
    ['a dot in front', '.b@example.com', NOT_ONE],
    ['a dot behind', 'b.@example.com', NOT_ONE],
    ['two dots in a row', 'b..c@example.com', NOT_ONE],
    ['no name', '@example.com', NOT_ONE],
    ['case 13: no domain', 'b@', NO_HOST],
    ['a host without a domain', 'b@localhost', NO_HOST],
    ['a domain that ends in a dot', 'b@example.com.', NO_HOST],
    ['a domain that begins with a dot', 'b@.example.com', NO_HOST],
    ['two dots in the domain', 'b@example..com', NO_HOST],
    ['a label that begins with a hyphen', 'b@-example.com', NO_HOST],
    ['a label that ends with a hyphen', 'b@example-.com', NO_HOST],
    ['a label over 63 octets', `b@${'a'.repeat(64)}.org`, NO_HOST],
    ['an underscore in the domain', 'b@ex_ample.com', NO_HOST],
    ['a percent sign in the domain', 'b@exa%6dple.com', NO_HOST],
    ['a symbol that a URL takes for letters', 'b@ⓔxample.com', NO_HOST],
    ['no "@"', 'example.com', 'an e-mail address needs "@" and a domain'],
    ['nothing', '', 'an e-mail address is missing'],
  ])('is not %s', (_what, typed, why) => {
    expect(refusedWhy(typed)).toBe(why)
  })

  it.each([
    'b@example.com',
    'B.o-b+tag@sub.example.com',
    "!#$%&'*+/=?^_`{|}~-@example.com",
    'a@b.co',
    '1@1.example',
    'b@xn--bcher-kva.example',
  ])('is %s', (typed) => {
    expect(accepted(typed)).toMatchObject({ typed, wire: typed })
  })

  it('case 14: has at most 64 octets before the "@", counted in UTF-8', () => {
    expect(accepted(`${'a'.repeat(64)}@example.com`).wire).toHaveLength(76)
    expect(refusedWhy(`${'a'.repeat(65)}@example.com`)).toBe('the part before "@" is over 64 octets')
    expect(accepted(`${'ü'.repeat(32)}@example.com`).ok).toBe(true)
    expect(refusedWhy(`${'ü'.repeat(32)}a@example.com`)).toBe('the part before "@" is over 64 octets')
  })

  it('case 14: has at most 254 octets in all, on the wire too', () => {
    const local = 'a'.repeat(64)
    expect(accepted(`${local}@${domainOf(189)}`).wire).toHaveLength(254)
    expect(refusedWhy(`${local}@${domainOf(190)}`)).toBe('it is over 254 octets')
    // An A-label may be longer than what was typed: 114 octets here are 264 on the wire.
    expect(refusedWhy(`${'a'.repeat(20)}@${'ü.'.repeat(30)}org`)).toBe('it is over 254 octets')
  })
})

describe('one address in several spellings', () => {
  it('case 15: is kept as typed and written to in A-labels', () => {
    expect(accepted('b@bücher.example')).toEqual({
      ok: true,
      typed: 'b@bücher.example',
      wire: 'b@xn--bcher-kva.example',
      key: 'b@xn--bcher-kva.example',
    })
  })

  it.each([
    ['case 15: with an ideographic full stop', 'b@example。com', 'b@example.com'],
    ['with a full-width full stop', 'b@example．com', 'b@example.com'],
    ['with a half-width ideographic full stop', 'b@example｡com', 'b@example.com'],
    ['in full-width letters', 'b@ｅｘａｍｐｌｅ.com', 'b@example.com'],
    ['case 17: in upper case', 'B@Example.COM', 'b@example.com'],
    ['with an A-label', 'b@XN--BCHER-KVA.example', 'b@bücher.example'],
    ['with an umlaut of two characters', 'b@bu\u0308cher.example', 'b@bücher.example'],
    ['with a name of composed and decomposed letters', 'ju\u0308rgen@example.com', 'jürgen@example.com'],
    ['with a name beyond ASCII in upper case', 'ЮЗЕР@example.com', 'юзер@example.com'],
  ])('%s has the same key', (_how, one, other) => {
    expect(accepted(one).key).toBe(accepted(other).key)
  })

  it('case 17: keeps the case of the name for the envelope, and folds the domain', () => {
    expect(accepted('B@Example.COM')).toMatchObject({ typed: 'B@Example.COM', wire: 'B@example.com' })
  })

  it('case 16: takes a name beyond ASCII, which the courier refuses where the server cannot carry it', () => {
    expect(accepted('юзер@example.com').wire).toBe('юзер@example.com')
  })

  it.each([
    ['b@example.com', 'c@example.com'],
    ['b@example.com', 'b@example.org'],
    ['b@example.com', 'b+tag@example.com'],
    ['b@faß.example', 'b@fass.example'],
  ])('is not made of two: %s and %s', (one, other) => {
    expect(accepted(one).key).not.toBe(accepted(other).key)
  })
})

describe('whatever is typed', () => {
  const nasty = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        ...'@@@..,;:<>()[]"\\ \r\n\t%/-_',
        '\u200b',
        '\u202e',
        '。',
        'ü',
        'é',
        'e\u0301',
        'ⅷ',
        '⒈',
        'K',
        'İ',
      ),
      fc.constantFrom(...'abcxn019'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 40,
  })
  const likely = fc.tuple(nasty, nasty).map(([local, domain]) => `${local || 'a'}@${domain || 'b'}.org`)

  it('what is accepted is one dot-atom at one host name, and spells itself again', () => {
    let seen = 0
    fc.assert(
      fc.property(fc.oneof(nasty, likely, fc.emailAddress()), (typed) => {
        const parsed = parseAddress(typed)
        if (!parsed.ok) return
        seen++
        const [local = '', domain = '', ...rest] = parsed.wire.split('@')
        expect(rest).toEqual([])
        expect(typed.startsWith(`${local}@`)).toBe(true)
        expect(local).not.toMatch(/[\s,;:<>()[\]"\\\p{C}]|^\.|\.$|\.\./u)
        expect(domain).toMatch(/^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/)
        expect(new TextEncoder().encode(parsed.wire).length).toBeLessThanOrEqual(254)
        // What goes on the wire is that very address once more.
        expect(parseAddress(parsed.wire)).toMatchObject({ ok: true, wire: parsed.wire, key: parsed.key })
      }),
      { numRuns: 2000 },
    )
    expect(seen).toBeGreaterThan(100)
  })

  it('never throws, and takes no time over a megabyte', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (typed) => void parseAddress(typed)))
    for (const part of ['a', 'a.', '@', 'ü', '\ud800'])
      expect(parseAddress(`${part.repeat(200_000)}@example.com`).ok).toBe(false)
  })
})

describe('a host name', () => {
  it.each([
    ['Example.ORG', 'example.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['例え.テスト', 'xn--r8jz45g.xn--zckzah'],
    ['a--b.example', 'a--b.example'],
  ])('%s is %s in A-labels', (typed, ascii) => {
    expect(domainToAscii(typed)).toBe(ascii)
  })

  it.each([
    '',
    'localhost',
    '1.2.3',
    '10.0.0.1',
    'example.1',
    '[::1]',
    'a b.org',
    'a@b.org',
    'example.org/',
    'http://x.org',
  ])('%j is none', (typed) => {
    expect(domainToAscii(typed)).toBeNull()
  })
})

describe('an address that needs no conversion', () => {
  it('is read as the same address by the short way and by the long one', () => {
    const atom = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,70}$/)
    const label = fc.stringMatching(/^[a-z0-9-]{1,66}$/)
    const domain = fc.tuple(fc.array(label, { minLength: 1, maxLength: 4 }), fc.stringMatching(/^[a-z]{1,66}$/))
    fc.assert(
      fc.property(fc.array(atom, { minLength: 1, maxLength: 2 }), domain, (atoms, [labels, last]) => {
        const host = [...labels, last].join('.')
        const typed = `${atoms.join('.')}@${host}`
        // A host name in upper case goes the long way.
        const long = parseAddress(`${atoms.join('.')}@${host.toUpperCase()}`)
        const short = parseAddress(typed)
        expect(short.ok).toBe(long.ok)
        if (short.ok && long.ok) expect([short.wire, short.key]).toEqual([long.wire, long.key])
      }),
      { numRuns: 2000 },
    )
  })
})
