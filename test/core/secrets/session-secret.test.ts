import { describe, expect, it } from 'vitest'
import { newSessionSecret, sessionHash } from '../../../src/core/secrets/session-secret.ts'

describe('a session secret', () => {
  it('is 256 bits in base64url, and another one each time', () => {
    const secrets = Array.from({ length: 1000 }, newSessionSecret)
    for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(new Set(secrets).size).toBe(1000)
  })

  it('is known to the store by its SHA-256, which is another thing', () => {
    const secret = newSessionSecret()
    expect(sessionHash(secret)).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(sessionHash(secret)).not.toBe(secret)
    expect(sessionHash('A'.repeat(43))).toBe('DwBzhbb51LfusnSGBa_hqYSgo7-j8BTQnip4TOnlzRo')
  })

  it.each(['', 'A', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}=`, `${'A'.repeat(43)}\n`])(
    'is not %j',
    (wrong) => {
      expect(sessionHash(wrong)).toBeNull()
    },
  )
})
