import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secrecy } from '../../../src/daemon/courier/secrecy.ts'

describe('what must not be told', () => {
  it('a short secret is masked as a whole, wherever it stands', () => {
    expect(new Secrecy(['hunter2', '']).mask('hunter2 and hunter2, not hunter')).toBe('*** and ***, not hunter')
  })

  it('of a long one sixteen characters are enough, and fifteen are not', () => {
    const secrecy = new Secrecy(['abcdefghijklmnopqrstuvwxyz'])
    expect(secrecy.mask('<abcdefghijklmnop>')).toBe('<***>')
    expect(secrecy.mask('<abcdefghijklmno>')).toBe('<abcdefghijklmno>')
    expect(secrecy.mask('<klmnopqrstuvwxyz> <abcdefghijklmnopqrstuvwxyz>')).toBe('<***> <***>')
  })

  it('nothing is masked without a secret', () => {
    expect(new Secrecy().mask('535 5.7.8 Bad')).toBe('535 5.7.8 Bad')
  })

  it('what is around a secret stays, and of the secret no stretch of sixteen does', () => {
    const secret = fc.string({ minLength: 16, maxLength: 200, unit: fc.constantFrom(...'ABCDEFGHIJ') })
    const around = fc.string({ maxLength: 60, unit: fc.constantFrom(...'klmnopqrst ') })
    fc.assert(
      fc.property(secret, around, around, fc.nat(), fc.nat(), (whole, before, after, from, length) => {
        const start = from % (whole.length - 15)
        const part = whole.slice(start, start + 16 + (length % (whole.length - start - 15)))
        expect(new Secrecy([whole]).mask(before + part + after)).toBe(`${before}***${after}`)
      }),
    )
  })
})
