/**
 * Nothing but the portal's own style sheet, its own scripts and its own forms: no picture, no frame, and nothing that a
 * script could send what was typed to.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "object-src 'none'",
].join('; ')

const ALWAYS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  // The address of a page may hold a secret until it is taken from it.
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Robots-Tag': 'noindex, nofollow',
} as const

/** A year, as browsers' preload lists and OWASP ASVS 3.4.1 ask for; of this host alone. */
const HSTS = { 'Strict-Transport-Security': 'max-age=31536000' } as const

/**
 * What every answer carries, errors included (OWASP ASVS 3.4, 14.3.2). A `Cache-Control` of an answer's own stays.
 * @param origin the portal's address as people see it; over https browsers are told to keep to it
 */
export function securityHeaders(origin: string): Readonly<Record<string, string>> {
  return origin.startsWith('https:') ? { ...ALWAYS, ...HSTS } : ALWAYS
}
