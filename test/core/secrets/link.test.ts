import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkToken, matchesLink, parseLinkToken } from '../../../src/core/secrets/link.ts'
import { masterKeys } from './a-master-key.ts'

const keys = masterKeys(1, 2)
const aSource = (parts = {}) => ({ key: 1, task: '0123456789abcdef', nonce: 'AAECAwQFBgcICQoLDA0ODw', ...parts })
const token = linkToken(keys, aSource())
const secret = token.slice(0, 43)

describe('a link token', () => {
  it('is 256 bits in base64url, and the id of its task, whatever the round', () => {
    fc.assert(
      fc.property(fc.base64String({ minLength: 1, maxLength: 30 }), (nonce) => {
        const made = linkToken(keys, aSource({ nonce }))
        expect(made).toMatch(/^[A-Za-z0-9_-]{43}\.0123456789abcdef$/)
        expect(Buffer.from(made.slice(0, 43), 'base64url')).toHaveLength(32)
        // Base64url without spare bits: no other spelling is the same 32 bytes.
        expect(Buffer.from(made.slice(0, 43), 'base64url').toString('base64url')).toBe(made.slice(0, 43))
      }),
    )
  })

  it('is the same in every letter of its round, and in every release', () => {
    expect(linkToken(masterKeys(1), aSource())).toBe(token)
    expect(token).toBe('OkI0ldb5peC7uRt4FUZKoH9ldo8Z2v_C-i3JAU6X8Fo.0123456789abcdef')
  })

  it('ends with a symbol that no mail program takes for punctuation', () => {
    expect(token).toMatch(/[0-9a-z]$/)
  })

  it.each([
    ['another task', { task: 'ffffffffffffffff' }],
    ['another round', { nonce: 'AAECAwQFBgcICQoLDA0ODx' }],
    ['another master key', { key: 2 }],
    ['a master key that is gone', { key: 3 }],
  ])('does not fit %s', (_what, parts) => {
    expect(matchesLink(keys, aSource(), secret)).toBe(true)
    expect(matchesLink(keys, aSource(parts), secret)).toBe(false)
  })

  it('shares nothing with the temporary password of the same round', () => {
    const password = keys.derive('temporary password', 1, aSource().task, aSource().nonce, 15)
    expect(Buffer.from(secret, 'base64url').subarray(0, 15).equals(password)).toBe(false)
  })

  it('with one symbol changed fits nothing', () => {
    fc.assert(
      fc.property(fc.nat({ max: 42 }), fc.constantFrom(...'AZaz09_-'), (at, symbol) => {
        const changed = secret.slice(0, at) + symbol + secret.slice(at + 1)
        expect(matchesLink(keys, aSource(), changed)).toBe(changed === secret)
      }),
    )
  })

  it('is taken apart only where it is one', () => {
    expect(parseLinkToken(token)).toEqual({ secret, task: '0123456789abcdef' })
    for (const wrong of [
      '',
      secret,
      `${token} `,
      `${token}\n`,
      token.toUpperCase(),
      token.replace('.', ''),
      `.${token}`,
    ])
      expect(parseLinkToken(wrong)).toBeNull()
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        expect(parseLinkToken(text)).toBeNull()
      }),
    )
  })
})
