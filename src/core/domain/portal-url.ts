import { isLoopback } from './loopback.ts'

/** Where links of letters lead, or why SERVICE_PORTAL_URL makes none. */
export type PortalUrl =
  | {
      readonly ok: true
      /** Scheme, host and port, without a slash at the end: `https://portal.example.org`. */
      readonly origin: string
    }
  /** Words that follow "SERVICE_PORTAL_URL". */
  | { readonly ok: false; readonly why: string }

/** Where people sign in: SERVICE_SIGN_IN_URL, else the portal's own page while it is served; the empty string for nowhere. */
export function signInUrl(settings: {
  readonly SERVICE_SIGN_IN_URL: string
  readonly SERVICE_PORTAL_ENABLE: boolean
  readonly SERVICE_PORTAL_URL: string
}): string {
  if (settings.SERVICE_SIGN_IN_URL !== '' || !settings.SERVICE_PORTAL_ENABLE) return settings.SERVICE_SIGN_IN_URL
  const portal = parsePortalUrl(settings.SERVICE_PORTAL_URL)
  return portal.ok ? `${portal.origin}/login` : ''
}

const refused = (why: string): PortalUrl => ({ ok: false, why })

/**
 * The portal's address from what SERVICE_PORTAL_URL says: https, or http on this machine alone, since a link is a secret;
 * a host, with a port if need be, and nothing else. Links are built from it and from nothing that a request says.
 */
export function parsePortalUrl(text: string): PortalUrl {
  if (text === '') return refused('is not set')
  const url = /^https?:\/\/[^\s\\]+$/i.test(text) ? URL.parse(text) : null
  if (url === null) return refused(`must be a web address like https://portal.example.org, not "${text}"`)
  // "https://@host" has neither a user nor a password, and yet is no address to show anybody.
  if (url.username !== '' || url.password !== '' || text.includes('@'))
    return refused('must not hold a user name or a password')
  // The portal is served at the root; "?" and "#" alone leave nothing behind in a parsed address.
  if (url.pathname !== '/' || /[?#]/.test(text)) return refused('must not have a path, a query or a fragment')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol !== 'https:' && !isLoopback(host)) {
    return refused('must begin with https://: over http anybody on the way could read the link')
  }
  return { ok: true, origin: url.origin }
}
