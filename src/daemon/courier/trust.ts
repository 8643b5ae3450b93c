import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'

/** Certificates in PEM of the bundled authorities and of the system's; read once, for it takes 50 ms. */
let usual: readonly string[] | null = null

function usualAuthorities(): readonly string[] {
  usual ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])]
  return usual
}

/**
 * Whom to trust: the usual authorities and those in `ca` (PEM, or null for none). Made once for all connections, for
 * parsing some hundred certificates takes 35 ms. TLS 1.2 is the least. Throws when `ca` holds no certificate that
 * can be read.
 */
export function trust(ca: string | null): SecureContext {
  if (ca !== null && !ca.includes('-----BEGIN CERTIFICATE-----')) throw new Error('it holds no PEM certificate')
  return createSecureContext({ ca: [...usualAuthorities(), ...(ca === null ? [] : [ca])], minVersion: 'TLSv1.2' })
}
