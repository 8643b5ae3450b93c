import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { requestResets } from '../../../src/core/usecases/reset.ts'
import { needs } from '../../support/needs.ts'
import { openWindow, startChromium } from './chromium.ts'
import { openLetter, temporaryPasswordIn } from './letter-link.ts'
import { NEW, OLD, type OpenPortal, openPortal } from './open-portal.ts'

/** All that stands in any file of a directory. */
function filesIn(directory: string): string {
  const entries = readdirSync(directory, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  return files.map((file) => readFileSync(file, 'latin1')).join('\n')
}

const { describe, it } = needs('chromium', 'smtp-sink')

describe('people at the portal, in a real browser without JavaScript', () => {
  let portal: OpenPortal
  let browser: Browser
  beforeAll(async () => {
    portal = await openPortal()
    browser = await startChromium()
  })
  afterAll(async () => {
    await browser.close()
    await portal[Symbol.asyncDispose]()
  })

  const open = (path: string, page: Page) => page.goto(`${portal.origin}${path}`)
  const pathOf = (page: Page) => page.url().slice(portal.origin.length)
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

  async function askForLink(address: string) {
    const page = await openWindow(browser)
    await open('/login', page)
    await page.getByRole('link', { name: 'Forgot password?' }).click()
    await page.getByLabel('E-mail address').fill(address)
    await press(page, 'Reset Password')
    expect(await page.getByRole('status').innerText()).toBe('If an account uses this address, a letter is on its way')
    const letters = await portal.letters(address)
    return { page, ...(await openLetter(letters.at(-1))) }
  }

  async function setPassword(page: Page, password = NEW) {
    await page.getByLabel('New password', { exact: true }).fill(password)
    await page.getByLabel('New password again').fill(password)
    await press(page, 'Change password')
  }

  async function signIn(page: Page, name: string, password: string) {
    await page.getByLabel('Username or e-mail address').fill(name)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await press(page, 'Sign in')
  }

  it('case 60: forgot → letter → button → new password → sign in, and no secret stays in the log or the data directory', async () => {
    const user = await portal.user('walker')
    const { page, button, plain } = await askForLink(user.email)
    expect(button).toBe(plain)
    await page.goto(button)
    expect(pathOf(page)).toBe('/reset-password')
    await setPassword(page)
    expect(pathOf(page)).toBe('/login')
    expect(await page.getByRole('status').innerText()).toBe('Your password has been changed. Sign in with the new one.')
    await signIn(page, 'walker', OLD)
    expect(await page.getByRole('alert').innerText()).toContain('The name or the password is not right.')
    await signIn(page, 'walker', NEW)
    expect(pathOf(page)).toBe('/account')
    const [, notice] = await portal.letters(user.email, 2)
    expect((await openLetter(notice)).text).not.toContain(NEW)
    await page.goto(button)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('This link does not work')
    const kept = `${portal.lines.join('\n')}\n${filesIn(portal.house.data)}`
    expect(kept).toContain('password set by a link')
    const token = new URL(button).searchParams.get('t') ?? '?'
    const cookies = (await page.context().cookies()).map(({ value }) => value).filter((value) => value.length > 40)
    expect(cookies.length).toBeGreaterThan(1)
    for (const secret of [token.slice(0, 43), NEW, OLD, ...cookies]) expect(kept).not.toContain(secret)
    await page.context().close()
  })

  it('somebody who is signed in follows the link in a web mailer, which is another site', async () => {
    const user = await portal.user('mailer')
    const { page, button } = await askForLink(user.email)
    await open('/login', page)
    await signIn(page, 'mailer', OLD)
    await page.goto(`data:text/html,${encodeURIComponent(`<a href="${button}">Reset password</a>`)}`)
    await page.getByRole('link').click()
    expect(pathOf(page)).toBe('/reset-password')
    await setPassword(page)
    expect(await page.getByRole('status').innerText()).toContain('Your password has been changed.')
    await signIn(page, 'mailer', NEW)
    expect(pathOf(page)).toBe('/account')
    await page.context().close()
  })

  it('case 57: a mail scanner opens the link twenty times first, and the person gets in', async () => {
    const user = await portal.user('scanned')
    const { page, button } = await askForLink(user.email)
    for (let n = 0; n < 20; n++) await fetch(button, { method: n % 2 === 0 ? 'HEAD' : 'GET' })
    await page.goto(button)
    await setPassword(page)
    expect(pathOf(page)).toBe('/login')
    await page.context().close()
  })

  it('a temporary password opens the page to a new one and nothing else', async () => {
    const user = await portal.user('reset')
    await requestResets(portal.house.context, [user.id], { kind: 'now' })
    const [letter] = await portal.letters(user.email)
    const opened = await openLetter(letter)
    expect(opened.text).toContain(`${portal.origin}/login`)
    const password = temporaryPasswordIn(opened)
    const page = await openWindow(browser)
    await open('/login', page)
    await signIn(page, 'reset', password)
    expect(pathOf(page)).toBe('/change-password')
    await open('/account', page)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Choose a new password')
    await page.getByRole('link', { name: 'Choose a new password' }).click()
    await setPassword(page)
    await signIn(page, 'reset', NEW)
    expect(pathOf(page)).toBe('/account')
    await page.context().close()
  })

  it('case 57: fifty press the button of one link at once, and one gets in', async () => {
    const user = await portal.user('crowd')
    const { page, button } = await askForLink(user.email)
    await page.goto(button)
    const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const form = (await page.locator('input[name="form"]').getAttribute('value')) ?? ''
    const body = new URLSearchParams({ form, account: 'crowd', password: NEW, again: NEW }).toString()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        fetch(`${portal.origin}/reset-password`, {
          method: 'POST',
          body,
          redirect: 'manual',
          headers: {
            cookie: cookies,
            origin: portal.origin,
            'x-forwarded-for': '203.0.113.9',
            'content-type': 'application/x-www-form-urlencoded',
          },
        }),
      ),
    )
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(49)
    await page.context().close()
  })

  it('with the keyboard alone, from the first page to the new password and out again', async () => {
    const user = await portal.user('keys')
    const page = await openWindow(browser)
    const { keyboard } = page
    /** What has the focus: the text of a link or a button, the id of a field, and whether it can be seen to have it. */
    const focused = () =>
      page.evaluate<{ readonly name: string; readonly outline: string }>(
        '({ name: document.activeElement.id || document.activeElement.textContent.trim(), outline: getComputedStyle(document.activeElement).outlineStyle })',
      )
    const tabTo = async (name: string) => {
      for (let n = 0; n < 12; n++) {
        const on = await focused()
        if (on.name !== name) {
          await keyboard.press('Tab')
          continue
        }
        expect(on.outline).toBe('solid')
        return
      }
      throw new Error(`Tab does not lead to ${name}`)
    }
    await open('/login', page)
    await tabTo('Forgot password?')
    await keyboard.press('Enter')
    await page.waitForURL('**/forgot-password')
    await tabTo('email')
    await keyboard.type(user.email)
    await keyboard.press('Enter')
    await page.getByRole('status').waitFor()
    const [letter] = await portal.letters(user.email)
    await page.goto((await openLetter(letter)).button)
    await tabTo('password')
    await keyboard.type('passwordpassword')
    await keyboard.press('Tab')
    await keyboard.type('passwordpassword')
    await keyboard.press('Enter')
    // The summary has the focus, and its link leads to the field.
    await page.getByRole('alert').waitFor()
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    await tabTo('password')
    await keyboard.type(NEW)
    await keyboard.press('Tab')
    await keyboard.type(NEW)
    await keyboard.press('Enter')
    await page.waitForURL('**/login')
    await tabTo('name')
    await keyboard.type('keys')
    await keyboard.press('Tab')
    await keyboard.type(NEW)
    await keyboard.press('Enter')
    await page.waitForURL('**/account')
    await tabTo('Sign out')
    await keyboard.press('Enter')
    await page.waitForURL('**/login')
    expect(await page.getByRole('status').innerText()).toBe('You are signed out.')
    await page.context().close()
  })

  it('in Chinese, from the browser’s own language to the letter', async () => {
    const user = await portal.user('mei', 'zh-TW')
    const page = await openWindow(browser, { locale: 'zh-TW' })
    await open('/forgot-password', page)
    await page.getByLabel('電子郵件地址').fill(user.email)
    await press(page, '重設密碼')
    expect(await page.getByRole('status').innerText()).toBe('如果有帳號使用這個地址，信件已在寄送途中')
    const [letter] = await portal.letters(user.email)
    await page.goto((await openLetter(letter)).button)
    await page.getByLabel('新密碼', { exact: true }).fill(NEW)
    await page.getByLabel('再次輸入新密碼').fill(NEW)
    await press(page, '變更密碼')
    expect(await page.getByRole('status').innerText()).toBe('您的密碼已變更。請以新密碼登入。')
    await page.getByRole('link', { name: 'English' }).click()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Sign in')
    await page.context().close()
  })

  it('case 58: a form on somebody else’s page signs nobody in and out', async () => {
    const user = await portal.user('lured')
    const page = await openWindow(browser)
    await open('/login', page)
    await signIn(page, user.username, OLD)
    // 127.0.0.1 is another site than localhost; a browser sends its cookies to both ports of one name.
    const evil = `<form method="post" action="${portal.origin}/logout"><button>Win a prize</button></form>`
    await page.goto(`data:text/html,${encodeURIComponent(evil)}`)
    await page.getByRole('button').click()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('This form is out of date')
    await open('/account', page)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Your account')
    await page.context().close()
  })

  it('case 58: no page can be put into a frame', async () => {
    const page = await openWindow(browser)
    await page.goto(`data:text/html,${encodeURIComponent(`<iframe src="${portal.origin}/login"></iframe>`)}`)
    await page.waitForLoadState('networkidle')
    const inside = page.frames().find((frame) => frame !== page.mainFrame())
    expect(await inside?.locator('form').count()).toBe(0)
    await page.context().close()
  })
})
