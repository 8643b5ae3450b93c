import { describe, expect, it } from 'vitest'
import { MINUTE } from '../../../src/core/domain/time.ts'
import { addUser } from '../../../src/core/usecases/users.ts'
import { NEW, OLD } from '../../core/usecases/portal/door.ts'
import { passwordIn } from '../../core/usecases/post-office.ts'
import { tokenOf } from './a-browser.ts'
import { PortalHouse } from './a-portal.ts'

const SESSION = '__Host-postern-session'

describe('signing in', () => {
  it('leads to the account, which says who is signed in', async () => {
    await using house = await PortalHouse.open()
    const { browser, user } = await house.signedIn()
    const account = await browser.get('/account')
    expect(account.status).toBe(200)
    expect(account.body).toContain(user.username)
    expect(account.body).toContain(user.email)
    expect((await browser.get('/login')).headers.location).toBe('/account')
    expect((await browser.get('/')).headers.location).toBe('/account')
  })

  it('takes the e-mail address for a name', async () => {
    await using house = await PortalHouse.open()
    const { email } = await house.door.alice()
    const answer = await house.browser().fill('/login', { name: ` ${email.toUpperCase()} `, password: OLD })
    expect(answer.headers.location).toBe('/account')
  })

  it('keeps the session in a cookie that scripts, other sites and other hosts cannot reach', async () => {
    await using house = await PortalHouse.open()
    await house.door.alice()
    const answer = await house.browser().fill('/login', { name: 'alice', password: OLD })
    const cookie = answer.cookies.find((line) => line.startsWith(SESSION)) ?? ''
    expect(cookie).toMatch(/^__Host-postern-session=[A-Za-z0-9_-]{43};/)
    for (const attribute of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict']) expect(cookie).toContain(attribute)
    expect(cookie).not.toMatch(/Domain|Max-Age|Expires/)
  })

  it('case 58: a session that was planted before the sign-in is dead after it, and the one after it is new', async () => {
    await using house = await PortalHouse.open()
    const { browser: attacker } = await house.signedIn()
    const planted = attacker.jar.get(SESSION) ?? ''
    const victim = house.browser()
    const page = await victim.get('/login')
    victim.jar.set(SESSION, planted)
    const answer = await victim.submit('/login', { ...tokenOf(page), name: 'alice', password: OLD })
    expect(answer.status).toBe(303)
    expect(victim.jar.get(SESSION)).not.toBe(planted)
    expect((await victim.get('/account')).status).toBe(200)
    expect((await attacker.get('/account')).status).toBe(401)
    // Nor is a form of before the sign-in of any use after it.
    expect((await victim.submit('/logout', tokenOf(page))).status).toBe(403)
  })

  it('works for whoever comes from a letter: the browser leaves the session out of the page and sends it with the form', async () => {
    await using house = await PortalHouse.open()
    const { browser } = await house.signedIn()
    const form = browser.jar.get('__Host-postern-form') ?? ''
    const page = await browser.get('/login', { cookie: `__Host-postern-form=${form}` })
    const answer = await browser.submit('/login', { ...tokenOf(page), name: 'alice', password: OLD })
    expect(answer.headers.location).toBe('/account')
  })

  it.each([
    ['a wrong password', 'alice', 'not the password at all'],
    ['an unknown name', 'nobody', OLD],
    ['an address that nobody has', 'nobody@example.org', OLD],
    ['a name that is none', '"; drop table users; --', OLD],
    ['a disabled user', 'mallory', OLD],
  ])('with %s is refused with the same words', async (_what, name, password) => {
    await using house = await PortalHouse.open()
    await house.door.alice()
    const mallory = await house.office.addUser({ username: 'mallory' })
    await house.door.givePassword(mallory.id)
    await house.office.setStatus(mallory.id, 'disabled')
    const answer = await house.browser().fill('/login', { name, password })
    expect(answer.status).toBe(401)
    expect(answer.body).toContain('The name or the password is not right.')
    expect(answer.body).not.toContain(password)
    expect(answer.cookies.join()).not.toContain(SESSION)
  })

  it('case 20: takes a lookalike of a name for nobody, and another width of it for the same one', async () => {
    await using house = await PortalHouse.open()
    const admin = await house.office.addUser({ username: 'admin', email: 'admin@example.org' })
    await house.door.givePassword(admin.id)
    const imitation = { username: '\u0430dmin', email: 'another@example.org', name: '', locale: 'en' }
    expect(await addUser(house.office.operator, imitation)).toMatchObject({ kind: 'refused' })
    for (const name of [
      '\u0430dmin',
      'adm\u0131n',
      'admin\u200b',
      '\u0430dmin@example.org',
      'admin@ex\u0430mple.org',
    ]) {
      const answer = await house.browser().fill('/login', { name, password: OLD })
      expect(answer.status, name).toBe(401)
      expect(answer.body).toContain('The name or the password is not right.')
    }
    const wide = house.browser()
    await wide.fill('/login', { name: '\uff21dmin', password: OLD })
    expect((await wide.get('/account')).body).toContain('<dd>admin</dd>')
  })

  it('says what is missing at its field, and keeps the name', async () => {
    await using house = await PortalHouse.open()
    const answer = await house.browser().fill('/login', { name: 'alice', password: '' })
    expect(answer.status).toBe(422)
    expect(answer.body).toMatch(/<a href="#password">Enter your password<\/a>/)
    expect(answer.body).toMatch(/id="password"[^>]*aria-describedby="password-wrong"[^>]*aria-invalid="true"/)
    expect(answer.body).toContain('value="alice"')
    expect(answer.body).toContain('<title>Error: Sign in – Postern</title>')
  })

  it('needs no address of the portal and no mail: a setting that links lack breaks it for nobody', async () => {
    await using house = await PortalHouse.open()
    await house.door.alice()
    await house.office.set({ SERVICE_FORGOT_PASSWORD_ENABLE: false })
    await house.office.set({ SERVICE_PORTAL_URL: '' })
    const browser = house.browser(`127.0.0.1:${house.port}`)
    const page = await browser.get('/login')
    expect(page.body).not.toContain('/forgot-password')
    const answer = await browser.submit('/login', { ...tokenOf(page), name: 'alice', password: OLD })
    expect(answer.headers.location).toBe('/account')
    expect((await browser.get('/forgot-password')).status).toBe(404)
  })

  it('shows whatever somebody typed as text', async () => {
    await using house = await PortalHouse.open()
    const answer = await house.browser().fill('/login', { name: '"><script>alert(1)</script>', password: 'x' })
    expect(answer.body).not.toContain('<script')
    expect(answer.body).toContain('&lt;script&gt;')
  })
})

describe('signing out', () => {
  it('ends the session at the portal, whoever kept the cookie', async () => {
    await using house = await PortalHouse.open()
    const { browser } = await house.signedIn()
    const kept = browser.jar.get(SESSION) ?? ''
    const answer = await browser.fill('/account', {})
    expect(answer.status).toBe(405)
    const out = await browser.submit('/logout', tokenOf(await browser.get('/account')))
    expect(out.headers.location).toBe('/login')
    expect((await browser.get('/login')).body).toContain('You are signed out.')
    browser.jar.set(SESSION, kept)
    expect((await browser.get('/account')).status).toBe(401)
  })

  it('everywhere ends the sessions of other browsers, too', async () => {
    await using house = await PortalHouse.open()
    const { browser: first } = await house.signedIn()
    const { browser: second } = await house.signedIn()
    await first.submit('/logout', { ...tokenOf(await first.get('/account')), everywhere: 'yes' })
    expect((await second.get('/account')).status).toBe(401)
    expect((await first.get('/login')).body).toContain('in every other browser')
  })

  it('happens by itself after half an hour without use', async () => {
    await using house = await PortalHouse.open()
    const { browser } = await house.signedIn()
    house.office.clock.advance(30 * MINUTE)
    const answer = await browser.get('/account')
    expect(answer.status).toBe(401)
    expect(answer.body).toContain('Sign in first.')
  })
})

describe('changing the password', () => {
  it('asks for the present one, ends every session and leads to the sign-in page', async () => {
    await using house = await PortalHouse.open()
    const { browser, user } = await house.signedIn()
    const { browser: other } = await house.signedIn()
    const answer = await browser.fill('/change-password', { present: OLD, password: NEW, again: NEW })
    expect(answer.headers.location).toBe('/login')
    expect(answer.cookies.join()).not.toMatch(/postern-session=[^;]/)
    const page = await browser.get('/login')
    expect(page.body).toContain('Your password has been changed. Sign in with the new one.')
    expect((await browser.get('/login')).body).not.toContain('has been changed')
    expect((await other.get('/account')).status).toBe(401)
    expect(await house.door.tried('alice', OLD)).toBe('refused')
    expect(await house.door.tried('alice', NEW)).toBe('signed-in')
    expect(await house.office.tasksOf(user.id, 'password-changed')).toHaveLength(1)
  })

  it.each([
    ['a wrong present one', { present: 'wrong', password: NEW, again: NEW }, 'The present password is not right.'],
    ['two that differ', { present: OLD, password: NEW, again: `${NEW}!` }, 'The two new passwords are not the same'],
    ['none', { present: OLD, password: '', again: '' }, 'Enter a new password'],
    [
      'the present one',
      { present: OLD, password: OLD, again: OLD },
      'The new password must differ from the present one',
    ],
  ])('to %s is refused, with the reason at its field', async (_what, fields, why) => {
    await using house = await PortalHouse.open()
    const { browser } = await house.signedIn()
    const answer = await browser.fill('/change-password', fields)
    expect(answer.status).toBe(422)
    expect(answer.body).toContain(why)
    expect(await house.door.tried('alice', OLD)).toBe('signed-in')
  })

  it('says what a refused password is worth, and why', async () => {
    await using house = await PortalHouse.open()
    const { browser } = await house.signedIn()
    const typed = 'passwordpassword'
    const answer = await browser.fill('/change-password', { present: OLD, password: typed, again: typed })
    expect(answer.body).toContain('Strength of what you typed: weak')
    expect(answer.body).toContain('is one of the passwords that are tried first')
    expect(answer.body).not.toContain(typed)
  })

  it('is not for somebody who is not signed in', async () => {
    await using house = await PortalHouse.open()
    const answer = await house.browser().get('/change-password')
    expect(answer.status).toBe(401)
    expect(answer.body).toContain('action="/login"')
  })
})

describe('a temporary password', () => {
  it('opens the page to a new password and nothing else', async () => {
    await using house = await PortalHouse.open()
    const { user, password } = await house.office.delivered()
    const browser = house.browser()
    const entered = await browser.fill('/login', { name: user.username, password })
    expect(entered.headers.location).toBe('/change-password')
    expect((await browser.get('/account')).status).toBe(403)
    expect((await browser.get('/')).headers.location).toBe('/account')
    const page = await browser.get('/change-password')
    expect(page.body).not.toContain('name="present"')
    const same = await browser.submit('/change-password', { ...tokenOf(page), password, again: password })
    expect(same.body).toContain('must not be the temporary password')
    const done = await browser.submit('/change-password', { ...tokenOf(page), password: NEW, again: NEW })
    expect(done.headers.location).toBe('/login')
    expect(await house.door.tried(user.username, password)).toBe('refused')
    expect(await house.door.tried(user.username, NEW)).toBe('signed-in')
  })

  it('signs out of itself, and ends no session that the right password opened', async () => {
    await using house = await PortalHouse.open()
    const user = await house.door.alice()
    await house.office.reset(user)
    const claimed = await house.office.claim()
    await house.office.settle(claimed, 'delivered')
    const password = passwordIn(claimed)
    const owner = house.browser()
    await owner.fill('/login', { name: user.username, password: OLD })
    const browser = house.browser()
    await browser.fill('/login', { name: user.username, password })
    const page = await browser.get('/change-password')
    expect(page.body).toMatch(
      /action="\/logout"[^>]*>\s*<input type="hidden" name="form"[^>]*>\s*<button type="submit" class="quiet">Sign out</,
    )
    const token = tokenOf(page)
    const everywhere = await browser.submit('/logout', { ...token, everywhere: 'yes' })
    expect(everywhere.status).toBe(403)
    expect(everywhere.body).toContain('opens only the page where you choose a new one')
    expect((await owner.get('/account')).status).toBe(200)
    expect((await browser.submit('/logout', token)).headers.location).toBe('/login')
    expect((await browser.get('/change-password')).status).toBe(401)
    expect((await owner.get('/account')).status).toBe(200)
    // The temporary password itself works as before: nobody has changed anything.
    expect(await house.door.tried(user.username, password)).toBe('must-change-password')
  })
})
