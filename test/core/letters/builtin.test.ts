import { describe, expect, it } from 'vitest'
import { LETTER_KINDS } from '../../../src/core/domain/letter.ts'
import { LOCALES } from '../../../src/core/domain/locale.ts'
import { checkTemplate } from '../../../src/core/letters/check.ts'
import { composeLetter } from '../../../src/core/letters/compose.ts'
import { renderLetter, SECRET_HIDDEN } from '../../../src/core/letters/render.ts'
import { builtinTemplate, templateHash } from '../../../src/core/letters/templates.ts'
import { aFrozenLetter, readBack, SECRET, someVariables } from './builders.ts'

const every = LOCALES.flatMap((locale) => LETTER_KINDS.map((kind) => ({ locale, kind })))
const occurrences = (text: string, part: string) => text.split(part).length - 1

describe.each(every)('the built-in $kind letter in $locale', ({ locale, kind }) => {
  const template = builtinTemplate(kind, locale)

  it('stands the check that an operator’s template must stand', () => {
    expect(checkTemplate(template)).toEqual({ ok: true, template })
  })

  it('is named by the hash of its content', () => {
    expect(template.hash).toMatch(/^[0-9a-f]{32}$/)
    expect(template.hash).toBe(templateHash(kind, locale, template))
  })

  it('shows the temporary password once in each part if it is a reset, and never otherwise', () => {
    const letter = renderLetter(template, someVariables(), SECRET)
    const times = kind === 'reset-password' ? 1 : 0
    expect(letter.subject).not.toContain(SECRET)
    expect(occurrences(letter.text, SECRET)).toBe(times)
    expect(occurrences(letter.html, SECRET)).toBe(times)
  })

  it('fetches nothing from anywhere, runs nothing and names its language', () => {
    const { html } = renderLetter(template, someVariables(), SECRET)
    expect(html).not.toMatch(/<(?:img|link|script|iframe|style|object)|src=|url\(|@import/i)
    expect(html).toContain(`<html lang="${locale}">`)
  })

  it('sets no colour that a dark theme would make unreadable', () => {
    const { html } = renderLetter(template, someVariables(), SECRET)
    expect(html.match(/(?:[\s;"])(?:color|background[a-z-]*):[^;"]*/g) ?? []).toEqual(
      kind === 'reset-password' ? ['"color:inherit'] : [],
    )
  })

  it('is read back by another program exactly as it was rendered', async () => {
    const letter = renderLetter(template, someVariables({ name: '王小明', username: 'wáng' }), SECRET)
    const read = await readBack(composeLetter(aFrozenLetter(), letter))
    expect({ subject: read.subject, text: read.text, html: read.html }).toEqual({
      subject: letter.subject,
      text: letter.text,
      html: letter.html,
    })
  })
})

describe('the reset letter', () => {
  it('says in English all that one must know', () => {
    const { subject, text } = renderLetter(builtinTemplate('reset-password', 'en'), someVariables(), SECRET)
    expect(subject).toBe('Your temporary password')
    expect(text).toBe(`Hello Alice Liddell,

A password reset was requested for your account "alice".
Here is your temporary password:

${SECRET}

It works for 24 hours. Sign in with it here:
https://portal.example.org/login

When you first sign in with it, you must choose a new password.

If you did not ask for this, there is nothing you need to undo: nothing
has changed, and your old password still works. Please let your
administrators know.

Example
`)
  })

  it('says it in the Chinese of Taiwan', () => {
    const variables = someVariables({ name: '王小明', sender: '範例公司' })
    const { subject, text } = renderLetter(builtinTemplate('reset-password', 'zh-TW'), variables, SECRET)
    expect(subject).toBe('您的臨時密碼')
    expect(text).toBe(`王小明 您好：

我們收到重設您帳號「alice」密碼的要求。以下是您的臨時密碼：

${SECRET}

這組密碼的有效期限為 24 小時。請到這裡登入：
https://portal.example.org/login

以臨時密碼首次登入時，您必須設定新密碼。

如果您沒有提出這項要求，請放心：您的帳號沒有任何變更，原本的密碼仍可照常使用。也請您通知系統管理員。

範例公司
`)
  })

  it.each(LOCALES)('leaves the sentence about signing in out when nobody knows where (%s)', (locale) => {
    const { text, html } = renderLetter(
      builtinTemplate('reset-password', locale),
      someVariables({ sign_in_url: '' }),
      SECRET,
    )
    expect(text).not.toMatch(/Sign in with it here|請到這裡登入/)
    expect(html).not.toMatch(/Sign in with it here|請到這裡登入|href/)
    expect(text).not.toMatch(/ $|\n\n\n/m)
  })

  it('knows that one hour is not "1 hours"', () => {
    const { text, html } = renderLetter(
      builtinTemplate('reset-password', 'en'),
      someVariables({ hours: 1, sign_in_url: '' }),
      SECRET,
    )
    expect(text).toContain('It works for 1 hour.')
    expect(html).toContain('It works for 1 hour.')
  })

  it('addresses someone without a name by username', () => {
    const { text } = renderLetter(builtinTemplate('reset-password', 'en'), someVariables({ name: '' }), SECRET)
    expect(text).toMatch(/^Hello alice,/)
  })

  it('is shown without its secret by putting the placeholder in its place', () => {
    const template = builtinTemplate('reset-password', 'en')
    const sent = renderLetter(template, someVariables(), SECRET)
    const shown = renderLetter(template, someVariables(), SECRET_HIDDEN)
    expect(JSON.stringify(shown)).not.toContain(SECRET)
    expect(shown.text).toBe(sent.text.replace(SECRET, SECRET_HIDDEN))
    expect(shown.html).toBe(sent.html.replace(SECRET, SECRET_HIDDEN))
  })
})
