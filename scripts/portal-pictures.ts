// Photographs the portal's pages from the real program in a real Chromium: `node scripts/portal-pictures.ts` writes the
// two of docs/pictures/; with a directory, every page in both languages, both colour schemes and two widths goes there.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import PostalMime from 'postal-mime'
import { openWindow, startChromium } from '../test/e2e/portal/chromium.ts'
import { OLD, type OpenPortal, openPortal } from '../test/e2e/portal/open-portal.ts'

interface View {
  readonly width: number
  readonly height: number
  readonly colorScheme: 'light' | 'dark'
  readonly locale: 'en' | 'zh-TW'
}

const PICTURES = join(import.meta.dirname, '..', 'docs', 'pictures')
const [directory] = process.argv.slice(2)

async function linkFor(portal: OpenPortal, browser: Browser, address: string): Promise<string> {
  const page = await openWindow(browser)
  await page.goto(`${portal.origin}/forgot-password`)
  await page.fill('#email', address)
  await page.click('main button')
  await page.context().close()
  const [letter] = await portal.letters(address)
  const { text = '' } = await PostalMime.parse(letter?.bytes ?? '')
  return /http:\S+\/reset-password\?t=\S+/.exec(text)?.[0] ?? ''
}

/** Each page by its name: how one comes there. */
const WALKS: Readonly<Record<string, (page: Page, origin: string, link: string) => Promise<unknown>>> = {
  'sign-in': (page, origin) => page.goto(`${origin}/login`),
  async 'sign-in-refused'(page, origin) {
    await page.goto(`${origin}/login`)
    await page.fill('#name', 'ada')
    await page.fill('#password', 'wrong')
    await page.click('main button')
  },
  'forgot-password': (page, origin) => page.goto(`${origin}/forgot-password`),
  async 'letter-on-its-way'(page, origin) {
    await page.goto(`${origin}/forgot-password`)
    await page.fill('#email', 'somebody@example.org')
    await page.click('main button')
  },
  'reset-password': (page, _origin, link) => page.goto(link),
  async 'long-enough'(page, _origin, link) {
    await page.goto(link)
    await page.fill('#password', 'four words that differ')
    await page.locator('.said.strong').waitFor()
  },
  async 'reset-refused'(page, _origin, link) {
    await page.goto(link)
    await page.fill('#password', 'passwordpassword')
    await page.fill('#again', 'passwordpassword')
    await page.click('main button')
  },
  'dead-link': (page, origin) => page.goto(`${origin}/reset-password?t=x`),
  async account(page, origin) {
    await page.goto(`${origin}/login`)
    await page.fill('#name', 'ada')
    await page.fill('#password', OLD)
    await page.click('main button')
  },
  'change-password': (page, origin) => page.goto(`${origin}/change-password`),
  'no-such-page': (page, origin) => page.goto(`${origin}/no-such-page`),
}

async function photograph(portal: OpenPortal, browser: Browser, link: string, view: View, only: readonly string[]) {
  const { width, height, colorScheme, locale } = view
  const page = await openWindow(browser, { viewport: { width, height }, colorScheme, locale, javaScriptEnabled: true })
  for (const [name, walk] of Object.entries(WALKS)) {
    if (only.length > 0 && !only.includes(name)) continue
    await walk(page, portal.origin, link)
    const file = only.length > 0 ? `portal-${name}.png` : `${name}-${width}-${colorScheme}-${locale}.png`
    await page.screenshot({ path: join(directory ?? PICTURES, file), fullPage: directory !== undefined })
  }
  await page.context().close()
}

await using portal = await openPortal()
await portal.user('ada')
const browser = await startChromium()
const link = await linkFor(portal, browser, 'ada@example.org')
mkdirSync(directory ?? PICTURES, { recursive: true })
if (directory === undefined) {
  const view = { width: 560, height: 720, locale: 'en' } as const
  await photograph(portal, browser, link, { ...view, colorScheme: 'light' }, ['letter-on-its-way'])
  await photograph(portal, browser, link, { ...view, colorScheme: 'dark' }, ['long-enough'])
} else {
  for (const [width, height] of [
    [360, 740],
    [1280, 800],
  ] as const)
    for (const colorScheme of ['light', 'dark'] as const)
      for (const locale of ['en', 'zh-TW'] as const)
        await photograph(portal, browser, link, { width, height, colorScheme, locale }, [])
}
await browser.close()
