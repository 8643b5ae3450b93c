import type { Strength } from '../../core/domain/password-strength.ts'
import { changePassword } from '../../core/usecases/portal/change-password.ts'
import { judgePassword } from '../../core/usecases/portal/new-password.ts'
import { readSession, type SignedInAs } from '../../core/usecases/portal/session.ts'
import { giveCookie, readCookie, takeCookie } from './cookies.ts'
import { newPasswordWrong, noticeOf } from './new-password.ts'
import type { Wrong } from './pages/form.ts'
import { newPasswordPage } from './pages/new-password.ts'
import { busy, readPosted, tooMany } from './posted.ts'
import { askToSignIn } from './sign-in.ts'
import { formToken, frameOf, type PortalDoor, type Request, renewForms } from './visit.ts'

/** `GET /change-password`, for whoever is signed in, by a temporary password too. */
export async function showChange(c: Request, door: PortalDoor) {
  const signedIn = await whoIs(c)
  return signedIn === null ? askToSignIn(c, door) : changeForm(c, door, signedIn, {})
}

async function whoIs(c: Request): Promise<SignedInAs | null> {
  const secret = readCookie(c, 'session')
  return secret === null ? null : readSession(c.var.visit.context, secret)
}

interface Refused {
  readonly wrong?: Wrong
  readonly strength?: Strength | null
}

function changeForm(c: Request, { tokens }: PortalDoor, { user, session }: SignedInAs, refused: Refused) {
  const by = session.scope === 'new-password' ? 'temporary' : 'present'
  const { SERVICE_PASSWORD_MIN_LENGTH: minLength } = c.var.visit.settings
  const shown = { token: formToken(c, tokens), by, user, minLength, ...refused } as const
  return c.html(newPasswordPage(frameOf(c, '/change-password'), shown), refused.wrong === undefined ? 200 : 422)
}

/** `POST /change-password`. Every session dies, this one too: the person signs in with the new password. */
export async function postChange(c: Request, door: PortalDoor) {
  const posted = await readPosted(c, door, '/change-password')
  if (!posted.ok) return posted.answer
  const { context, words, address } = c.var.visit
  const signedIn = await whoIs(c)
  if (signedIn === null) return askToSignIn(c, door)
  const pass = await door.limits.count('new-password', address)
  if (!pass.ok) return tooMany(c, pass.seconds, '/change-password')
  const asksPresent = signedIn.session.scope === 'everything'
  const present = asksPresent ? (posted.form.get('present') ?? '') : null
  const next = posted.form.get('password') ?? ''
  const { refusal, strength } = await judgePassword(context.store, signedIn.user, next)
  const wrong = {
    ...(present === '' ? { present: words.newPassword.noPresent } : {}),
    ...newPasswordWrong(words, posted.form, refusal),
  }
  if (Object.keys(wrong).length > 0)
    return changeForm(c, door, signedIn, { wrong, strength: next === '' ? null : strength })
  const session = readCookie(c, 'session') ?? ''
  const changed = await door.limits.hashing(() => changePassword(context, door.keys, { session, present, next }))
  const user = signedIn.user.username
  switch (changed?.kind) {
    case undefined:
      return busy(c, '/change-password')
    case 'not-signed-in':
      return askToSignIn(c, door)
    case 'wrong-password':
      c.set('event', { event: 'password change refused', user })
      return changeForm(c, door, signedIn, { wrong: { present: words.newPassword.wrongPresent } })
    case 'refused': {
      const refused = { password: words.newPassword.refused(changed.refusal) }
      return changeForm(c, door, signedIn, { wrong: refused, strength })
    }
    case 'done':
      c.set('event', { event: 'password changed', user })
      takeCookie(c, 'session')
      renewForms(c, door.tokens)
      giveCookie(c, 'notice', noticeOf(strength))
      return c.redirect('/login', 303)
  }
}
