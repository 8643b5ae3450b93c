import { parseAddress } from '../../core/domain/address.ts'
import { SECOND } from '../../core/domain/time.ts'
import { requestLink } from '../../core/usecases/portal/request-link.ts'
import { forgotPage } from './pages/forgot-password.ts'
import { fail, readPosted } from './posted.ts'
import { formToken, frameOf, type PortalDoor, type Request } from './visit.ts'

/** The letter is made when whoever asked has been answered: making it takes the daemon some ms. */
const LETTER_DELAY = SECOND

/** `GET /forgot-password`, while SERVICE_FORGOT_PASSWORD_ENABLE. */
export function showForgot(c: Request, { tokens }: PortalDoor) {
  if (!c.var.visit.settings.SERVICE_FORGOT_PASSWORD_ENABLE) return fail(c, 404, '/login')
  return c.html(forgotPage(frameOf(c, '/forgot-password'), { token: formToken(c, tokens) }))
}

/**
 * `POST /forgot-password`. Whoever asks for whatever address, however often, gets the same bytes at the same time: the
 * work of `requestLink` is the same for all, the app answers at a step of the clock, and the letter is made later by the
 * dispatcher. A request that is over the limits is answered like any other, and sends none.
 */
export async function postForgot(c: Request, door: PortalDoor) {
  const { settings, words, address: from } = c.var.visit
  if (!settings.SERVICE_FORGOT_PASSWORD_ENABLE) return fail(c, 404, '/login')
  const posted = await readPosted(c, door, '/forgot-password')
  if (!posted.ok) return posted.answer
  const frame = frameOf(c, '/forgot-password')
  const token = formToken(c, door.tokens)
  const address = (posted.form.get('email') ?? '').trim()
  if (!parseAddress(address).ok) {
    const wrong = { email: words.forgot.notAnAddress }
    return c.html(forgotPage(frame, { token, address, wrong }), 422)
  }
  await ask(c, door, from, address)
  const sent = { minutes: settings.SERVICE_RESET_LINK_MINUTES }
  return c.html(forgotPage(frame, { token, sent }))
}

async function ask(c: Request, door: PortalDoor, from: string, address: string): Promise<void> {
  const pass = await door.limits.count('letter', from)
  if (!pass.ok) {
    c.set('event', { event: 'link asked for', result: 'over the limit' })
    return
  }
  const requested = await requestLink(c.var.visit.context, address, LETTER_DELAY)
  const result = requested.kind === 'made' ? { result: 'made', task: requested.task.id } : { result: requested.why }
  c.set('event', { event: 'link asked for', ...result })
}
