import type { IncomingMessage } from 'node:http'
import type { Settings } from '../../core/domain/setting.ts'
import { LARGEST_FORM } from './form.ts'
import { originAsked } from './origin.ts'

/** Whether a request is one that the portal answers at all. */
export type Admission =
  | { readonly ok: true; readonly origin: string }
  | { readonly ok: false; readonly status: 400 | 411 | 413 | 421 | 503; readonly why: string }

/** What is asked of a request before anything else is done for it; `why` is a sentence for whoever set the portal up. */
export function admit(incoming: IncomingMessage, settings: Settings): Admission {
  const refuse = (status: 400 | 411 | 413 | 421 | 503, why: string): Admission => ({ ok: false, status, why })
  if (!settings.SERVICE_PORTAL_ENABLE) return refuse(503, 'The portal is closed.')
  const asked = originAsked(headersNamed(incoming, 'host'), settings, incoming.socket.localPort ?? 0)
  if (!asked.ok && asked.status === 421) {
    const advice =
      'Open it by SERVICE_PORTAL_URL; a web server before the portal must pass on the Host header as it came'
    return refuse(421, `The portal does not answer to this name. ${advice}.`)
  }
  if (!asked.ok) return refuse(400, 'The Host header is missing, twice there or no host.')
  // A proxy's absolute form names a host of its own (RFC 9112, 3.2.2).
  if (!/^\/(?!\/)/.test(incoming.url ?? '')) return refuse(400, 'The request names no path.')
  // Browsers say how long a form is.
  if (incoming.headers['transfer-encoding'] !== undefined) return refuse(411, 'Say the length of the body.')
  if (Number(incoming.headers['content-length'] ?? 0) > LARGEST_FORM) return refuse(413, 'The form is too large.')
  return { ok: true, origin: asked.origin }
}

/** Every header of that name: Node keeps the first of some and drops the others. */
function headersNamed({ rawHeaders }: IncomingMessage, name: string): readonly string[] {
  return rawHeaders.flatMap((text, at) => (at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name ? [text] : []))
}
