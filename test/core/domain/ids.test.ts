import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crockford, isIdPrefix, makeIds } from '../../../src/core/domain/ids.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)
const ascii = (text: string) => new TextEncoder().encode(text)

describe('Crockford base-32', () => {
  it.each([
    ['nothing', bytes(), ''],
    ['zeros', bytes(0, 0, 0, 0, 0), '00000000'],
    ['ones', bytes(255, 255, 255, 255, 255), 'zzzzzzzz'],
    // RFC 4648, section 10: BASE32("fooba") is MZXW6YTB, whose symbols A-Z2-7 are Crockford's 0-9a-z without i, l, o, u.
    ['the test vector of RFC 4648', ascii('fooba'), 'csqpyrk1'],
    ['two groups', ascii('foobafooba'), 'csqpyrk1csqpyrk1'],
    ['each symbol in its order', bytes(0x00, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6, 0x35, 0xcf), '0123456789abcdef'],
    ['the other half', bytes(0x84, 0x65, 0x3a, 0x56, 0xd7, 0xc6, 0x75, 0xbe, 0x77, 0xdf), 'ghjkmnpqrstvwxyz'],
  ])('of %s', (_what, given, symbols) => {
    expect(crockford(given)).toBe(symbols)
  })

  it('drops what is left over of a shorter tail', () => {
    expect(crockford(bytes(255))).toBe('z')
    expect(crockford(ascii('fo'))).toBe('csq')
  })

  it('loses nothing of a multiple of five bytes, and keeps their order', () => {
    const five = fc.uint8Array({ minLength: 10, maxLength: 10 })
    fc.assert(
      fc.property(five, five, (one, other) => {
        const number = [...crockford(one)].reduce(
          (sum, symbol) => sum * 32n + BigInt('0123456789abcdefghjkmnpqrstvwxyz'.indexOf(symbol)),
          0n,
        )
        expect(number).toBe(BigInt(`0x${Buffer.from(one).toString('hex')}`))
        const order = Math.sign(Buffer.compare(one, other))
        expect(crockford(one) < crockford(other) ? -1 : crockford(one) > crockford(other) ? 1 : 0).toBe(order)
      }),
    )
  })
})

describe('ids', () => {
  const asked: number[] = []
  const ids = makeIds((count) => {
    asked.push(count)
    return new Uint8Array(count).fill(0xfb)
  })

  it('are 80 random bits as 16 symbols', () => {
    for (const make of [ids.user, ids.task, ids.attempt]) expect(make()).toBe('zfxzqyzvzfxzqyzv')
    expect(asked.splice(0)).toEqual([10, 10, 10])
  })

  it('come with nonces in base64url, without padding', () => {
    expect(ids.nonce(32)).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(ids.nonce(1)).toBe('-w')
    expect(Buffer.from(ids.nonce(32), 'base64url')).toEqual(Buffer.alloc(32, 0xfb))
    expect(asked.splice(0)).toEqual([32, 1, 32])
  })

  it('come with nonces that hold every bit of their bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (given) => {
        const nonce = makeIds(() => given).nonce(given.length)
        expect(nonce).toBe(Buffer.from(given).toString('base64url'))
      }),
    )
  })

  it.each(['0', 'zfxz', 'zfxzqyzvzfxzqyzv'])('may begin with %s', (prefix) => {
    expect(isIdPrefix(prefix)).toBe(true)
  })

  it.each(['', 'zfxzqyzvzfxzqyzv0', 'ZFXZ', 'i', 'l', 'o', 'u', 'a b', '"', '__proto__', '\n'])(
    'never begin with %j',
    (prefix) => {
      expect(isIdPrefix(prefix)).toBe(false)
    },
  )
})
