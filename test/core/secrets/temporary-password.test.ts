import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  matchesTemporaryPassword,
  normalizeTemporaryPassword,
  type SecretSource,
  temporaryPassword,
} from '../../../src/core/secrets/temporary-password.ts'
import { masterKeys } from './a-master-key.ts'

const keys = masterKeys(1, 2)
const aSource = (parts: Partial<SecretSource> = {}): SecretSource => ({
  key: 1,
  task: '0123456789abcdef',
  nonce: 'AAECAwQFBgcICQoLDA0ODw',
  ...parts,
})
const password = temporaryPassword(keys, aSource())
const matches = (typed: string, source = aSource()) => matchesTemporaryPassword(keys, source, typed)

describe('a temporary password', () => {
  it('is six groups of four Crockford symbols: 120 bits', () => {
    const nonce = fc.base64String({ minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(nonce, (nonce) => {
        expect(temporaryPassword(keys, aSource({ nonce }))).toMatch(
          /^(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/,
        )
      }),
    )
  })

  it('is the same in every letter of its round, and in every release', () => {
    expect(password).toBe('4DNK-ANPB-BMV9-GJ1F-4GGX-V26A')
    expect(temporaryPassword(masterKeys(1), aSource())).toBe(password)
  })

  it('works as it stands in the letter', () => {
    expect(matches(password)).toBe(true)
  })

  it.each([
    ['in lower case', (text: string) => text.toLowerCase()],
    ['without dashes', (text: string) => text.replaceAll('-', '')],
    ['with spaces for dashes and around it', (text: string) => ` ${text.replaceAll('-', ' ')}\n`],
    ['with the dashes of a word processor', (text: string) => text.replaceAll('-', '–')],
    ['with letters O for zeros', (text: string) => text.replaceAll('0', 'O')],
    ['with letters l and I for ones', (text: string) => text.replace('1', 'l').replaceAll('1', 'I')],
    [
      'in the full-width letters of an input method',
      (text: string) =>
        text.replace(/[0-9A-Z]/g, (symbol) => String.fromCodePoint((symbol.codePointAt(0) ?? 0) + 0xfee0)),
    ],
  ])('works typed %s', (_how, type) => {
    fc.assert(
      fc.property(fc.base64String(), (nonce) => {
        const source = aSource({ nonce })
        expect(matches(type(temporaryPassword(keys, source)), source)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('does not work with any symbol changed, missing or added', () => {
    const plain = password.replaceAll('-', '')
    for (let index = 0; index < plain.length; index += 1) {
      const other = plain[index] === '7' ? '8' : '7'
      expect(matches(plain.slice(0, index) + other + plain.slice(index + 1))).toBe(false)
      expect(matches(plain.slice(0, index) + plain.slice(index + 1))).toBe(false)
    }
    expect(matches(`${password}0`)).toBe(false)
    expect(matches('')).toBe(false)
  })

  it.each([
    ['task', { task: '0123456789abcdeg' }],
    ['round', { nonce: 'BAECAwQFBgcICQoLDA0ODw' }],
    ['master key', { key: 2 }],
  ])('does not work for another %s', (_what, parts) => {
    expect(matches(password, aSource(parts))).toBe(false)
  })

  it('does not work, and breaks nothing, once its master key is gone', () => {
    expect(matchesTemporaryPassword(masterKeys(2), aSource(), password)).toBe(false)
  })

  it('costs nothing to refuse when a megabyte is typed', () => {
    expect(matches(password + ' '.repeat(1_000_000))).toBe(false)
  })

  it('has one normal form', () => {
    expect(normalizeTemporaryPassword(' 7xq2-oOil —\u30003abc\t')).toBe('7XQ200113ABC')
    const typed = fc.string({
      unit: fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZilo -–０Ｏ'),
      maxLength: 30,
    })
    fc.assert(
      fc.property(typed, (text) => {
        const normal = normalizeTemporaryPassword(text)
        expect(normal).toMatch(/^[0-9A-HJKMNP-Z]*$/)
        expect(normalizeTemporaryPassword(normal)).toBe(normal)
      }),
    )
  })
})
