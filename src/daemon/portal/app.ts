import { Hono, type MiddlewareHandler } from 'hono'
import { StoreError } from '../../core/store/error.ts'
import { readSession } from '../../core/usecases/portal/session.ts'
import { showAccount } from './account.ts'
import { postChange, showChange } from './change-password.ts'
import { giveCookie, readCookie } from './cookies.ts'
import { evenly } from './evenly.ts'
import { postForgot, showForgot } from './forgot-password.ts'
import { admit } from './gate.ts'
import { securityHeaders } from './headers.ts'
import { isLocale } from './language.ts'
import { fail, notAllowed } from './posted.ts'
import { postReset, showReset } from './reset-password.ts'
import { SCRIPTS, serveScripts } from './scripts.ts'
import { postSignIn, postSignOut, showSignIn } from './sign-in.ts'
import { STYLE } from './style.ts'
import { type Env, PATHS, type PortalDoor, type Request, visitOf } from './visit.ts'

const ROBOTS = 'User-agent: *\nDisallow: /\n'

/** The portal's pages. Everything else about a request was settled before a page sees it: its host, its size, its form. */
export function makeApp(door: PortalDoor): Hono<Env> {
  const app = new Hono<Env>()
  app.use('/forgot-password', evenAnswers(door))
  app.use(accessLog(door), admission(door), languageSwitch)

  app.get('/', (c) => toFirstPage(c))
  app.get('/login', (c) => showSignIn(c, door)).post((c) => postSignIn(c, door))
  app.post('/logout', (c) => postSignOut(c, door))
  app.get('/forgot-password', (c) => showForgot(c, door)).post((c) => postForgot(c, door))
  app.get('/reset-password', (c) => showReset(c, door)).post((c) => postReset(c, door))
  app.get('/change-password', (c) => showChange(c, door)).post((c) => postChange(c, door))
  app.get('/account', (c) => showAccount(c, door))
  // Where password keepers look for the page (W3C, A Well-Known URL for Changing Passwords).
  app.get('/.well-known/change-password', (c) => c.redirect('/change-password', 303))
  app.get('/style.css', (c) => c.body(STYLE, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  serveScripts(app)
  app.get('/robots.txt', (c) => c.text(ROBOTS))

  for (const path of ['/login', '/forgot-password', '/reset-password', '/change-password'] as const)
    app.all(path, notAllowed('GET, HEAD, POST', path))
  app.all('/account', notAllowed('GET, HEAD', '/account'))
  app.all('/logout', notAllowed('POST', '/account'))
  for (const path of ['/', '/style.css', ...SCRIPTS, '/robots.txt']) app.all(path, notAllowed('GET, HEAD', '/login'))
  app.notFound((c) => fail(c, 404, '/'))
  app.onError((error, c) => {
    if (error instanceof StoreError) door.log.error({ reason: error.message }, 'the portal cannot use the store')
    else door.log.error({ err: error }, 'the portal broke: this is a bug')
    // Before the settings were read there is no language and no name to make a page of.
    if (c.var.visit !== undefined) return fail(c, 500, '/')
    return c.text('500 Something broke. Try again in a few minutes.\n', 500, securityHeaders(''))
  })
  return app
}

async function toFirstPage(c: Request) {
  const secret = readCookie(c, 'session')
  const signedIn = secret === null ? null : await readSession(c.var.visit.context, secret)
  return c.redirect(signedIn === null ? '/login' : '/account', 303)
}

const LOGGED: readonly string[] = [...PATHS, '/', '/logout', '/style.css', ...SCRIPTS, '/robots.txt']

/**
 * A line a request. The path is one of ours or `other`, and never its query: whatever was typed into an address bar, a
 * token or a password, stays out of the log. So does the name that somebody who was refused typed: it may be a password.
 */
const accessLog =
  ({ log }: PortalDoor): MiddlewareHandler<Env> =>
  async (c, next) => {
    const began = performance.now()
    await next()
    const { path } = c.req
    log.info(
      {
        method: c.req.method,
        path: LOGGED.includes(path) ? path : 'other',
        status: c.res.status,
        ms: Math.round(performance.now() - began),
        address: c.var.visit?.address ?? c.env.incoming.socket.remoteAddress ?? null,
        ...c.var.event,
      },
      'portal',
    )
  }

/**
 * Whoever asks for a link is answered at the same time after the request as everybody else: outside of all that the answer
 * is made of, the log line included, which tells known from unknown and is written before the answer leaves.
 */
const evenAnswers =
  ({ answerStep }: PortalDoor): MiddlewareHandler<Env> =>
  (c, next) =>
    c.req.method === 'POST' ? evenly(answerStep, next) : next()

/** Lets in what the portal answers at all, and puts the headers on every answer, whatever became of the request. */
function admission(door: PortalDoor): MiddlewareHandler<Env> {
  let warned = false
  return async (c, next) => {
    const visit = await visitOf(c, door)
    c.set('visit', visit)
    if (visit.distrusted && !warned) {
      warned = true
      const from = c.env.incoming.socket.remoteAddress
      const advice = `if ${from} is the web server before the portal, name it in SERVICE_PORTAL_TRUSTED_PROXY`
      door.log.warn({ from }, `X-Forwarded-For is not believed, and all who come this way share one limit: ${advice}`)
    }
    const admitted = admit(c.env.incoming, visit.settings)
    if (admitted.ok) {
      c.set('origin', admitted.origin)
      await next()
    } else {
      c.res = c.text(`${admitted.status} ${admitted.why}\n`, admitted.status, { Connection: 'close' })
    }
    const origin = admitted.ok ? admitted.origin : visit.settings.SERVICE_PORTAL_URL
    const own = c.res.headers.get('Cache-Control')
    for (const [name, value] of Object.entries(securityHeaders(origin))) c.res.headers.set(name, value)
    if (own !== null) c.res.headers.set('Cache-Control', own)
  }
}

/** `?lang=` on any page keeps a language and leads back to the page without it; the page is one of ours, or the first. */
const languageSwitch: MiddlewareHandler<Env> = async (c, next) => {
  const asked = c.req.query('lang')
  if (!isLocale(asked) || c.req.method !== 'GET') return next()
  giveCookie(c, 'language', asked)
  return c.redirect(PATHS.find((path) => path === c.req.path) ?? '/', 303)
}
