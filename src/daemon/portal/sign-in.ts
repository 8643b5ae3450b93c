import { readSession, signOut, signOutEverywhere } from '../../core/usecases/portal/session.ts'
import { signIn } from '../../core/usecases/portal/sign-in.ts'
import { giveCookie, readCookie, takeCookie } from './cookies.ts'
import type { Wrong } from './pages/form.ts'
import { onlyNewPasswordPage } from './pages/message.ts'
import { signInPage } from './pages/sign-in.ts'
import { busy, readPosted, tooMany } from './posted.ts'
import { formToken, frameOf, type PortalDoor, type Request, renewForms } from './visit.ts'
import { isNotice } from './words.ts'

/** The longest name that is looked up: an e-mail address has 254 characters at most (RFC 5321, 4.5.3.1.3). */
const LONGEST_NAME = 320

/** `GET /login`. Who is signed in already is led on. */
export async function showSignIn(c: Request, door: PortalDoor) {
  const secret = readCookie(c, 'session')
  if (secret !== null && (await readSession(c.var.visit.context, secret)) !== null) return c.redirect('/account', 303)
  const said = readCookie(c, 'notice')
  takeCookie(c, 'notice')
  return signInForm(c, door, { notice: isNotice(said) ? c.var.visit.words.notices[said] : null })
}

interface Shown {
  readonly status?: 200 | 401 | 422
  readonly name?: string
  readonly notice?: string | null
  readonly wrong?: Wrong
}

/** The page to sign in on. */
function signInForm(c: Request, { tokens }: PortalDoor, { status = 200, ...shown }: Shown) {
  const forgot = c.var.visit.settings.SERVICE_FORGOT_PASSWORD_ENABLE
  return c.html(signInPage(frameOf(c, '/login'), { token: formToken(c, tokens), forgot, ...shown }), status)
}

/** Asks somebody to sign in whose session is over or who has none. */
export function askToSignIn(c: Request, door: PortalDoor) {
  return signInForm(c, door, { status: 401, wrong: { '': c.var.visit.words.signIn.needed } })
}

/** `POST /login`. */
export async function postSignIn(c: Request, door: PortalDoor) {
  const posted = await readPosted(c, door, '/login')
  if (!posted.ok) return posted.answer
  const { context, words, address, settings } = c.var.visit
  const name = (posted.form.get('name') ?? '').trim().slice(0, LONGEST_NAME)
  const password = posted.form.get('password') ?? ''
  const wrong: Wrong = {
    ...(name === '' ? { name: words.signIn.noName } : {}),
    ...(password === '' ? { password: words.signIn.noPassword } : {}),
  }
  if (Object.keys(wrong).length > 0) return signInForm(c, door, { status: 422, name, wrong })
  const pass = await door.limits.count('password', address)
  if (!pass.ok) return tooMany(c, pass.seconds, '/login')
  const previous = readCookie(c, 'session')
  const entered = await door.limits.hashing(() => signIn(context, door.keys, name, password, previous))
  if (entered === null) return busy(c, '/login')
  if (entered.kind === 'refused') {
    c.set('event', { event: 'sign-in refused' })
    return signInForm(c, door, {
      status: 401,
      name,
      wrong: { '': words.signIn.refused(settings.SERVICE_FORGOT_PASSWORD_ENABLE) },
    })
  }
  const temporary = entered.kind === 'must-change-password'
  c.set('event', {
    event: temporary ? 'signed in with a temporary password' : 'signed in',
    user: entered.user.username,
  })
  giveCookie(c, 'session', entered.session)
  renewForms(c, door.tokens)
  takeCookie(c, 'notice')
  return c.redirect(temporary ? '/change-password' : '/account', 303)
}

/** `POST /logout`, of this browser or of all. A temporary password ends its own session and no other. */
export async function postSignOut(c: Request, door: PortalDoor) {
  const posted = await readPosted(c, door, '/account')
  if (!posted.ok) return posted.answer
  const { context } = c.var.visit
  const secret = readCookie(c, 'session')
  const everywhere = posted.form.get('everywhere') === 'yes'
  if (everywhere && secret !== null) {
    const signedIn = await readSession(context, secret)
    if (signedIn?.session.scope === 'new-password')
      return c.html(onlyNewPasswordPage(frameOf(c, '/change-password')), 403)
  }
  if (secret !== null) await (everywhere ? signOutEverywhere(context, secret) : signOut(context, secret))
  c.set('event', { event: everywhere ? 'signed out everywhere' : 'signed out' })
  takeCookie(c, 'session')
  renewForms(c, door.tokens)
  giveCookie(c, 'notice', everywhere ? 'signed-out-everywhere' : 'signed-out')
  return c.redirect('/login', 303)
}
