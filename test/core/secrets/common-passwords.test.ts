import { describe, expect, it } from 'vitest'
import { commonPasswords } from '../../../src/core/secrets/common-passwords.ts'

describe('the list of common passwords', () => {
  it('is loaded once, and holds more than the three thousand that ASVS 6.2.4 asks for', async () => {
    const common = await commonPasswords()
    expect(await commonPasswords()).toBe(common)
    expect(common.size).toBeGreaterThan(3000)
  })

  it('has them in lower case with their ranks, the commonest first', async () => {
    const common = await commonPasswords()
    expect(common.get('123456')).toBe(1)
    expect(common.get('password')).toBe(2)
    for (const password of ['qwerty', 'letmein', 'passwordpassword', 'iloveyou'])
      expect(common.has(password)).toBe(true)
    expect([...common.keys()].every((password) => password === password.toLowerCase())).toBe(true)
  })
})
