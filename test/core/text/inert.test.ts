import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inert, inertLines } from '../../../src/core/text/inert.ts'

/** Code points that a terminal obeys, hides or reorders by; written down here apart from the code that it tests. */
const ACTIVE: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x2800, 0x2800],
  [0x3164, 0x3164],
  [0xd800, 0xf8ff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0x1d173, 0x1d17a],
  [0xe0000, 0x10ffff],
]

/** What keeps two letters of an Indic script in cells of their own is behind the sign that would join them, and alone there. */
const leaks = (text: string) =>
  [...text.replaceAll(/(?<=[\u094d\u17d2]\p{M}*)\u200c/gu, '')].filter((character) => {
    const codePoint = character.codePointAt(0) ?? 0
    return ACTIVE.some(([first, last]) => codePoint >= first && codePoint <= last)
  })

const ESC = '\u001b'
/** What the worst of terminal output is made of. */
const PIECES = [
  `${ESC}[2J`,
  `${ESC}[31m`,
  `${ESC}]52;c;cHduZWQ=\u0007`,
  `${ESC}]8;;http://x`,
  `${ESC}\\`,
  `${ESC}P`,
  '\u009b2J',
  '\u009d52;c;AA\u009c',
  '\r',
  '\n',
  '\t',
  '\b',
  '\u007f',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufe0f',
  '\u2028',
  '\u3164',
  '\u0301',
  '\u200c',
  'क्',
  'ष',
  '\u0300\u0301\u0302\u0303\u0304\u0305',
  '\u{e0041}',
  '\u{10fffd}',
  '\ud800',
  '\udc00',
  '🗝',
  '王',
  'é',
  'ab',
  ' ',
]
const nasty = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 40 })
  .map((pieces) => pieces.join(''))

describe('inert text', () => {
  it('leaks nothing of 20,000 fuzzed strings, and is never longer than asked for', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 1, max: 120 }), (text, maxLength) => {
        const shown = inert(text, maxLength)
        expect(leaks(shown)).toEqual([])
        expect(shown.isWellFormed()).toBe(true)
        expect(shown).not.toMatch(/^\p{M}|\p{M}{4}/u)
        expect([...shown].length).toBeLessThanOrEqual(maxLength)
        expect(inert(shown, maxLength)).toBe(shown)
      }),
      { numRuns: 20_000 },
    )
  })

  it('spells a skin colour: it joins what stands before it in some terminals, and not in others', () => {
    expect(inert('👍🏽 👩🏿')).toBe('👍<U+1F3FD> 👩<U+1F3FF>')
    expect(inert('🏽 a🏽')).toBe('<U+1F3FD> a<U+1F3FD>')
  })

  it('spells what takes more cells in some terminals than it is given, and leaves flags', () => {
    expect(inert('🇹🇼🇨🇭🇹 x')).toBe('🇹🇼🇨🇭🇹 x')
    expect(inert('🇦🇦🇹🇼')).toBe('<U+1F1E6><U+1F1E6>🇹🇼')
    expect(inert('a\u0d4eb \u3248')).toBe('a<U+0D4E>b <U+3248>')
    expect(inert('🇹🇼\u0301\u0301')).toBe('🇹🇼<U+0301>\u0301')
    expect(inert('🇹🇼🇨🇭x', 4)).toBe('🇹🇼…')
    expect(inert('🇹🇼🇨🇭', 4)).toBe('🇹🇼🇨🇭')
  })

  it.each([
    ['น้ำ', 'น้\u0e4d\u0e32'],
    ['ຄຳ', 'ຄ\u0ecd\u0eb2'],
    [' ำ', ' \u0e4d\u0e32'],
  ])('spells the vowel AM of %s in its two parts, of which terminals and Ink have one opinion', (typed, shown) => {
    expect(inert(typed)).toBe(shown)
    expect(inert(inert(typed))).toBe(shown)
    expect(inert(typed)).toBe(inert(shown))
  })

  it('leaks no single code point of Unicode', () => {
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint += 1) {
      const shown = inert(String.fromCodePoint(codePoint))
      if (leaks(shown).length > 0) expect.fail(`U+${codePoint.toString(16)} became ${JSON.stringify(shown)}`)
    }
  })

  it.each([
    ['plain text', 'ann@example.org', 'ann@example.org'],
    ['other scripts', '王小明 Ünal Ольга עברית', '王小明 Ünal Ольга עברית'],
    ['a clipboard write', `${ESC}]52;c;cHduZWQ=\u0007`, '^[]52;c;cHduZWQ=^G'],
    ['an eight-bit CSI', 'a\u009b2Jb', 'a<9B>2Jb'],
    ['a link with a payload', `${ESC}]8;;http://x\u009b2J${ESC}\\`, '^[]8;;http://x<9B>2J^[\\'],
    ['a faked table row', 'a\r\nb\tc', 'a^M^Jb^Ic'],
    ['NUL and DEL', '\0\u007f', '^@^?'],
    ['reversed text', 'gpj.\u202eexe', 'gpj.<U+202E>exe'],
    ['tag characters', 'a\u{e0041}', 'a<U+E0041>'],
    ['half a pair', 'a\ud800b', 'a\ufffdb'],
    ['an emoji variation', '\u2764\ufe0f', '\u2764<U+FE0F>'],
    ['an accent', 'e\u0301', 'e\u0301'],
    ['five accents', 'e\u0301\u0301\u0301\u0301\u0301x', 'e\u0301\u0301\u0301<U+0301><U+0301>x'],
    ['an accent on what stands before', '\u0301x', '<U+0301>x'],
  ])('shows %s', (_what, text, shown) => {
    expect(inert(text)).toBe(shown)
  })

  it('says where it cut, and never cuts within a spelling', () => {
    expect(inert('abcdef', 6)).toBe('abcdef')
    expect(inert('abcdef', 5)).toBe('abcd…')
    expect(inert('王小明王小明', 5)).toBe('王小明王…')
    expect(inert('🗝🗝🗝', 3)).toBe('🗝🗝🗝')
    expect(inert('🗝🗝🗝🗝', 3)).toBe('🗝🗝…')
    expect(inert('ab\u202ecd', 5)).toBe('ab…')
    expect(inert('\u202e', 1)).toBe('…')
    expect(inert(`${'a'.repeat(300)}`)).toBe(`${'a'.repeat(199)}…`)
  })
})

describe('letters of Indic scripts that join', () => {
  it.each([
    ['क्षत्रिय', 'क्\u200cषत्\u200cरिय'],
    ['ខ្មែរ', 'ខ្\u200cមែរ'],
    // Nothing is joined here, and what is unseen is spelt.
    ['क\u200cष', 'क<U+200C>ष'],
    ['क्王', 'क्王'],
    ['क्\u200c\u200cष', 'क्\u200c<U+200C>ष'],
  ])('%s has a non-joiner where one letter would join the next', (text, shown) => {
    expect(inert(text)).toBe(shown)
    expect(inert(shown)).toBe(shown)
  })

  it('do not hide a stack of marks', () => {
    expect(inert(`क${'\u094d\u200c'.repeat(50)}`, 500)).not.toMatch(/(?:\p{M}\u200c?){4}/u)
  })

  it('a digit has no frame around it', () => {
    expect(inert('1\u20e3')).toBe('1<U+20E3>')
  })
})

describe('inert lines', () => {
  it('are one for each line of a letter, whatever ends it', () => {
    expect(inertLines('Hello\r\n\n\tann\u009b2J\rx')).toEqual(['Hello', '', '^Iann<9B>2J^Mx'])
    expect(inertLines('')).toEqual([''])
  })

  it('hold no line break and leak nothing', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(leaks(inertLines(text).join(''))).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  it('are cut in both directions', () => {
    expect(inertLines('abc\nabcd\na\nb\nc', 3, 4)).toEqual(['abc', 'ab…', 'a', '…'])
    expect(inertLines('a\nb\nc\nd', 3, 4)).toEqual(['a', 'b', 'c', 'd'])
  })
})
