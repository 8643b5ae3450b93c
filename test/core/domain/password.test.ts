import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PASSWORD_MAX_LENGTH, refusePassword } from '../../../src/core/domain/password.ts'

const user = { username: 'Alice.Liddell.of.Oxford', email: 'alice.liddell@example.org' }
const refused = (password: string, minLength = 15) => refusePassword(password, minLength, user)

describe('case 59: a new password', () => {
  it.each([
    ['15 letters', 'abcdefghijklmno'],
    ['15 emoji, which are 30 code units', '😀'.repeat(15)],
    ['15 spaces', ' '.repeat(15)],
    ['64 characters', 'x'.repeat(64)],
    ['256 characters', 'x'.repeat(PASSWORD_MAX_LENGTH)],
    ['256 emoji', '😀'.repeat(PASSWORD_MAX_LENGTH)],
    ['no digit, no capital, no symbol', 'correct horse battery'],
    ['control characters, which are kept', 'tab\tand\u0000nul and more'],
  ])('of %s may be set', (_what, password) => {
    expect(refused(password)).toBeNull()
  })

  it.each([
    ['nothing', '', 'must have at least 15 characters'],
    ['14 characters', 'x'.repeat(14), 'must have at least 15 characters'],
    ['7 emoji and a letter, which are 15 code units', `${'😀'.repeat(7)}x`, 'must have at least 15 characters'],
    ['14 letters with marks, which compose', 'e\u0301'.repeat(14), 'must have at least 15 characters'],
    ['257 characters', 'x'.repeat(257), 'must have at most 256 characters'],
    ['257 emoji', '😀'.repeat(257), 'must have at most 256 characters'],
    ['half a surrogate pair', `${'x'.repeat(20)}\ud800`, 'holds a character that cannot be kept'],
    ['the username', user.username, 'must not be the username or the e-mail address'],
    ['the username in another case', user.username.toUpperCase(), 'must not be the username or the e-mail address'],
    ['the address', user.email, 'must not be the username or the e-mail address'],
  ])('of %s is refused', (_what, password, why) => {
    expect(refused(password)).toBe(why)
  })

  it('is not the username in another normal form', () => {
    const own = { username: 'é'.repeat(20), email: 'e@example.org' }
    expect(refusePassword('e\u0301'.repeat(20), 15, own)).toBe('must not be the username or the e-mail address')
  })

  it('has the length that SERVICE_PASSWORD_MIN_LENGTH asks for', () => {
    expect(refused('x'.repeat(8), 8)).toBeNull()
    expect(refused('x'.repeat(63), 64)).toBe('must have at least 64 characters')
  })

  it('is judged alike in every normal form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        expect(refused(text.normalize('NFD'))).toBe(refused(text.normalize('NFC')))
      }),
    )
  })
})
