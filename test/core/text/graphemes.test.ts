import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { graphemesIn, isPlain } from '../../../src/core/text/graphemes.ts'
import { cellsOf } from '../../../src/core/text/width.ts'

/** The library that Ink measures by. */
const ofInk = createRequire(import.meta.resolve('ink'))
const { default: stringWidth } = (await import(pathToFileURL(ofInk.resolve('string-width')).href)) as {
  default: (text: string) => number
}

const segmenter = new Intl.Segmenter()
const byUnicode = (text: string) => Array.from(segmenter.segment(text), ({ segment, index }) => ({ segment, index }))
const found = (text: string) => Array.from(graphemesIn(text), ({ segment, index }) => ({ segment, index }))

const BASIC = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCodePoint(code))
const PICTURES = Array.from({ length: 0x1000 }, (_, code) => String.fromCodePoint(0x1_f000 + code))
const PLAIN = BASIC.filter(isPlain)

/** Texts in which anything may stand beside anything: what is plain, what joins its neighbours, and what is drawn wide. */
const unit = fc.oneof(
  fc.constantFrom(...PLAIN),
  fc.constantFrom('\n', '\r', '\x1b', '\t', '\u0301', '\u200d', '\ufe0f', '\u20e3', '\u0e33', '\u{1f3fb}', '\ud83d'),
  fc.constantFrom('王', '👩', '👩‍🚀', '🇹', '🇼', '☺', '©', '▶', 'ᄀ', 'ᅡ', 'ᆨ', '한', 'ﾞ', 'ｶ', 'क', 'ी', '#', '5'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
)
const text = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''))

describe('plain text', () => {
  it('is Latin, Greek and Cyrillic, lines and arrows: more than a thousand signs', () => {
    expect(PLAIN.length).toBeGreaterThan(1000)
    expect(isPlain('postern · ✓ carry out │ ↓ Ünal Ωμέγα Жанна …')).toBe(true)
    expect(['\n', '\x1b', '\u00ad', '\u0301', '\u200b', '王', '👍', '◾', '\u2028'].some(isPlain)).toBe(false)
  })

  it('has one cell for each sign, as Ink finds', () => {
    expect(PLAIN.filter((sign) => stringWidth(sign) !== 1)).toEqual([])
  })

  it('has one grapheme for each sign, beside whichever other', () => {
    expect(PLAIN.filter((sign) => byUnicode(`a${sign}${sign}b`).length !== 4)).toEqual([])
  })
})

describe('the graphemes of a text', () => {
  it('are those of Unicode, plain or not', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(found(given)).toEqual(byUnicode(given))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the cells of a text', () => {
  it('are as many as Ink finds for every sign of the basic plane, and every picture', () => {
    expect([...BASIC, ...PICTURES].filter((sign) => cellsOf(sign) !== stringWidth(sign))).toEqual([])
  })

  it('are as many as Ink finds for any text without a control sequence', () => {
    const given = text.map((each) => each.replaceAll(/[\x1b\x9b]/g, ''))
    fc.assert(
      fc.property(given, (each) => {
        expect(cellsOf(each)).toBe(stringWidth(each))
      }),
      { numRuns: 2000 },
    )
  })
})
