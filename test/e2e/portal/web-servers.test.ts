import { expect } from 'vitest'
import { SECOND } from '../../../src/core/domain/time.ts'
import { OLD } from '../../core/usecases/portal/door.ts'
import { tokenIn } from '../../core/usecases/post-office.ts'
import { exchange, POSTED, tokenOf } from '../../daemon/portal/a-browser.ts'
import { PortalHouse } from '../../daemon/portal/a-portal.ts'
import { needs } from '../../support/needs.ts'
import { type Reply, SITE, SOMEBODY, startWebServer, type WebServer } from '../../support/web-server.ts'

/** A portal, and before it a web server that is set up as docs/portal.md says. */
async function opened(kind: 'nginx' | 'caddy') {
  const house = await PortalHouse.open()
  const server = await startWebServer(kind, house.port)
  await house.office.set({ SERVICE_FORGOT_PASSWORD_ENABLE: false })
  await house.office.set({
    SERVICE_PORTAL_URL: `https://${SITE}:${server.port}`,
    SERVICE_PORTAL_TRUSTED_PROXY: '127.0.0.1',
  })
  await house.office.set({ SERVICE_FORGOT_PASSWORD_ENABLE: true })
  await house.door.alice()
  return {
    house,
    server,
    async [Symbol.asyncDispose]() {
      await server.stop()
      await house[Symbol.asyncDispose]()
    },
  }
}

const cookiesOf = ({ headers }: Reply): string => {
  const set = headers['set-cookie'] ?? []
  return [set]
    .flat()
    .map((line) => line.split(';')[0])
    .join('; ')
}

/** Sends the form of a page through the web server. */
async function submit(server: WebServer, path: string, fields: Readonly<Record<string, string>>, more = {}) {
  const page = await server.ask(path)
  const body = new URLSearchParams({ ...tokenOf({ ...page, headers: {}, cookies: [] }), ...fields }).toString()
  const headers = { ...POSTED, cookie: cookiesOf(page), 'content-length': String(Buffer.byteLength(body)), ...more }
  return server.ask(path, { method: 'POST', body, headers })
}

for (const kind of ['nginx', 'caddy'] as const) {
  const { describe, it } = needs(kind)

  describe(`behind ${kind}, as docs/portal.md sets it up`, () => {
    it('people sign in over https, by cookies that only https carries', async () => {
      await using scene = await opened(kind)
      const entered = await submit(scene.server, '/login', { name: 'alice', password: OLD })
      expect(entered.status).toBe(303)
      expect(entered.headers.location).toBe('/account')
      expect(entered.headers['strict-transport-security']).toBe('max-age=31536000')
      expect(String(entered.headers['set-cookie'])).toMatch(/__Host-postern-session=[^;]+; Path=\/; HttpOnly; Secure/)
      const account = await scene.server.ask('/account', { headers: { cookie: cookiesOf(entered) } })
      expect(account.status).toBe(200)
      const list = await scene.server.ask('/common-passwords.js', { headers: { 'accept-encoding': 'gzip' } })
      expect(list.headers['content-encoding']).toBe('gzip')
    })

    it('somebody is who the web server says, whatever he says of himself, and however he comes', async () => {
      await using scene = await opened(kind)
      const { house, server } = scene
      const forged = { 'x-forwarded-for': '203.0.113.9', 'x-real-ip': '203.0.113.9', forwarded: 'for=203.0.113.9' }
      await server.ask('/login', { headers: forged })
      await exchange(house.port, '/login', {
        headers: { host: `${SITE}:${server.port}`, ...forged },
        localAddress: SOMEBODY,
      })
      const addresses = house.lines
        .map((line) => JSON.parse(line)[0]?.address)
        .filter((address) => address !== undefined)
      expect(addresses).toEqual([SOMEBODY, SOMEBODY])
    })

    it('case 55: another host is refused, and what a request says of the host is nowhere repeated', async () => {
      await using scene = await opened(kind)
      const { house, server } = scene
      // Caddy answers itself, with nothing; nginx asks the portal.
      expect((await server.ask('/login', { headers: { host: 'evil.example' } })).body).not.toContain('<form')
      const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', 'x-forwarded-port': '80' }
      const page = await server.ask('/login', { headers: forged })
      expect(page.status).toBe(200)
      expect(`${page.body}${JSON.stringify(page.headers)}`).not.toContain('evil')
      expect(page.headers['strict-transport-security']).toBeDefined()
      const asked = await submit(server, '/forgot-password', { email: 'alice@example.org' }, forged)
      expect(asked.status).toBe(200)
      house.office.clock.advance(SECOND)
      const claimed = await house.office.claim()
      expect(JSON.stringify(claimed.task.round.letter)).toContain(`https://${SITE}:${server.port}`)
    })

    it('a link is in no log of it, neither when it is opened nor when the portal cannot be reached', async () => {
      await using scene = await opened(kind)
      const { house, server } = scene
      await submit(server, '/forgot-password', { email: 'alice@example.org' })
      house.office.clock.advance(SECOND)
      const claimed = await house.office.claim()
      await house.office.settle(claimed, 'delivered')
      const token = tokenIn(claimed)
      const path = `/reset-password?t=${token}`
      const led = await server.ask(path)
      expect(led.status).toBe(303)
      expect(led.headers.location).toBe('/reset-password')
      await house.closePortal()
      expect((await server.ask(path)).status).toBe(502)
      // What it has to say of it is there when it has ended.
      await server.stop()
      expect(server.log()).not.toContain(token.slice(0, 43))
      if (kind === 'nginx') expect(server.log()).toContain('"GET /reset-password" 303')
    })
  })
}
