import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { pathOf } from '../../support/needs.ts'

/** Debian's Chromium without a window. As root it has no sandbox of its own to be put in. */
export async function startChromium(): Promise<Browser> {
  const executablePath = pathOf('chromium')
  if (executablePath === undefined) throw new Error('chromium is not there; the test should have asked for it')
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
}

/** A window of somebody who keeps nothing from before; without JavaScript unless it is asked for. */
export async function openWindow(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ javaScriptEnabled: false, ...options })
  return context.newPage()
}
