import { describe, expect, it } from 'vitest'
import { HOUR, MINUTE, SECOND } from '../../../src/core/domain/time.ts'
import { readCredential } from '../../../src/core/usecases/credential.ts'
import { NEW, OLD } from '../../core/usecases/portal/door.ts'
import { type Answer, tokenOf } from './a-browser.ts'
import { PortalHouse } from './a-portal.ts'

const SENT = 'If an account uses this address, a letter is on its way'
const PASSWORDS = { password: NEW, again: NEW }

/** All that somebody sees of an answer. */
const seen = ({ status, headers, body }: Answer) => {
  const { date: _, ...rest } = headers
  return JSON.stringify({ status, rest, body })
}

describe('asking for a link', () => {
  it('says on top of the page that a letter is on its way, and not more', async () => {
    await using house = await PortalHouse.open()
    const user = await house.door.alice()
    const answer = await house.browser().fill('/forgot-password', { email: user.email })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatch(new RegExp(`role="status" aria-live="polite"><p>${SENT}</p></div>\\s*<h1>`))
    const [task] = await house.office.tasksOf(user.id, 'reset-link')
    expect(task).toMatchObject({ to: user.email, createdBy: { door: 'portal', name: 'visitor', address: '127.0.0.1' } })
  })

  it('case 24: and case 56: gets the same bytes and one write, for an account, a disabled one, one with a letter under way, or none', async () => {
    await using house = await PortalHouse.open()
    const user = await house.door.alice()
    const disabled = await house.office.addUser({ username: 'mallory' })
    await house.office.setStatus(disabled.id, 'disabled')
    const browser = house.browser()
    const token = tokenOf(await browser.get('/forgot-password'))
    const answers = new Set<string>()
    for (const email of [user.email, user.email, disabled.email, 'nobody@example.org', 'x@example.org']) {
      const before = (await house.office.audit()).length
      answers.add(seen(await browser.submit('/forgot-password', { ...token, email })))
      expect(await house.office.audit()).toHaveLength(before + 1)
    }
    expect(answers.size).toBe(1)
    expect([...answers].join()).not.toContain('@example.org')
    expect(await house.office.tasksOf(disabled.id, 'reset-link')).toEqual([])
    expect(await house.office.tasksOf(user.id, 'reset-link')).toHaveLength(1)
  })

  it('case 56: a hundred times sends one letter, and gets a hundred answers that are the same', async () => {
    await using house = await PortalHouse.open()
    const user = await house.door.alice()
    const browser = house.browser()
    const token = tokenOf(await browser.get('/forgot-password'))
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => browser.submit('/forgot-password', { ...token, email: user.email })),
    )
    expect(new Set(answers.map(seen)).size).toBe(1)
    expect(answers[0]?.body).toContain(SENT)
    expect(await house.office.tasksOf(user.id, 'reset-link')).toHaveLength(1)
    // What was over the limit of this network never came to the store.
    const asked = (await house.office.audit()).filter(({ action }) => action === 'portal.forgot-password')
    expect(asked).toHaveLength(10)
  })

  it('says of what is no address that it is none', async () => {
    await using house = await PortalHouse.open()
    const answer = await house.browser().fill('/forgot-password', { email: 'alice' })
    expect(answer.status).toBe(422)
    expect(answer.body).toContain('<a href="#email">Enter an e-mail address, like name@example.org</a>')
  })

  it('is counted by the address that a trusted web server names, and by no other', async () => {
    await using house = await PortalHouse.open()
    await house.office.set({ SERVICE_PORTAL_TRUSTED_PROXY: '127.0.0.1' })
    const browser = house.browser()
    const token = tokenOf(await browser.get('/forgot-password'))
    const ask = (from: string) =>
      browser.submit('/forgot-password', { ...token, email: 'x@example.org' }, { 'x-forwarded-for': from })
    for (let n = 0; n < 20; n++) await ask(`203.0.113.${n}, 198.51.100.7`)
    await ask('198.51.100.8')
    const asked = (await house.office.audit()).filter(({ action }) => action === 'portal.forgot-password')
    const addresses = asked.map(({ actor }) => actor.address)
    expect(addresses.filter((address) => address === '198.51.100.7')).toHaveLength(10)
    expect(addresses.filter((address) => address === '198.51.100.8')).toHaveLength(1)
    expect(addresses).toHaveLength(11)
  })

  it('case 20: sends a letter to the registered address and to no lookalike of it that was typed', async () => {
    await using house = await PortalHouse.open()
    const user = await house.office.addUser({ username: 'mike', email: 'mike@example.org' })
    const browser = house.browser()
    const token = tokenOf(await browser.get('/forgot-password'))
    const lookalikes = [
      'm\u0456ke@example.org',
      'm\u0131ke@example.org',
      'mike@ex\u0430mple.org',
      'mike@example.\u03bfrg',
    ]
    for (const email of lookalikes)
      expect((await browser.submit('/forgot-password', { ...token, email })).body, email).toContain(SENT)
    expect(await house.office.tasksOf(user.id, 'reset-link')).toEqual([])
    // The Kelvin sign is a k in lower case (Unicode, CaseFolding.txt): found by it, and written to as registered.
    await browser.submit('/forgot-password', { ...token, email: 'mi\u212ae@example.org' })
    expect((await house.office.tasksOf(user.id, 'reset-link')).map(({ to }) => to)).toEqual(['mike@example.org'])
  })

  it('stays possible for whoever is kept waiting by somebody who guesses the password', async () => {
    await using house = await PortalHouse.open()
    const user = await house.door.alice()
    for (let n = 0; n < 6; n++) await house.browser().fill('/login', { name: 'alice', password: `guess ${n}` })
    expect((await house.browser().fill('/login', { name: 'alice', password: OLD })).status).toBe(401)
    const browser = await house.followed(await house.link(user))
    expect((await browser.fill('/reset-password', PASSWORDS)).headers.location).toBe('/login')
    expect((await browser.fill('/login', { name: 'alice', password: NEW })).headers.location).toBe('/account')
  })
})

describe('a link', () => {
  it('leads to an address without its token, which is in no page and in no log', async () => {
    await using house = await PortalHouse.open()
    const token = await house.link(await house.door.alice())
    const browser = house.browser()
    const opened = await browser.get(`/reset-password?t=${token}`)
    expect(opened.status).toBe(303)
    expect(opened.headers.location).toBe('/reset-password')
    const [cookie = ''] = opened.cookies
    expect(cookie).toMatch(/^__Host-postern-link=/)
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/', 'Max-Age=900'])
      expect(cookie).toContain(attribute)
    const page = await browser.get('/reset-password')
    expect(page.status).toBe(200)
    expect(page.body).not.toContain(token.slice(0, 43))
    expect(house.lines.join()).not.toContain(token.slice(0, 43))
  })

  it('case 60: sets a new password, ends sessions and other secrets, signs nobody in, and tells the owner', async () => {
    await using house = await PortalHouse.open()
    const { browser: old, user } = await house.signedIn()
    await house.office.reset(user)
    const reset = await house.office.claim()
    await house.office.settle(reset, 'delivered')
    const token = await house.link(user)
    const browser = await house.followed(token)
    const done = await browser.fill('/reset-password', PASSWORDS)
    expect(done.status).toBe(303)
    expect(done.headers.location).toBe('/login')
    expect(browser.jar.has('__Host-postern-session')).toBe(false)
    expect((await browser.get('/login')).body).toContain('Your password has been changed')
    expect((await old.get('/account')).status).toBe(401)
    expect(await house.door.tried('alice', OLD)).toBe('refused')
    expect((await house.office.credential(user.id))?.temporary).toBeNull()
    expect(await house.office.tasksOf(user.id, 'password-changed')).toHaveLength(1)
    expect((await (await house.followed(token)).get('/reset-password')).status).toBe(410)
    const kept = house.lines.join('\n')
    for (const secret of [token.slice(0, 43), NEW, OLD, ...old.jar.values(), ...browser.jar.values()])
      expect(kept).not.toContain(secret)
  })

  it('case 57: is not used up by a scanner that opens it twenty times', async () => {
    await using house = await PortalHouse.open()
    const token = await house.link(await house.door.alice())
    const path = `/reset-password?t=${token}`
    for (let n = 0; n < 20; n++) {
      const scanner = house.browser()
      const headers = { 'user-agent': 'Mozilla/5.0 (compatible; SafeLinks)' }
      await scanner.send(path, { method: n % 3 === 0 ? 'HEAD' : 'GET', headers })
      await scanner.get('/reset-password', headers)
    }
    const browser = await house.followed(token)
    expect((await browser.fill('/reset-password', PASSWORDS)).headers.location).toBe('/login')
  })

  it('case 57: of fifty that press the button at once lets one in', async () => {
    await using house = await PortalHouse.open()
    const user = await house.door.alice()
    const browser = await house.followed(await house.link(user))
    const token = tokenOf(await browser.get('/reset-password'))
    const fields = (n: number) => ({ ...token, password: `${NEW} ${n}`, again: `${NEW} ${n}` })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => browser.submit('/reset-password', fields(n))),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    expect(statuses.filter((status) => status === 410)).toHaveLength(49)
    const set = statuses.indexOf(303)
    expect(await house.door.tried('alice', `${NEW} ${set}`)).toBe('signed-in')
    expect(await house.office.tasksOf(user.id, 'password-changed')).toHaveLength(1)
  })

  it('that is over, used, malformed or missing gets one page', async () => {
    await using house = await PortalHouse.open()
    const user = await house.door.alice()
    const over = await house.link(user)
    house.office.clock.advance(HOUR)
    const used = await house.link(user)
    await (await house.followed(used)).fill('/reset-password', PASSWORDS)
    const bodies = []
    for (const token of [over, used, `${'A'.repeat(43)}.${'0'.repeat(16)}`]) {
      const answer = await (await house.followed(token)).get('/reset-password')
      expect(answer.status).toBe(410)
      bodies.push(answer.body)
    }
    for (const path of [
      '/reset-password',
      '/reset-password?t=',
      '/reset-password?t=../../x',
      '/reset-password?t=%00',
    ]) {
      const answer = await house.browser().get(path)
      expect(answer.status).toBe(410)
      bodies.push(answer.body)
    }
    expect(new Set(bodies).size).toBe(1)
    expect(bodies[0]).toContain('href="/forgot-password"')
  })

  it('of somebody else that was opened in the meantime keeps its password: a page is for one account', async () => {
    await using house = await PortalHouse.open()
    const alice = await house.link(await house.door.alice())
    const bob = await house.link(await house.office.addUser({ username: 'bob' }))
    const browser = await house.followed(alice)
    const page = await browser.get('/reset-password')
    await browser.get(`/reset-password?t=${bob}`)
    const answer = await browser.submit('/reset-password', { ...tokenOf(page), ...PASSWORDS })
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('This form is out of date')
    for (const name of ['alice', 'bob']) expect(await house.door.tried(name, NEW)).toBe('refused')
    // Opened again, the page says whose link the browser holds now.
    const again = await browser.get('/reset-password')
    expect(again.body).toContain('For the account bob.')
    await browser.submit('/reset-password', { ...tokenOf(again), ...PASSWORDS })
    expect(await house.door.tried('bob', NEW)).toBe('signed-in')
  })

  it('sets a new password while sign-ins from everywhere are over their limit', async () => {
    await using house = await PortalHouse.open()
    await house.office.set({ SERVICE_PORTAL_TRUSTED_PROXY: '127.0.0.1' })
    const browser = await house.followed(await house.link(await house.door.alice()))
    const token = tokenOf(await browser.get('/login'))
    const trySignIn = (n: number) =>
      browser.submit(
        '/login',
        { ...token, name: 'x', password: 'x'.repeat(3000) },
        { 'x-forwarded-for': `203.0.113.${n % 20}` },
      )
    for (let n = 0; n < 600; n++) await trySignIn(n)
    expect((await trySignIn(600)).status).toBe(429)
    expect((await browser.fill('/reset-password', PASSWORDS)).headers.location).toBe('/login')
  })

  it('dies while its page is open: the button says so', async () => {
    await using house = await PortalHouse.open()
    const browser = await house.followed(await house.link(await house.door.alice()))
    const token = tokenOf(await browser.get('/reset-password'))
    house.office.clock.advance(60 * MINUTE)
    expect((await browser.submit('/reset-password', { ...token, ...PASSWORDS })).status).toBe(410)
    expect(await house.door.tried('alice', OLD)).toBe('signed-in')
  })

  it('case 59: lives on when the new password is refused, and says why', async () => {
    await using house = await PortalHouse.open()
    const browser = await house.followed(await house.link(await house.door.alice()))
    const page = await browser.get('/reset-password')
    expect(page.body).toContain('At least 15 characters')
    const tries: readonly (readonly [string, string, string])[] = [
      ['x7!kqpwmz vbnr', 'x7!kqpwmz vbnr', 'must have at least 15 characters'],
      ['x'.repeat(257), 'x'.repeat(257), 'must have at most 256 characters'],
      ['alice@example.org', 'alice@example.org', 'must not be the username or the e-mail address'],
      [OLD, OLD, 'must differ from the present one'],
      [NEW, `${NEW} `, 'The two new passwords are not the same'],
      // Both reasons at once: nobody types a weak one twice more to hear of it.
      ['passwordpassword', 'x', 'The two new passwords are not the same'],
      ['passwordpassword', 'x', 'is one of the passwords that are tried first'],
    ]
    for (const [password, again, why] of tries) {
      const answer = await browser.submit('/reset-password', { ...tokenOf(page), password, again })
      expect(answer.status).toBe(422)
      expect(answer.body).toContain(why)
    }
    expect((await browser.submit('/reset-password', { ...tokenOf(page), ...PASSWORDS })).status).toBe(303)
  })

  it('case 23: changes nothing until the new password is set', async () => {
    await using house = await PortalHouse.open()
    const { browser, user } = await house.signedIn()
    const follower = await house.followed(await house.link(user))
    await follower.get('/reset-password')
    expect((await browser.get('/account')).status).toBe(200)
    expect(await house.door.tried('alice', OLD)).toBe('signed-in')
  })
})

describe('links that are turned off', () => {
  const turn = (house: PortalHouse, on: boolean) => house.office.set({ SERVICE_FORGOT_PASSWORD_ENABLE: on })

  it('let nobody in by one that is out, whose page is open, or who asked a moment ago', async () => {
    await using house = await PortalHouse.open()
    const browser = await house.followed(await house.link(await house.door.alice()))
    const form = tokenOf(await browser.get('/reset-password'))
    const bob = await house.office.addUser({ username: 'bob' })
    await house.browser().fill('/forgot-password', { email: bob.email })
    await turn(house, false)
    const page = await browser.get('/reset-password')
    expect(page.status).toBe(410)
    expect(page.body).toContain('Ask whoever runs your accounts for a new one.')
    const alice = await house.office.store.userByUsername('alice')
    expect(alice && (await readCredential(house.office.store, alice.id))?.link).toBeNull()
    expect((await browser.submit('/reset-password', { ...form, ...PASSWORDS })).status).toBe(410)
    expect(await house.door.tried('alice', OLD)).toBe('signed-in')
    house.office.clock.advance(SECOND)
    expect(await house.office.claimAll()).toEqual([])
    const [task] = await house.office.tasksOf(bob.id, 'reset-link')
    expect(task).toMatchObject({
      status: 'cancelled',
      cause: { reply: 'Links were turned off (SERVICE_FORGOT_PASSWORD_ENABLE).' },
    })
  })

  it('stay dead when they are turned on again, and new ones work', async () => {
    await using house = await PortalHouse.open()
    const user = await house.door.alice()
    const out = await house.link(user)
    await turn(house, false)
    house.office.clock.advance(5 * MINUTE)
    await turn(house, true)
    expect((await (await house.followed(out)).get('/reset-password')).status).toBe(410)
    const browser = await house.followed(await house.link(user))
    expect((await browser.fill('/reset-password', PASSWORDS)).headers.location).toBe('/login')
  })

  it('are not turned off by saying once more that they are on', async () => {
    await using house = await PortalHouse.open()
    const out = await house.link(await house.door.alice())
    house.office.clock.advance(MINUTE)
    await turn(house, true)
    expect((await (await house.followed(out)).get('/reset-password')).status).toBe(200)
  })
})

describe('the settings', () => {
  it('hold from the next request on', async () => {
    await using house = await PortalHouse.open()
    await house.door.alice()
    await house.office.set({ SERVICE_PORTAL_NAME: 'Beispiel & Töchter', SERVICE_PASSWORD_MIN_LENGTH: 20 })
    expect((await house.browser().get('/login')).body).toContain('<title>Sign in – Beispiel &amp; Töchter</title>')
    await house.office.set({ SERVICE_FORGOT_PASSWORD_ENABLE: false })
    expect((await house.browser().get('/login')).body).not.toContain('forgot-password')
    expect((await house.browser().get('/forgot-password')).status).toBe(404)
    await house.office.set({ SERVICE_PORTAL_ENABLE: false })
    expect((await house.browser().get('/login')).status).toBe(503)
  })
})

describe('languages', () => {
  it.each([
    [undefined, 'en'],
    ['zh-TW,zh;q=0.9,en;q=0.8', 'zh-TW'],
    ['zh-Hant-HK', 'zh-TW'],
    ['de-DE,de;q=0.9,zh;q=0.2,en;q=0.1', 'zh-TW'],
    ['en;q=0.1, zh-TW;q=0', 'en'],
    ['fr', 'en'],
    ['*;q=nonsense', 'en'],
  ])('of Accept-Language: %s is %s', async (header, locale) => {
    await using house = await PortalHouse.open()
    const answer = await house.browser().get('/login', { 'accept-language': header ?? null })
    expect(answer.body).toContain(`<html lang="${locale}">`)
  })

  it('can be switched on every page, and stay', async () => {
    await using house = await PortalHouse.open()
    const browser = house.browser()
    const page = await browser.get('/forgot-password')
    expect(page.body).toContain('href="/forgot-password?lang=zh-TW"')
    expect((await browser.get('/forgot-password?lang=zh-TW')).headers.location).toBe('/forgot-password')
    expect((await browser.get('/login')).body).toContain('<html lang="zh-TW">')
    expect((await browser.get('/no-such-page')).body).toContain('沒有這個頁面')
    await browser.get('/login?lang=en')
    expect((await browser.get('/login', { 'accept-language': 'zh-TW' })).body).toContain('<html lang="en">')
    await browser.get('/login?lang=klingon')
    expect((await browser.get('/login')).body).toContain('<html lang="en">')
  })
})

describe('the log', () => {
  it('says who signed in and who was refused, in one line each, with no word that was typed', async () => {
    await using house = await PortalHouse.open()
    await house.signedIn()
    const typed = 'mallory\n{"fake":1}'
    await house.browser().fill('/login?x=secret-in-query', {})
    await house.browser().fill('/login', { name: typed, password: OLD })
    await house.browser().get('/who/typed/this?t=secret-in-query')
    const lines = house.lines.map((line) => JSON.parse(line)[0])
    expect(lines).toContainEqual(expect.objectContaining({ event: 'signed in', user: 'Alice', status: 303 }))
    expect(lines).toContainEqual(expect.objectContaining({ event: 'sign-in refused', address: '127.0.0.1' }))
    expect(lines).toContainEqual(expect.objectContaining({ path: 'other', status: 404 }))
    for (const word of ['mallory', 'fake', 'secret-in-query', 'typed', OLD])
      expect(house.lines.join()).not.toContain(word)
  })
})
