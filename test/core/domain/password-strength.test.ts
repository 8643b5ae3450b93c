import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guesses, strengthOf } from '../../../src/core/domain/password-strength.ts'

const common = new Map([
  ['password', 1],
  ['dragon', 10],
  ['summer', 81],
])
const taken = (password: string) => guesses(password, { common, own: ['alice'] })

describe('how many guesses a password takes', () => {
  it.each([
    ['a common word', 'dragon', ['common']],
    ['a common word in disguise', 'dr4g0n', ['common']],
    ["the person's own word", 'Alice', ['own']],
    ['a year', '2026', ['year']],
    ['an alphabet', 'abcdefgh', ['run']],
    ['a countdown', '87654321', ['run']],
    ['a row of keys', 'asdfgh', ['run']],
    ['one character', 'zzzzzzzz', ['repeat']],
  ] as const)('%s is seen for what it is', (_what, password, made) => {
    expect(taken(password).made).toEqual(made)
    expect(taken(password).log10).toBeLessThan(4)
  })

  it('is ten for each character that nothing is known of', () => {
    expect(taken('7fK!q')).toEqual({ log10: 5, made: [] })
    expect(taken('')).toEqual({ log10: 0, made: [] })
  })

  it('grows with a rarer word, and with one in disguise', () => {
    expect(taken('summer').log10).toBeGreaterThan(taken('dragon').log10)
    expect(taken('summ3r').log10).toBeGreaterThan(taken('summer').log10)
  })

  it('of 10^8 and 10^12 makes it fair and strong', () => {
    expect([7.9, 8, 11.9, 12].map((log10) => strengthOf({ log10, made: [] }))).toEqual([
      'weak',
      'fair',
      'fair',
      'strong',
    ])
  })

  it('is never more than ten for each character, nor more for a password said twice than for it and a guess', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (text) => {
        const length = [...text.normalize('NFKC').toLowerCase()].length
        expect(taken(text).log10).toBeLessThanOrEqual(length + 1e-9)
        expect(taken(text + text).log10).toBeLessThanOrEqual(taken(text).log10 + length)
      }),
    )
  })

  it('of 256 characters is that of the first 64: the work stays small whatever is sent', () => {
    const long = Array.from({ length: 256 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7919) % 20_000))).join('')
    expect(taken(long)).toEqual(taken([...long].slice(0, 64).join('')))
  })
})
