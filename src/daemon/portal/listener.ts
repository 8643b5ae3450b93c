import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener, RequestError } from '@hono/node-server'
import type { Listener } from '../../core/domain/network.ts'
import { SECOND } from '../../core/domain/time.ts'
import type { Log } from '../log.ts'
import { makeApp } from './app.ts'
import { securityHeaders } from './headers.ts'
import type { PortalDoor } from './visit.ts'

/** How long and how large a request may be. A form of 16 KB takes a slow phone a second. */
const BOUNDS = {
  /** From the connection on, until the headers are there. */
  headersTimeout: 10 * SECOND,
  /** Until the whole request is there. */
  requestTimeout: 20 * SECOND,
  /** Between two requests of one connection. */
  keepAliveTimeout: 5 * SECOND,
  /** How often the two are looked after. */
  connectionsCheckingInterval: SECOND,
  maxHeaderSize: 8 * 1024,
  /** From the end of the headers until the answer was taken: a slow phone needs 20 s for the list of common passwords. */
  answerTimeout: 60 * SECOND,
} as const
const MOST_HEADERS = 64
const MOST_CONNECTIONS = 2000
const REQUESTS_A_CONNECTION = 100
/** Pages that are being made may take this long to be finished when the portal closes. */
const PATIENCE = 5 * SECOND

/** A port on which the portal is served. */
export interface OpenListener {
  readonly port: number
  /** Takes no new connection from now on, finishes what is under way, and ends. */
  close(): Promise<void>
}

/** Serves the portal. @throws the system's error when the port cannot be had. */
export async function listen(
  { host, port }: Listener,
  door: PortalDoor,
  bounds: Readonly<Record<keyof typeof BOUNDS, number>> = BOUNDS,
): Promise<OpenListener> {
  const app = makeApp(door)
  const answer = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: (error) => unread(error, door.log),
  })
  // A request without a host is refused by the app, which gives its answer the headers that Node's own lacks.
  const options = { ...bounds, insecureHTTPParser: false, requireHostHeader: false }
  const server = createServer(options, (incoming, outgoing) => {
    outgoing.sendDate = true
    const impatient = setTimeout(() => giveUp(incoming, door.log), bounds.answerTimeout)
    outgoing.once('close', () => clearTimeout(impatient))
    void answer(incoming, outgoing)
  })
  server.on('checkExpectation', (incoming, outgoing) => disappoint(incoming, outgoing, door.log))
  server.maxHeadersCount = MOST_HEADERS
  server.maxConnections = MOST_CONNECTIONS
  server.maxRequestsPerSocket = REQUESTS_A_CONNECTION
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket as Socket, door.log))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) }
}

const plainHeaders = () => ({
  ...securityHeaders(''),
  'Content-Type': 'text/plain; charset=utf-8',
  Connection: 'close',
})

/** The answer to what is no URL, and so never came to the app; anything else that comes here is a bug. */
function unread(error: unknown, log: Log): Response {
  const status = error instanceof RequestError ? 400 : 500
  if (status === 500) log.error({ err: error }, 'the portal broke: this is a bug')
  else log.info({ status }, 'portal')
  return new Response(`${status} ${STATUS_CODES[status]}\n`, { status, headers: plainHeaders() })
}

/** Answers what expects anything but `100-continue` (RFC 9110, 10.1.1). */
function disappoint({ socket }: IncomingMessage, outgoing: ServerResponse, log: Log): void {
  log.info({ status: 417, address: socket.remoteAddress ?? null }, 'portal')
  outgoing.writeHead(417, plainHeaders()).end(`417 ${STATUS_CODES[417]}\n`)
}

/** Ends the connection of somebody who asks and does not take the answer: it would be one of few for ever. */
function giveUp({ socket }: IncomingMessage, log: Log): void {
  log.info({ event: 'answer not taken', address: socket.remoteAddress ?? null }, 'portal')
  socket.destroy()
}

/** The status for what Node's parser refused: too long a header, too slow a client, anything else. */
function statusFor(code: string | undefined): 400 | 408 | 431 {
  if (code === 'HPE_HEADER_OVERFLOW') return 431
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
}

/** Answers what is no HTTP request, or none that came in time; such a connection is closed. */
function refuse({ code }: NodeJS.ErrnoException, socket: Socket, log: Log): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status = statusFor(code)
  log.info({ status, code, address: socket.remoteAddress ?? null }, 'portal')
  const head = Object.entries({ ...plainHeaders(), 'Content-Length': '0' }).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...head, '', ''].join('\r\n'), () => socket.destroy())
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const impatient = setTimeout(() => server.closeAllConnections(), PATIENCE)
  await closed
  clearTimeout(impatient)
}
