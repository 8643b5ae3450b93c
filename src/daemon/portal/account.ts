import { readSession } from '../../core/usecases/portal/session.ts'
import { readCookie } from './cookies.ts'
import { accountPage } from './pages/account.ts'
import { onlyNewPasswordPage } from './pages/message.ts'
import { askToSignIn } from './sign-in.ts'
import { formToken, frameOf, type PortalDoor, type Request } from './visit.ts'

/** `GET /account`: who is signed in. A temporary password does not open it. */
export async function showAccount(c: Request, door: PortalDoor) {
  const secret = readCookie(c, 'session')
  const signedIn = secret === null ? null : await readSession(c.var.visit.context, secret)
  if (signedIn === null) return askToSignIn(c, door)
  const frame = frameOf(c, '/account')
  if (signedIn.session.scope === 'new-password') return c.html(onlyNewPasswordPage(frame), 403)
  return c.html(accountPage(frame, { token: formToken(c, door.tokens), user: signedIn.user }))
}
