import { type LookupAddress, lookup } from 'node:dns'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls'
import { DAY, iso, SECOND } from '../../core/domain/time.ts'

/** How long one of several addresses may take before the next one is tried; RFC 8305, section 5, is less patient. */
const PATIENCE = 2 * SECOND
const KEEP_ALIVE = 30 * SECOND
/**
 * Where all connections read what their servers say: whoever listens makes text of it at once. A read into memory of
 * its own takes 64 KB for a reply of 100 bytes, and 2 of the 14 µs that a letter's write and reply take.
 */
const INBOX = Buffer.allocUnsafeSlow(64 * 1024)

export type Address = LookupAddress
type Found = (error: NodeJS.ErrnoException | null, addresses: readonly Address[]) => void

/**
 * Resolves one host by the system's resolver, so that /etc/hosts counts. However many connections ask at once, one
 * question is under way: getaddrinfo occupies a thread of the pool that also syncs the store, for as long as a dead
 * resolver lets it wait.
 */
export class Resolver {
  readonly #host: string
  #waiting: Found[] | null = null

  constructor(host: string) {
    this.#host = host
  }

  /** Calls `found` with the addresses of the host, at least one, or with the resolver's error. */
  resolve(found: Found): void {
    if (this.#waiting !== null) {
      this.#waiting.push(found)
      return
    }
    this.#waiting = [found]
    lookup(this.#host, { all: true, order: 'verbatim' }, (error, addresses) => {
      const waiting = this.#waiting ?? []
      this.#waiting = null
      for (const tell of waiting) tell(error, addresses)
    })
  }
}

/**
 * Begins a TCP connection to one of `addresses`, tried in turn, the families alternating; they are not needed when
 * `host` is an IP address.
 */
export function dialTcp(host: string, port: number, addresses: readonly Address[]): Socket {
  const socket: Socket = connectTcp({
    host,
    port,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: PATIENCE,
    lookup: (_host, _options, tell) => setImmediate(() => tell(null, [...addresses])),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE,
    onread: {
      buffer: INBOX,
      callback: (length, buffer) => {
        const piece = buffer.subarray(0, length)
        // What nobody listens to yet is kept by the stream, hence in memory of its own.
        if (!socket.emit('data', piece)) socket.push(Uint8Array.from(piece))
        return true
      },
    },
  })
  return socket
}

/** Options of TLS with `host`: the server must prove that it is that name or address. */
export function tlsOptions(host: string, secureContext: SecureContext) {
  // RFC 6066, section 3: an IP address is no server name.
  return { host, secureContext, ...(isIP(host) === 0 ? { servername: host } : {}) }
}

/** Begins TLS on a connected socket. */
export function dialTls(socket: Socket, host: string, context: SecureContext): TLSSocket {
  return connectTls({ socket, ...tlsOptions(host, context) })
}

/** Renewing a certificate may take a provider's answer and somebody who is back from holidays. */
const SOON_DAYS = 14
const NAMES_SHOWN = 3

/**
 * What TLS came to: `TLSv1.3 TLS_AES_256_GCM_SHA384, certificate until 2027-01-05 for mail.example.org`, with a word of
 * warning where the certificate expires within 14 days.
 */
export function describeTls(socket: TLSSocket, now = Date.now()): string {
  const { valid_to, subject, subjectaltname } = socket.getPeerCertificate()
  const tls = `${socket.getProtocol()} ${socket.getCipher().name}`
  // A session that was taken up again shows no certificate.
  if (valid_to === undefined) return tls
  const until = Date.parse(valid_to)
  // Of the calendar, as the date beside it is: what expires in 47 h does not expire tomorrow.
  const days = Math.floor(until / DAY) - Math.floor(now / DAY)
  const left = days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`
  const warning = days < SOON_DAYS ? ` (warning: it expires ${left})` : ''
  const alternative = subjectaltname?.split(', ').map((name) => name.replace(/^(DNS|IP Address):/, ''))
  const names = alternative ?? [subject.CN].flat()
  const more = names.length > NAMES_SHOWN ? ` and ${names.length - NAMES_SHOWN} more` : ''
  const shown = names.slice(0, NAMES_SHOWN).join(', ')
  return `${tls}, certificate until ${iso(until).slice(0, 10)}${warning} for ${shown}${more}`
}
