import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'

/**
 * The portal's cookies. Each has the prefix `__Host-`: https only, this host only, every path, so that no neighbouring
 * host can plant one (RFC 6265bis, 4.1.3.2). Browsers keep them on http://localhost as well (docs/adr/0018).
 */
const COOKIES = {
  /** The secret of a session. Not sent when another site leads here (ASVS 3.3.2). */
  session: { sameSite: 'Strict' },
  /** The token of a link, taken out of the address. `Lax`, since a letter leads here. Gone after a quarter of an hour. */
  link: { sameSite: 'Lax', maxAge: 15 * 60 },
  /** What the tokens of this browser's forms are made of. */
  form: { sameSite: 'Lax' },
  /** What was done a moment ago. */
  notice: { sameSite: 'Strict', maxAge: 60 },
  /** The language that was chosen. */
  language: { sameSite: 'Lax', maxAge: 365 * 24 * 3600 },
} as const

type CookieName = keyof typeof COOKIES
const OURS = { path: '/', secure: true, httpOnly: true, prefix: 'host' } as const
const nameOf = (name: CookieName) => `postern-${name}`

/** What the browser brought, or null. */
export const readCookie = (c: Context, name: CookieName): string | null => getCookie(c, nameOf(name), 'host') ?? null

export function giveCookie(c: Context, name: CookieName, value: string): void {
  setCookie(c, nameOf(name), value, { ...OURS, ...COOKIES[name] })
}

/** Takes a cookie away, if the browser brought one. */
export function takeCookie(c: Context, name: CookieName): void {
  if (readCookie(c, name) !== null) deleteCookie(c, nameOf(name), OURS)
}
