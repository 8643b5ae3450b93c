import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { requestResets } from '../../../src/core/usecases/reset.ts'
import { needs } from '../../support/needs.ts'
import { openWindow, startChromium } from './chromium.ts'
import { openLetter, temporaryPasswordIn } from './letter-link.ts'
import { OLD, type OpenPortal, openPortal } from './open-portal.ts'

const { describe, it } = needs('chromium', 'smtp-sink')

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

/** What axe-core finds wrong; it is put into the page from outside, past the page's policy. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate<readonly Violation[]>('axe.run().then(({ violations }) => violations)')
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

describe('axe-core', () => {
  let portal: OpenPortal
  let browser: Browser
  let link = ''
  let temporary = ''
  beforeAll(async () => {
    portal = await openPortal()
    browser = await startChromium()
    await portal.user('axel')
    const page = await openWindow(browser)
    await page.goto(`${portal.origin}/forgot-password`)
    await page.fill('#email', 'axel@example.org')
    await page.click('main button')
    link = (await openLetter((await portal.letters('axel@example.org'))[0])).button
    await page.context().close()
    const { id, email } = await portal.user('teo')
    await requestResets(portal.house.context, [id], { kind: 'now' })
    temporary = temporaryPasswordIn(await openLetter((await portal.letters(email))[0]))
  })
  afterAll(async () => {
    await browser.close()
    await portal[Symbol.asyncDispose]()
  })

  const views = (['en', 'zh-TW'] as const).flatMap((locale) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ locale, colorScheme })),
  )

  for (const { locale, colorScheme } of views) {
    it(`finds no violation on any page in ${locale}, ${colorScheme}, at 360 and 1280 pixels`, async () => {
      const page = await openWindow(browser, { locale, colorScheme, javaScriptEnabled: true })
      const press = () => page.click('main button')
      const open = (path: string) => page.goto(`${portal.origin}${path}`)
      const type = async (password: string, strength: string) => {
        await page.fill('#password', password)
        await page.locator(`.said.${strength}`).waitFor()
      }
      const pages: Readonly<Record<string, () => Promise<unknown>>> = {
        'sign in': () => open('/login'),
        'sign in, nothing typed': () => press(),
        async 'sign in, refused'() {
          await page.fill('#name', 'axel')
          await page.fill('#password', 'wrong')
          await press()
        },
        'forgot password': () => open('/forgot-password'),
        'forgot password, no address': () => press(),
        async 'forgot password, sent'() {
          await page.fill('#email', 'nobody@example.org')
          await press()
        },
        'a dead link': () => open('/reset-password?t=x'),
        'a link': () => page.goto(link),
        'a link, weak': () => type('password password', 'weak'),
        'a link, fair': () => type('axel2026 qzpmxw', 'fair'),
        'a link, strong': () => type('four words that differ', 'strong'),
        async 'a link, refused'() {
          await page.fill('#password', 'passwordpassword')
          await page.fill('#again', 'passwordpassword')
          await press()
        },
        'no such page': () => open('/no-such-page'),
        'a page of another kind': () => open('/logout'),
        async account() {
          await open('/login')
          await page.fill('#name', 'axel')
          await page.fill('#password', OLD)
          await press()
        },
        'change password': () => open('/change-password'),
        'change password, refused': () => press(),
        async 'a temporary password'() {
          await page.context().clearCookies()
          await open('/login')
          await page.fill('#name', 'teo')
          await page.fill('#password', temporary)
          await press()
        },
        'what a temporary password does not open': () => open('/account'),
      }
      const found: string[] = []
      for (const [name, go] of Object.entries(pages)) {
        await go()
        for (const width of [360, 1280]) {
          await page.setViewportSize({ width, height: 800 })
          found.push(...(await violations(page)).map((violation) => `${name}, ${width}: ${violation}`))
          const overflows = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
          if (overflows === true) found.push(`${name}, ${width}: is wider than the window`)
        }
      }
      expect(found).toEqual([])
      await page.context().close()
    }, 120_000)
  }

  it('sees a violation where there is one', async () => {
    const page = await openWindow(browser, { javaScriptEnabled: true })
    await page.goto(`${portal.origin}/login`)
    await page.evaluate(`document.querySelector('label').remove()`)
    expect((await violations(page)).join()).toMatch(/^label: /)
    await page.context().close()
  })
})
