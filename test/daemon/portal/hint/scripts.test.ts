import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { bundling } from '../../../../scripts/bundle.mjs'
import { commonPasswords } from '../../../../src/core/secrets/common-passwords.ts'
import { makeCommonList } from '../../../../src/daemon/portal/hint/common-list.ts'
import { makeScript } from '../../../../src/daemon/portal/hint/script.ts'
import { PortalHouse } from '../a-portal.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..', '..')

describe('the script of the pages where a password is chosen', () => {
  it('is one small file, that loads the list and nothing else', async () => {
    const script = await makeScript()
    expect(script.length).toBeLessThan(10_000)
    expect([...script.matchAll(/\bimport\b[^;]{0,40}/g)].map(([text]) => text.slice(0, 30))).toEqual([
      'import("/common-passwords.js")',
    ])
    expect(script).not.toMatch(/fetch|XMLHttpRequest|sendBeacon|WebSocket|localStorage|cookie|innerHTML|eval/)
  })

  it('stands whole in the built program, which has no esbuild to make it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'postern-script-'))
    try {
      const entry = { script: 'src/daemon/portal/hint/script.ts' }
      await build({ ...bundling(ROOT, entry, directory), write: true, outExtension: { '.js': '.mjs' } })
      const built = join(directory, 'script.mjs')
      expect(readFileSync(built, 'utf8')).not.toContain('esbuild')
      const { makeScript: made } = await import(pathToFileURL(built).href)
      expect(await made()).toBe(await makeScript())
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('is served as a script that nobody keeps', async () => {
    await using house = await PortalHouse.open()
    const { status, headers, body } = await house.browser().get('/hint.js')
    expect(status).toBe(200)
    expect(body).toBe(await makeScript())
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
  })

  it('is on the pages where a password is chosen, with what it judges by, escaped, and on no other', async () => {
    await using house = await PortalHouse.open()
    await house.office.set({ SERVICE_PORTAL_NAME: '"><script>alert(1)</script>' })
    const { browser } = await house.signedIn()
    const page = await browser.get('/change-password')
    expect(page.body.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/hint.js">'])
    expect(page.body).toContain('data-least="15"')
    expect(page.body).toContain('data-email="Alice@example.org"')
    expect(page.body).toContain('data-portal="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"')
    for (const path of ['/account', '/forgot-password', '/reset-password', '/no-such-page'])
      expect((await browser.get(path)).body).not.toContain('<script')
  })
})

describe('the list of common passwords', () => {
  it('is the one by which the portal judges, by rank', async () => {
    const { plain, gzipped } = await makeCommonList()
    expect(gunzipSync(gzipped).toString()).toBe(plain)
    const loaded = await import(`data:text/javascript,${encodeURIComponent(plain)}`)
    expect(loaded.default.split('\n')).toEqual([...(await commonPasswords()).keys()])
  })

  it.each([
    ['gzip, deflate, br, zstd', 'gzip'],
    ['br;q=1.0, gzip;q=0.8', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=0.000, *', undefined],
    ['identity', undefined],
    [null, undefined],
  ])('comes packed to a browser that says %j: %s', async (accepted, coding) => {
    await using house = await PortalHouse.open()
    const { headers } = await house.browser().get('/common-passwords.js', { 'accept-encoding': accepted })
    expect(headers['content-encoding']).toBe(coding)
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=86400',
      'x-content-type-options': 'nosniff',
      vary: 'Accept-Encoding',
    })
  })
})
