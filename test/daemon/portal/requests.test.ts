import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { NEW, OLD } from '../../core/usecases/portal/door.ts'
import { type Answer, type Headers, POSTED, raw, tokenOf } from './a-browser.ts'
import { HOST, PortalHouse } from './a-portal.ts'

let house: PortalHouse
beforeAll(async () => {
  house = await PortalHouse.open()
  await house.door.alice()
})
afterAll(() => house[Symbol.asyncDispose]())

/** What the store wrote down; nothing of it may be of a request that was refused. */
const written = () => house.office.audit()

const EVERYWHERE = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex, nofollow',
}
const HSTS = { 'strict-transport-security': 'max-age=31536000' }

describe('every answer', () => {
  it.each([
    ['/', 303],
    ['/login', 200],
    ['/logout', 405],
    ['/forgot-password', 200],
    ['/reset-password', 410],
    ['/change-password', 401],
    ['/account', 401],
    ['/style.css', 200],
    ['/hint.js', 200],
    ['/robots.txt', 200],
    ['/no-such-page', 404],
    ['/login?lang=zh-TW', 303],
    [`/reset-password?t=${'A'.repeat(43)}.${'0'.repeat(16)}`, 303],
  ])('case 60: of %s (%i) carries the headers', async (path, status) => {
    const answer = await house.browser().get(path)
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject({ ...EVERYWHERE, ...HSTS })
  })

  it.each([
    ['a method that a page does not have', { method: 'DELETE' }, 405],
    ['a form of somebody else', { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } }, 403],
    ['another host', { headers: { host: 'evil.example' } }, 421],
    ['a form that is too large', { method: 'POST', headers: { ...POSTED, 'content-length': '20000' } }, 413],
  ] as const)('case 60: to %s carries them as well', async (_what, sent, status) => {
    const answer = await house.browser().send('/login', sent)
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject({ ...EVERYWHERE, ...HSTS })
  })

  it('case 60: to what is no request carries them as far as they are not about a host', async () => {
    const text = await raw(house.port, 'BREW /coffee COFFEE/1.0\r\n\r\n')
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    for (const [name, value] of Object.entries(EVERYWHERE))
      expect(text.toLowerCase()).toContain(`${name}: ${value}`.toLowerCase())
  })

  it.each([
    ['names no host', '400', ''],
    ['expects what nobody knows', '417', `Host: ${HOST}\r\nExpect: magic\r\n`],
  ])('case 60: to a request that %s carries them, and is logged', async (_, status, headers) => {
    const before = house.lines.length
    const text = await raw(house.port, `GET /login HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`)
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    for (const [name, value] of Object.entries(EVERYWHERE))
      expect(text.toLowerCase()).toContain(`${name}: ${value}`.toLowerCase())
    expect(house.lines.slice(before).join()).toContain(`"status":${status}`)
  })

  it('says over plain http nothing of https', async () => {
    await using plain = await PortalHouse.open()
    await plain.office.set({ SERVICE_FORGOT_PASSWORD_ENABLE: false })
    await plain.office.set({ SERVICE_PORTAL_URL: 'http://localhost:8470' })
    const { headers } = await plain.browser('localhost:8470').get('/login')
    expect(headers['strict-transport-security']).toBeUndefined()
  })

  it('tells of a broken store that something broke, and no more', async () => {
    const broken = await PortalHouse.open()
    await broken.office.store.close()
    const answer = await broken.browser().get('/login')
    expect(answer.status).toBe(500)
    expect(answer.headers).toMatchObject(EVERYWHERE)
    expect(answer.body).not.toMatch(/Error|at .*\.ts/)
    await broken[Symbol.asyncDispose]()
  })
})

it('shows password keepers the way to the page where a password is changed', async () => {
  const { status, headers } = await house.browser().get('/.well-known/change-password')
  expect([status, headers.location]).toEqual([303, '/change-password'])
})

describe('case 55: the portal answers to its own name', () => {
  it.each([
    ['evil.example', 421],
    [`${HOST}.evil.example`, 421],
    [`evil.${HOST}`, 421],
    [`${HOST}:8443`, 421],
    ['127.0.0.1', 421],
    [`${HOST}@evil.example`, 400],
    [`good:80@${HOST}`, 400],
    [`${HOST}/login`, 400],
    [HOST.toUpperCase(), 200],
    [`${HOST}:443`, 200],
  ])('and not to %j: %i', async (host, status) => {
    expect((await house.browser(host).get('/login')).status).toBe(status)
  })

  it.each([
    ['two of them', `GET /login HTTP/1.1\r\nHost: ${HOST}\r\nHost: evil.example\r\n\r\n`, 400],
    ['the same one twice', `GET /login HTTP/1.1\r\nHost: ${HOST}\r\nHost: ${HOST}\r\n\r\n`, 400],
    ['an empty one', 'GET /login HTTP/1.1\r\nHost:\r\n\r\n', 400],
    ['none', 'GET /login HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['none, as in 1996', 'GET /login HTTP/1.0\r\n\r\n', 400],
    ['one in the address', `GET http://evil.example/login HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
    ['its own in the address', `GET http://${HOST}/login HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
    ['a path that could be one', `GET //evil.example/login HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
    ['no path', `OPTIONS * HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400],
  ])('and not to %s', async (_what, bytes, status) => {
    expect(await raw(house.port, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  })

  it('and believes no X-Forwarded-Host: nothing of the page comes from it', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', forwarded: 'host=evil.example' }
    for (const path of ['/login', '/forgot-password', '/', '/login?lang=en', '/reset-password']) {
      const answer = await house.browser().get(path, headers)
      expect(`${answer.body}${answer.headers.location}`).not.toContain('evil')
    }
  })

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/%2f%2fevil.example',
    '/login/..//evil.example',
    '/login?lang=en&to=//evil.example',
  ])('and leads nobody elsewhere: %s', async (path) => {
    const answer = await house.browser().get(path)
    expect([undefined, '/', '/login']).toContain(answer.headers.location)
  })
})

describe('case 58: a form is taken only from a page of ours', () => {
  const post = async (headers: Headers): Promise<Answer> => {
    const browser = house.browser()
    const token = tokenOf(await browser.get('/login'))
    return browser.submit('/login', { ...token, name: 'alice', password: OLD }, headers)
  }

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbouring host', { 'sec-fetch-site': 'same-site' }],
    ['an address bar', { 'sec-fetch-site': 'none' }],
    ['nobody knows', { 'sec-fetch-site': null, origin: null }],
    ['a sandboxed frame in an old browser', { 'sec-fetch-site': null, origin: 'null' }],
    ['another site in an old browser', { 'sec-fetch-site': null, origin: 'https://evil.example' }],
    ['our host without TLS', { 'sec-fetch-site': null, origin: `http://${HOST}` }],
    ['a browser that contradicts itself', { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }],
  ])('and not from %s', async (_who, headers) => {
    const before = await written()
    const answer = await post(headers)
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('This form is out of date')
    expect(await written()).toEqual(before)
  })

  it.each([
    ['our origin in an old browser', { 'sec-fetch-site': null, origin: `https://${HOST}` }],
    ['what browsers of now say', {}],
  ])('that is, from %s', async (_who, headers) => {
    expect((await post(headers)).status).toBe(303)
  })

  it.each(['/login', '/forgot-password', '/reset-password', '/change-password', '/logout'])(
    'with its token: %s takes none without, none of another browser, none that was made up',
    async (path) => {
      const before = await written()
      const stranger = tokenOf(await house.browser().get('/login'))
      const browser = house.browser()
      await browser.get('/login')
      for (const token of [{}, stranger, { form: '' }, { form: 'A'.repeat(43) }]) {
        const fields = { ...token, name: 'alice', password: NEW, again: NEW, email: 'alice@example.org' }
        expect((await browser.submit(path, fields)).status).toBe(403)
      }
      // Nor is a token taken from a browser that keeps no cookies.
      expect((await house.browser().submit(path, stranger)).status).toBe(403)
      expect(await written()).toEqual(before)
    },
  )
})

describe('case 59: a form is small, plain and text', () => {
  const submitted = async (body: string, headers: Headers = {}) =>
    house.browser().send('/login', {
      method: 'POST',
      body,
      headers: { ...POSTED, 'content-length': String(Buffer.byteLength(body)), ...headers },
    })

  it.each([
    ['of another type', 'form=x', { 'content-type': 'application/json' }, 415],
    ['with files', 'form=x', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
    ['in another character set', 'form=x', { 'content-type': 'application/x-www-form-urlencoded; charset=big5' }, 415],
    ['with half a character', 'password=a%ED%A0%80', {}, 400],
    ['with bytes that are no text', 'password=%FF%FE', {}, 400],
    ['with a field twice', 'name=alice&name=bob', {}, 400],
    ['of 10 MB', 'x'.repeat(10_000_000), {}, 413],
    ['of no said length', 'form=x', { 'content-length': null, 'transfer-encoding': 'chunked' }, 411],
  ])('and not one %s', async (_what, body, headers, status) => {
    const before = await written()
    expect((await submitted(body, headers)).status).toBe(status)
    expect(await written()).toEqual(before)
  })

  it('refuses a request whose length is said in two ways', async () => {
    const bytes = `POST /login HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /`
    expect(await raw(house.port, bytes)).toMatch(/^HTTP\/1\.1 400 /)
    const twice = `POST /login HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 6\r\nContent-Length: 7\r\n\r\nform=x`
    expect(await raw(house.port, twice)).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('refuses 20 KB of headers, and takes what browsers send', async () => {
    const long = await raw(house.port, `GET /login HTTP/1.1\r\nHost: ${HOST}\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(long).toMatch(/^HTTP\/1\.1 431 /)
    const usual = await house.browser().get('/login', { 'user-agent': 'x'.repeat(500), 'x-some': 'y'.repeat(3000) })
    expect(usual.status).toBe(200)
  })

  it.each([
    ['14 characters', 'x7!kqpwmz vbnr'],
    ['257 characters', 'x7!k'.repeat(65).slice(0, 257)],
    ['a common one', 'passwordpassword'],
    ['the username and the product', 'alice2026postern'],
  ])('refuses a new password of %s with its reason, at no hash', async (_what, password) => {
    await using own = await PortalHouse.open()
    const { browser } = await own.signedIn()
    const before = await own.office.audit()
    const answer = await browser.fill('/change-password', { present: OLD, password, again: password })
    expect(answer.status).toBe(422)
    expect(answer.body).toMatch(/id="password-wrong">The new password /)
    expect(await own.office.audit()).toEqual(before)
  })
})

describe('case 59: slow clients', () => {
  /** Resolves with what came when the portal closes the connection. */
  const dropped = (socket: Socket) =>
    new Promise<string>((resolve) => {
      let text = ''
      socket.setEncoding('utf8')
      socket.on('data', (some) => {
        text += some
      })
      socket.on('close', () => resolve(text))
      socket.on('error', () => {})
    })

  const QUICK = {
    headersTimeout: 1000,
    requestTimeout: 2000,
    keepAliveTimeout: 1000,
    connectionsCheckingInterval: 100,
    maxHeaderSize: 8192,
    answerTimeout: 3000,
  }

  it('five hundred that begin and never end keep nobody waiting, and are all let go', async () => {
    await using quick = await PortalHouse.open(QUICK)
    const slow = Array.from({ length: 500 }, () => connect(quick.port, '127.0.0.1'))
    const ends = slow.map(dropped)
    for (const socket of slow) socket.write('GET /login HTTP/1.1\r\nHost: ')
    expect((await quick.browser().get('/login')).status).toBe(200)
    const texts = await Promise.all(ends)
    expect(new Set(texts.map((text) => text.split(' ', 2)[1]))).toEqual(new Set(['408']))
  })

  it('who says nothing at all, or no end of a form, is let go', async () => {
    await using quick = await PortalHouse.open(QUICK)
    const silent = dropped(connect(quick.port, '127.0.0.1'))
    const talking = connect(quick.port, '127.0.0.1')
    const ended = dropped(talking)
    talking.write(`POST /login HTTP/1.1\r\nHost: ${HOST}\r\nSec-Fetch-Site: same-origin\r\n`)
    talking.write('Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nform=')
    expect(await silent).toMatch(/^HTTP\/1\.1 408 /)
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('who asks for much and takes none of it is let go', async () => {
    await using quick = await PortalHouse.open(QUICK)
    const deaf = connect(quick.port, '127.0.0.1')
    deaf.pause()
    // 20 MB of answers, more than the kernel keeps for somebody who does not read.
    deaf.write(`GET /common-passwords.js HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`.repeat(50))
    expect((await quick.browser().get('/login')).status).toBe(200)
    await vi.waitUntil(() => quick.lines.some((line) => line.includes('answer not taken')), { timeout: 30_000 })
    const ended = dropped(deaf)
    deaf.resume()
    expect((await ended).length).toBeLessThan(10_000_000)
  })

  it('looks at as many headers as browsers and web servers send, and no more', async () => {
    const some = (length: number) => Object.fromEntries(Array.from({ length }, (_, n) => [`x-${n}`, 'y']))
    expect((await house.browser().get('/login', some(50))).status).toBe(200)
    expect((await house.browser().get('/login', some(100))).status).toBe(431)
  })
})
