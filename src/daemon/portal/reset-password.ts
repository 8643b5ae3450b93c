import type { Strength } from '../../core/domain/password-strength.ts'
import type { User } from '../../core/domain/user.ts'
import { parseLinkToken } from '../../core/secrets/link.ts'
import { openLink, redeemLink } from '../../core/usecases/portal/link.ts'
import { judgePassword } from '../../core/usecases/portal/new-password.ts'
import { giveCookie, readCookie, takeCookie } from './cookies.ts'
import { newPasswordWrong, noticeOf } from './new-password.ts'
import type { Wrong } from './pages/form.ts'
import { deadLinkPage } from './pages/message.ts'
import { ACCOUNT_FIELD, newPasswordPage } from './pages/new-password.ts'
import { busy, fail, readPosted, tooMany } from './posted.ts'
import { formToken, frameOf, type PortalDoor, type Request, renewForms } from './visit.ts'

/**
 * `GET /reset-password`. With a token it consumes and looks up nothing, moves the token into a cookie and leads on to an
 * address without it: none stays in the browser's history, in a log or in a referrer. Scanners that follow links harm
 * nobody.
 */
export async function showReset(c: Request, door: PortalDoor) {
  const token = c.req.query('t')
  if (token !== undefined && parseLinkToken(token) !== null) {
    giveCookie(c, 'link', token)
    return c.redirect('/reset-password', 303)
  }
  const kept = token === undefined ? readCookie(c, 'link') : null
  const opened = kept === null ? null : await openLink(c.var.visit.context, door.keys, kept)
  return opened?.kind === 'works' ? resetForm(c, door, opened.user, {}) : deadLink(c)
}

function deadLink(c: Request) {
  takeCookie(c, 'link')
  return c.html(deadLinkPage(frameOf(c, '/reset-password'), c.var.visit.settings.SERVICE_FORGOT_PASSWORD_ENABLE), 410)
}

interface Refused {
  readonly wrong?: Wrong
  readonly strength?: Strength | null
}

function resetForm(c: Request, { tokens }: PortalDoor, user: User, refused: Refused) {
  const { SERVICE_PASSWORD_MIN_LENGTH: minLength } = c.var.visit.settings
  const shown = { token: formToken(c, tokens), by: 'link', user, minLength, ...refused } as const
  return c.html(newPasswordPage(frameOf(c, '/reset-password'), shown), refused.wrong === undefined ? 200 : 422)
}

/** `POST /reset-password`: the one request that consumes a link. Nobody is signed in by it. */
export async function postReset(c: Request, door: PortalDoor) {
  const posted = await readPosted(c, door, '/reset-password')
  if (!posted.ok) return posted.answer
  const { context, words, address } = c.var.visit
  const token = readCookie(c, 'link') ?? ''
  const password = posted.form.get('password') ?? ''
  const opened = await openLink(context, door.keys, token)
  if (opened.kind === 'dead') {
    c.set('event', { event: 'link did not work' })
    return deadLink(c)
  }
  // Somebody else's link was opened in this browser after the page was: its password is not for that account.
  if (posted.form.get(ACCOUNT_FIELD) !== opened.user.username) return fail(c, 403, '/reset-password')
  const pass = await door.limits.count('new-password', address)
  if (!pass.ok) return tooMany(c, pass.seconds, '/reset-password')
  const { refusal, strength } = await judgePassword(context.store, opened.user, password)
  const wrong = newPasswordWrong(words, posted.form, refusal)
  if (Object.keys(wrong).length > 0)
    return resetForm(c, door, opened.user, { wrong, strength: password === '' ? null : strength })
  const redeemed = await door.limits.hashing(() => redeemLink(context, door.keys, token, password))
  if (redeemed === null) return busy(c, '/reset-password')
  switch (redeemed.kind) {
    case 'dead':
      c.set('event', { event: 'link did not work' })
      return deadLink(c)
    case 'refused': {
      const refused = { password: words.newPassword.refused(redeemed.refusal) }
      return resetForm(c, door, redeemed.user, { wrong: refused, strength })
    }
    case 'done':
      c.set('event', { event: 'password set by a link', user: redeemed.user.username })
      takeCookie(c, 'link')
      takeCookie(c, 'session')
      renewForms(c, door.tokens)
      giveCookie(c, 'notice', noticeOf(strength))
      return c.redirect('/login', 303)
  }
}
