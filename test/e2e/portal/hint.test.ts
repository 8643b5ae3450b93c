import type { Browser, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { needs } from '../../support/needs.ts'
import { openWindow, startChromium } from './chromium.ts'
import { OLD, type OpenPortal, openPortal } from './open-portal.ts'

const { describe, it } = needs('chromium', 'smtp-sink')

describe('the strength of a new password, while it is typed in a real browser', () => {
  let portal: OpenPortal
  let browser: Browser
  beforeAll(async () => {
    portal = await openPortal()
    browser = await startChromium()
    await portal.user('typist')
  })
  afterAll(async () => {
    await browser.close()
    await portal[Symbol.asyncDispose]()
  })

  async function signedIn(options: { readonly locale?: string; readonly javaScriptEnabled?: boolean }): Promise<Page> {
    const page = await openWindow(browser, { javaScriptEnabled: true, ...options })
    await page.goto(`${portal.origin}/login`)
    await page.fill('#name', 'typist')
    await page.fill('#password', OLD)
    await page.click('main button')
    await page.goto(`${portal.origin}/change-password`)
    return page
  }

  const spoken: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    en: [
      ['four words', 'Strength: weak. The new password must have at least 15 characters.'],
      [
        'password password',
        'Strength: weak. The new password is too easy to guess: it is little more than common words or passwords.',
      ],
      ['typist@example.org', 'Strength: weak. The new password must not be the username or the e-mail address.'],
      ['typist2026 qzpmxw', 'Strength: fair. One that is longer by a word would be strong.'],
      ['four words that differ', 'Strength: strong.'],
    ],
    'zh-TW': [
      ['四個詞語', '密碼強度：弱。新密碼至少須有 15 個字元。'],
      ['password password', '密碼強度：弱。新密碼太容易猜中：它幾乎只由常見的字詞或密碼組成。'],
      ['typist2026 qzpmxw', '密碼強度：普通。再加一個詞語就是強密碼。'],
      ['天地玄黃宇宙洪荒日月盈昃辰宿列張', '密碼強度：強。'],
    ],
  }

  for (const [locale, pairs] of Object.entries(spoken)) {
    it(`is said in ${locale} with its reason, politely, and what is typed goes nowhere`, async () => {
      const page = await signedIn({ locale })
      const asked: Request[] = []
      const broken: string[] = []
      page.on('request', (request) => void asked.push(request))
      page.on('pageerror', (error) => void broken.push(error.message))
      page.on('console', (message) => void broken.push(message.text()))
      const said = page.getByRole('status')
      expect(await said.innerText()).toBe('')
      for (const [typed, text] of pairs) {
        await page.fill('#password', '')
        await page.locator('#password').pressSequentially(typed)
        await said.getByText(text, { exact: true }).waitFor()
      }
      // A status is a polite live region by its role (WAI-ARIA 1.2, 5.4).
      expect(await said.getAttribute('aria-live')).not.toBe('assertive')
      await page.fill('#password', '')
      await page.locator('[role=status]:empty').waitFor({ state: 'attached' })
      expect(asked.map((request) => `${request.method()} ${new URL(request.url()).pathname}`)).toEqual([
        'GET /common-passwords.js',
      ])
      expect(broken).toEqual([])
      await page.context().close()
    })
  }

  it('moves nothing on the page: not when the script comes, and not while it speaks', async () => {
    const where = async (page: Page) => (await page.locator('#again').boundingBox())?.y
    const without = await signedIn({ javaScriptEnabled: false })
    const page = await signedIn({})
    await page.locator('.said').waitFor({ state: 'attached' })
    const begin = await where(page)
    expect(begin).toBe(await where(without))
    for (const password of ['too short', 'password password', 'four words that differ']) {
      await page.fill('#password', password)
      await page.locator('.said:not(:empty)').getByText('Strength:').waitFor()
      expect(await where(page)).toBe(begin)
    }
    for (const window of [page, without]) await window.context().close()
  })

  it('stands in a form of which a password keeper learns whose password it is', async () => {
    const page = await signedIn({})
    const advice: string[] = []
    page.on('console', (message) => void advice.push(message.text()))
    await page.reload({ waitUntil: 'networkidle' })
    expect(await page.locator('[autocomplete=username]').inputValue()).toBe('typist')
    // Chromium recommends a field for the username where its password keeper finds none.
    expect(advice).toEqual([])
    await page.context().close()
  })

  it('is on a page from which nothing can be sent but its form: not even by a script of the portal', async () => {
    const page = await signedIn({})
    const sent = await page.evaluate(
      "fetch('/login', { method: 'POST', body: 'x' }).then(() => 'sent', () => 'refused')",
    )
    expect(sent).toBe('refused')
    await page.context().close()
  })

  it('is of the present password, too, once that is typed', async () => {
    const page = await signedIn({})
    await page.fill('#password', OLD)
    await page.getByRole('status').getByText('Strength: strong.').waitFor()
    await page.fill('#present', OLD)
    await page.getByRole('status').getByText('must differ from the present one').waitFor()
    await page.context().close()
  })

  it('is the length alone while the list does not come', async () => {
    const page = await signedIn({})
    await page.route('**/common-passwords.js', (route) => route.abort())
    await page.fill('#password', 'password password')
    await page.getByRole('status').getByText('Long enough', { exact: true }).waitFor()
    await page.context().close()
  })

  it('is said without scripts when the form was sent: why it was refused, or that it is only fair', async () => {
    const page = await signedIn({ javaScriptEnabled: false })
    expect(await page.getByText('Long enough').isVisible()).toBe(false)
    const send = async (password: string) => {
      await page.fill('#present', OLD)
      await page.fill('#password', password)
      expect(await page.getByText('Long enough').isVisible()).toBe(true)
      await page.fill('#again', password)
      await page.click('main button')
    }
    await send('password password')
    expect(await page.locator('.strength').innerText()).toBe('Strength of what you typed: weak. Type both again.')
    expect(await page.getByRole('alert').innerText()).toContain('it is little more than common words or passwords')
    await send('typist2026 qzpmxw')
    expect(await page.getByRole('status').innerText()).toContain('Its strength is fair')
    expect(new URL(page.url()).pathname).toBe('/login')
    await page.context().close()
  })
})
