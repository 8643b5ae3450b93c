import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  judge,
  PASSWORD_MAX_LENGTH,
  type PasswordRefusal,
  passwordRefusalWords,
  refuseForm,
} from '../../../src/core/domain/password.ts'

const user = { username: 'Alice.Liddell.of.Oxford', email: 'alice.liddell@example.org', name: 'Alice Liddell' }
const common = new Map(
  ['password', 'dragon', 'summer', 'basketball', 'many people use it'].map((word, at) => [word, at + 1]),
)
const words = (refusal: PasswordRefusal | null) => (refusal === null ? null : passwordRefusalWords(refusal))
const malformed = (password: string, minLength = 15) => words(refuseForm(password, minLength))
const refused = (password: string, person = user) =>
  words(judge(password, { minLength: 15, user: person, common, portal: 'Example Accounts' }).refusal)

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
  ])('of %s has nothing against its form', (_what, password) => {
    expect(malformed(password)).toBeNull()
  })

  it.each([
    ['15 different emoji', '😀🐶🌵🚀🎉🍎⚽🎸📚🔑🌙🧊🎈🧩🪁'],
    ['four words', 'correct horse battery staple'],
    ['64 characters', 'Stately plump Buck Mulligan came from the stairhead, bearing a b'],
    ['what a machine made', 'hq7-Xw2-pLm-94z-Kd'],
    ['Chinese characters', '天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往'],
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
    const own = { ...user, username: 'é'.repeat(20) }
    expect(refused('e\u0301'.repeat(20), own)).toBe('must not be the username or the e-mail address')
  })

  it.each([
    ['many people use', 'Many People Use It', /tried first: many people use it/],
    ['is one common word, twice', 'basketballbasketball', /common words or passwords/],
    ['is two common words', 'basketballdragon', /common words or passwords/],
    ['is a common word in disguise and numbers in order', 'P@ssw0rd12345678', /characters in a row/],
    ['is the username, the year and the product', 'liddell2026postern', /your name.* and a year/],
    ['is the product, again and again', 'posternposternpostern', /the name of this place/],
    ['is the name of the place', 'exampleaccounts', /the name of this place/],
    ['is one character, again and again', 'x'.repeat(40), /repetitions/],
    ['is one emoji, again and again', '😀'.repeat(15), /repetitions/],
    ['goes up and down the keyboard', 'qwertyuioppoiuytrewq', /characters in a row/],
    ['is a season and a year, twice', 'Summer2026Summer2026', /repetitions/],
  ])('that %s is refused, and why', (_what, password, why) => {
    expect(refused(password)).toMatch(why)
  })

  it('has the length that SERVICE_PASSWORD_MIN_LENGTH asks for', () => {
    expect(malformed('x'.repeat(8), 8)).toBeNull()
    expect(malformed('x'.repeat(63), 64)).toBe('must have at least 64 characters')
  })

  it('is judged alike in every normal form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        expect(refused(text.normalize('NFD'))).toEqual(refused(text.normalize('NFC')))
      }),
    )
  })
})
