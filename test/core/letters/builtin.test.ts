import { describe, expect, it } from 'vitest'
import { LETTER_KINDS } from '../../../src/core/domain/letter.ts'
import { LOCALES } from '../../../src/core/domain/locale.ts'
import { checkTemplate } from '../../../src/core/letters/check.ts'
import { composeLetter } from '../../../src/core/letters/compose.ts'
import { renderLetter, SECRET_HIDDEN } from '../../../src/core/letters/render.ts'
import { builtinTemplate, makeTemplate, templateHash } from '../../../src/core/letters/templates.ts'
import { aFrozenLetter, LINK, readBack, SECRET, someVariables } from './builders.ts'

const every = LOCALES.flatMap((locale) => LETTER_KINDS.map((kind) => ({ locale, kind })))
const occurrences = (text: string, part: string) => text.split(part).length - 1

describe.each(every)('the built-in $kind letter in $locale', ({ locale, kind }) => {
  const template = builtinTemplate(kind, locale)
  const variables = someVariables(kind === 'reset-link' ? LINK : {})

  it('stands the check that an operator’s template must stand', () => {
    expect(checkTemplate(template)).toEqual({ ok: true, template })
  })

  it('is named by the hash of its content', () => {
    expect(template.hash).toMatch(/^[0-9a-f]{32}$/)
    expect(template.hash).toBe(templateHash(kind, locale, template))
  })

  it('shows its secret in both parts if it is a reset (a link on its button, and to be read), and never otherwise', () => {
    const letter = renderLetter(template, variables, SECRET)
    const times = { 'reset-password': [1, 1], 'reset-link': [1, 3], 'password-changed': [0, 0], test: [0, 0] }[kind]
    expect(letter.subject).not.toContain(SECRET)
    expect([letter.text, letter.html].map((part) => occurrences(part, SECRET))).toEqual(times)
  })

  it('fetches nothing from anywhere, runs nothing and names its language', () => {
    const { html } = renderLetter(template, variables, SECRET)
    expect(html).not.toMatch(/<(?:img|link|script|iframe|style|object)|src=|url\(|@import/i)
    expect(html).toContain(`<html lang="${locale}">`)
  })

  it('sets no colour that a dark theme would make unreadable', () => {
    const { html } = renderLetter(template, variables, SECRET)
    expect(html.match(/(?:[\s;"])(?:color|background[a-z-]*):[^;"]*/g) ?? []).toEqual(
      {
        'reset-password': ['"color:inherit'],
        // The button brings both of its colours: white on blue has a contrast of 6.3 to 1.
        'reset-link': ['"background-color:#1a5fb4', ';color:#ffffff', '"color:inherit'],
        'password-changed': [],
        test: [],
      }[kind],
    )
  })

  it('is read back by another program exactly as it was rendered', async () => {
    const letter = renderLetter(template, { ...variables, name: '王小明', username: 'wáng' }, SECRET)
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
    expect(html.replaceAll('\n', ' ')).toContain('It works for 1 hour.')
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

describe('the letter with a link', () => {
  const link = `${LINK.reset_url}${SECRET}`
  const rendered = (locale: 'en' | 'zh-TW', changes = {}) =>
    renderLetter(builtinTemplate('reset-link', locale), someVariables({ ...LINK, ...changes }), SECRET)

  it('says in English all that one must know', () => {
    const { subject, text } = rendered('en')
    expect(subject).toBe('Reset your password')
    expect(text).toBe(`Hello Alice Liddell,

Somebody, probably you, asked for a new password for your account
"alice". Choose one here:

${link}

The link works once, for 1 hour. If a newer letter has reached you,
use the link in that one: this one does not work any more.

If you did not ask for this, you need do nothing: nothing has changed,
and your password still works. Do not give this link to anybody.

Example
`)
  })

  it('says it in the Chinese of Taiwan', () => {
    const { subject, text } = rendered('zh-TW', { name: '王小明', sender: '範例公司', minutes: 45 })
    expect(subject).toBe('重設您的密碼')
    expect(text).toBe(`王小明 您好：

我們收到您帳號「alice」設定新密碼的要求。請開啟下列連結，設定新密碼：

${link}

這個連結只能使用一次，有效期限為 45 分鐘。如果您之後又收到新的信，請改用新信裡的連結，這個連結就不能再用了。

如果您沒有提出這項要求，不需要做任何事：您的帳號沒有任何變更，原本的密碼仍可照常使用。請勿將這個連結提供給任何人。

範例公司
`)
  })

  it.each([
    ['en', 'Reset password'],
    ['zh-TW', '重設密碼'],
  ] as const)('has a button with the link, and the link below it to be read and copied (%s)', (locale, label) => {
    const { html } = rendered(locale)
    const [button, plain] = [...html.replaceAll('\n', ' ').matchAll(/<a href="([^"]*)"[^>]*>([^<]*)<\/a>/g)]
    expect(button?.slice(1)).toEqual([link, label])
    expect(plain?.slice(1)).toEqual([link, link])
  })

  it.each([
    ['en', 5, '5 minutes'],
    ['en', 60, '1 hour'],
    ['en', 90, '90 minutes'],
    ['en', 120, '2 hours'],
    ['en', 1440, '24 hours'],
    ['zh-TW', 90, '90 分鐘'],
    ['zh-TW', 1440, '24 小時'],
  ] as const)('says in %s that %i minutes are %s', (locale, minutes, words) => {
    const { text, html } = rendered(locale, { minutes })
    expect(text).toContain(` ${words}`)
    expect(html.replaceAll('\n', ' ')).toContain(` ${words}`)
  })

  it('is shown without its secret, and with where the link leads', () => {
    const template = builtinTemplate('reset-link', 'en')
    const shown = renderLetter(template, someVariables(LINK), SECRET_HIDDEN)
    expect(JSON.stringify(shown)).not.toContain(SECRET)
    expect(shown.text).toContain(`${LINK.reset_url}${SECRET_HIDDEN}`)
  })

  it('of an operator must show the whole link, and says each time what holds for that letter', () => {
    const builtin = builtinTemplate('reset-link', 'en')
    const bare = makeTemplate('reset-link', 'en', { ...builtin, text: 'Your code: {{ secret }}' })
    expect(checkTemplate(bare)).toEqual({
      ok: false,
      part: 'text',
      why: 'it does not show {{ reset_url }}{{ secret }}',
    })
    const short = makeTemplate('reset-link', 'en', {
      ...builtin,
      text: '{{ minutes }} min: {{ reset_url }}{{ secret }}',
      html: '<p>{{ minutes }} min: {{ reset_url }}{{ secret }}</p>',
    })
    expect(checkTemplate(short)).toMatchObject({ ok: true })
    for (const minutes of [5, 10]) {
      const reset_url = `https://${minutes}.example.org/?t=`
      const { text, html } = renderLetter(short, someVariables({ minutes, reset_url }), SECRET)
      expect(text).toBe(`${minutes} min: ${reset_url}${SECRET}`)
      expect(html).toBe(`<p>${minutes} min: ${reset_url}${SECRET}</p>`)
    }
  })

  it('alone knows of links: no other template may name them', () => {
    const other = makeTemplate('test', 'en', { ...builtinTemplate('test', 'en'), text: '{{ reset_url }}' })
    expect(checkTemplate(other)).toMatchObject({ ok: false, part: 'text' })
  })
})
