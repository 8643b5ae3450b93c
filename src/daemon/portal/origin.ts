import { isLoopback } from '../../core/domain/loopback.ts'
import { parseListener } from '../../core/domain/network.ts'
import { parsePortalUrl } from '../../core/domain/portal-url.ts'
import type { Settings } from '../../core/domain/setting.ts'

/** The names under which the portal answers, as origins: `https://portal.example.org`. */
type Names = Pick<Settings, 'SERVICE_PORTAL_URL' | 'SERVICE_PORTAL_LISTEN'>

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?$/

/** What a `Host` header says the portal is called, or why it is not answered. */
export type Asked =
  | { readonly ok: true; readonly origin: string }
  /** 400: it is no host; 421: it is another one (RFC 9110, 15.5.20). */
  | { readonly ok: false; readonly status: 400 | 421 }

/**
 * The origin that a request is for. The portal answers to SERVICE_PORTAL_URL; while that is not set, to the address it
 * listens on and the names of this machine, so that signing in needs no address. What it answers to is compared and
 * never repeated: no link is made of what a request says.
 * @param hosts every `Host` header of the request: there is one in an honest request
 * @param port where the request came in
 */
export function originAsked(hosts: readonly string[], names: Names, port: number): Asked {
  const [host = '', ...more] = hosts.map((text) => text.toLowerCase())
  if (more.length > 0 || !HOST.test(host)) return { ok: false, status: 400 }
  const origin = originsOf(names, port).find((known) => [known.host, `${known.host}:${known.port}`].includes(host))
  return origin === undefined ? { ok: false, status: 421 } : { ok: true, origin: origin.text }
}

interface Origin {
  /** Host and port, without the scheme's own port. */
  readonly host: string
  /** The scheme's own port, which may be written or left out; the empty string where another one is. */
  readonly port: string
  readonly text: string
}

function originsOf(names: Names, port: number): readonly Origin[] {
  const portal = parsePortalUrl(names.SERVICE_PORTAL_URL)
  if (portal.ok) return [parse(portal.origin)]
  const host = parseListener(names.SERVICE_PORTAL_LISTEN)?.host ?? '127.0.0.1'
  const listened = host.includes(':') ? `[${host}]` : host
  const here = isLoopback(host) ? [listened, 'localhost', '127.0.0.1', '[::1]'] : [listened]
  return here.map((name) => parse(`http://${name}:${port}`))
}

function parse(origin: string): Origin {
  const url = new URL(origin)
  return {
    host: url.host,
    port: url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : '',
    text: url.origin,
  }
}
