import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inert } from '../../../src/core/text/inert.ts'
import { cellsOf, cutTo, fit as fitted } from '../../../src/core/text/width.ts'

describe('the cells of a text', () => {
  it.each([
    ['plain', 5],
    ['王小明', 6],
    ['ｶﾞ', 2],
    ['ガ', 2],
    ['e\u0301', 1],
    ['🇹🇼', 2],
    ['👍🏽', 2],
    ['☺', 1],
    ['한', 2],
    ['\u1112\u1161\u11ab', 2],
    ['की', 2],
    ['…', 1],
    ['│', 1],
    ['', 0],
  ])('%s takes %i', (text, cells) => {
    expect(cellsOf(text)).toBe(cells)
  })
})

describe('a text in a column', () => {
  it.each([
    ['abc', 5, 'abc  '],
    ['abcdef', 5, 'abcd…'],
    ['abcde', 5, 'abcde'],
    ['王小明', 5, '王小…'],
    ['王小明', 4, '王… '],
    ['a\u0301b\u0301c\u0301', 2, 'a\u0301…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%s in %i', (text, width, shown) => {
    expect(fitted(inert(text), width)).toBe(shown)
  })

  it('may be cut with a mark of ASCII', () => {
    expect(cutTo(inert('abcdef'), 4, '~')).toBe('abc~')
  })

  it('takes exactly as many cells as it is given, whatever it is', () => {
    const unit = fc.constantFrom(
      'a',
      '王',
      'e\u0301',
      '👨‍👩‍👧',
      '🇹🇼',
      'ᄀ',
      'ᅡ',
      'ﾞ',
      '\u0e33',
      '\u0301',
      '\x1b',
      '\u202e',
    )
    fc.assert(
      fc.property(fc.string({ unit }), fc.nat(30), (text, width) => {
        expect(cellsOf(fitted(inert(text), width))).toBe(width)
      }),
    )
  })
})
