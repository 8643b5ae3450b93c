import { hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hkdfExpand, hkdfExtract } from '../../../src/core/secrets/hkdf.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const from = (first: number, last: number) => Uint8Array.from({ length: last - first + 1 }, (_, index) => first + index)
const hex = (output: Uint8Array) => Buffer.from(output).toString('hex')

describe('HKDF-SHA-256', () => {
  it.each([
    {
      name: 'A.1',
      key: bytes('0b'.repeat(22)),
      salt: from(0x00, 0x0c),
      info: from(0xf0, 0xf9),
      okm: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    },
    {
      name: 'A.2',
      key: from(0x00, 0x4f),
      salt: from(0x60, 0xaf),
      info: from(0xb0, 0xff),
      okm: 'b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87',
    },
    {
      name: 'A.3',
      key: bytes('0b'.repeat(22)),
      salt: bytes(''),
      info: bytes(''),
      okm: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    },
  ])('gives what RFC 5869, appendix $name, says', ({ key, salt, info, okm }) => {
    expect(hex(hkdfExpand(hkdfExtract(salt, key), info, okm.length / 2))).toBe(okm)
  })

  it('gives the bytes of node:crypto for any input and length', () => {
    const part = fc.uint8Array({ maxLength: 200 })
    fc.assert(
      fc.property(part, part, part, fc.integer({ min: 1, max: 300 }), (key, salt, info, length) => {
        expect(hex(hkdfExpand(hkdfExtract(salt, key), info, length))).toBe(
          hex(new Uint8Array(hkdfSync('sha256', key, salt, info, length))),
        )
      }),
    )
  })

  it('gives no more than the RFC allows', () => {
    const key = hkdfExtract(bytes(''), bytes('00'))
    expect(hkdfExpand(key, bytes(''), 8160)).toHaveLength(8160)
    for (const length of [0, 8161, Number.NaN]) expect(() => hkdfExpand(key, bytes(''), length)).toThrow(RangeError)
  })
})
