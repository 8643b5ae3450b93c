import type { MiddlewareHandler } from 'hono'
import { readCookie } from './cookies.ts'
import { isOwnForm } from './cross-site.ts'
import { type Form, isFormType, parseForm } from './form.ts'
import { TOKEN_FIELD } from './pages/form.ts'
import { errorPage } from './pages/message.ts'
import { type Env, frameOf, type Path, type PortalDoor, type Request } from './visit.ts'
import type { ErrorStatus } from './words.ts'

/** A form that one of our pages sent, or the answer to whatever else was sent. */
export type Posted =
  | { readonly ok: true; readonly form: Form }
  | { readonly ok: false; readonly answer: Response | Promise<Response> }

/**
 * Reads the form of a POST. Nothing is looked at before it is certain that a page of ours sent it: by the headers that
 * no script can set, and by the token of this browser (OWASP CSRF sheet).
 * @param back the page that the form stands on
 */
export async function readPosted(c: Request, { tokens }: PortalDoor, back: Path): Promise<Posted> {
  const refuse = (status: ErrorStatus): Posted => ({ ok: false, answer: fail(c, status, back) })
  const sender = { site: c.req.header('sec-fetch-site') ?? null, origin: c.req.header('origin') ?? null }
  if (!isOwnForm(sender, c.var.origin)) return refuse(403)
  if (!isFormType(c.req.header('content-type'))) return refuse(415)
  // Whoever goes away in the middle of a form, or is too slow, has sent none.
  const body = await c.req.text().catch(() => null)
  const form = body === null ? null : parseForm(body)
  if (form === null) return refuse(400)
  const fits = tokens.fits(form.get(TOKEN_FIELD) ?? '', readCookie(c, 'form'))
  return fits ? { ok: true, form } : refuse(403)
}

/** The page of an error. */
export function fail(c: Request, status: ErrorStatus, back: Path | '/'): Response | Promise<Response> {
  return c.html(errorPage(frameOf(c, back), status), status)
}

/** The page of too many tries; `seconds` says when to come back. */
export function tooMany(c: Request, seconds: number, back: Path): Response | Promise<Response> {
  c.header('Retry-After', String(seconds))
  return fail(c, 429, back)
}

/** The page of a portal that has too much to do. */
export function busy(c: Request, back: Path): Response | Promise<Response> {
  c.header('Retry-After', '5')
  return fail(c, 503, back)
}

/** A page that a kind of request is not for. */
export const notAllowed =
  (allowed: string, back: Path): MiddlewareHandler<Env> =>
  async (c) => {
    c.header('Allow', allowed)
    return fail(c, 405, back)
  }
