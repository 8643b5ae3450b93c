import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge } from '../../../../src/core/domain/password.ts'
import { commonPasswords } from '../../../../src/core/secrets/common-passwords.ts'
import { hintFor } from '../../../../src/daemon/portal/hint/hint.ts'
import { HINT_WORDS } from '../../../../src/daemon/portal/hint/words.ts'

const user = { username: 'alice', email: 'alice@example.org', name: 'Alice Liddell' }
const rules = { minLength: 15, user, portal: 'Example Organisation' }
const common = await commonPasswords()
const hint = (password: string, present = '') => hintFor({ password, present }, rules, common, HINT_WORDS.en)

describe('the hint while a new password is typed', () => {
  it.each([
    ['', null, ''],
    ['four words', 'weak', 'Strength: weak. The new password must have at least 15 characters.'],
    [
      'password password',
      'weak',
      'Strength: weak. The new password is too easy to guess: it is little more than common words or passwords.',
    ],
    ['alice@example.org', 'weak', 'Strength: weak. The new password must not be the username or the e-mail address.'],
    ['alice2026 qzpmxw', 'fair', 'Strength: fair. One that is longer by a word would be strong.'],
    ['correct horse battery staple', 'strong', 'Strength: strong.'],
  ] as const)('says of %j that it is %s', (password, strength, text) => {
    expect(hint(password)).toEqual({ strength, text })
  })

  it('knows the present password when that was typed, however it was composed', () => {
    const present = 'vier grüne Stühle warten'
    expect(hint(present.normalize('NFD'), present.normalize('NFC')).text).toContain('must differ from the present one')
    expect(hint('password password', 'password password').text).toContain('too easy to guess')
  })

  it('tells no strength while the list of common passwords is not there', () => {
    const early = (password: string) => hintFor({ password, present: '' }, rules, null, HINT_WORDS['zh-TW'])
    expect(early('passwordpassword')).toEqual({ strength: null, text: '長度足夠' })
    expect(early('短')).toEqual({ strength: 'weak', text: '密碼強度：弱。新密碼至少須有 15 個字元。' })
  })

  it('is what the portal says of the same password', () => {
    const pieces = fc.constantFrom(
      'alice',
      'password',
      '2026',
      'abcdef',
      'zzz',
      ' ',
      'Liddell',
      '天地',
      'x7!',
      'example',
    )
    const typed = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(pieces).map((some) => some.join('')),
    )
    fc.assert(
      fc.property(typed, (password) => {
        fc.pre(password !== '')
        const { refusal, strength } = judge(password, { ...rules, common })
        expect(hint(password)).toEqual({ strength, text: HINT_WORDS.en.hint(strength, refusal) })
      }),
    )
  })
})
