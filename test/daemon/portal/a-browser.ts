import { request } from 'node:http'
import { connect } from 'node:net'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** What each `Set-Cookie` says. */
  readonly cookies: readonly string[]
  readonly body: string
}

/** What a request says besides; `null` leaves a header out that a browser would send. */
export type Headers = Readonly<Record<string, string | readonly string[] | null>>

export interface Sent {
  readonly method?: string
  readonly headers?: Headers
  readonly body?: string
}

/** A browser without a window: it keeps cookies, knows what browsers say of themselves, and follows nothing by itself. */
export class Browser {
  readonly port: number
  readonly host: string
  readonly jar = new Map<string, string>()

  constructor(port: number, host: string) {
    this.port = port
    this.host = host
  }

  get(path: string, headers: Headers = {}): Promise<Answer> {
    return this.send(path, { headers })
  }

  /** Sends a request as it is; what comes back is remembered. */
  async send(path: string, { method = 'GET', headers = {}, body = '' }: Sent): Promise<Answer> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const all = { host: this.host, ...(cookie === '' ? {} : { cookie }), ...headers }
    const answer = await exchange(this.port, path, { method, headers: all, body })
    for (const line of answer.cookies) this.#keep(line)
    return answer
  }

  /** Opens the page `at`, fills its form in, and sends it to where it goes. */
  async fill(at: string, fields: Readonly<Record<string, string>>, headers: Headers = {}): Promise<Answer> {
    return this.submit(at, { ...tokenOf(await this.get(at)), ...fields }, headers)
  }

  /** Sends a form as one of the portal's own pages does. */
  submit(action: string, fields: Readonly<Record<string, string>>, headers: Headers = {}): Promise<Answer> {
    const body = new URLSearchParams(fields).toString()
    return this.send(action, {
      method: 'POST',
      body,
      headers: { ...POSTED, 'content-length': String(Buffer.byteLength(body)), ...headers },
    })
  }

  #keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    if (/Max-Age=0/i.test(line)) this.jar.delete(name)
    else this.jar.set(name, value)
  }
}

/** What Chromium 156 says with a form of a page whose referrer policy is `no-referrer`, seen. */
export const POSTED = {
  'content-type': 'application/x-www-form-urlencoded',
  'sec-fetch-site': 'same-origin',
  origin: 'null',
} as const

/** The hidden fields of the first form of a page: which browser it was made for, and whose new password it is, if any. */
export function tokenOf({ body }: Answer): { readonly form: string; readonly account?: string } {
  const [, form] = /name="form" value="([^"]+)"/.exec(body) ?? []
  if (form === undefined) throw new Error(`there is no form in:\n${body}`)
  const [, account] = /name="account" value="([^"]+)"/.exec(body) ?? []
  return account === undefined ? { form } : { form, account }
}

/** One request over a connection of its own. */
export function exchange(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body = '', localAddress }: Sent & { readonly localAddress?: string },
): Promise<Answer> {
  const given = Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [[name, value]]))
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers: Object.fromEntries(given), agent: false, localAddress },
      (incoming) => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (some) => {
          text += some
        })
        incoming.on('error', reject)
        incoming.on('end', () => {
          const entries = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])
          resolve({
            status: incoming.statusCode ?? 0,
            headers: Object.fromEntries(entries),
            cookies: incoming.headers['set-cookie'] ?? [],
            body: text,
          })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Sends bytes as they are and gives back all that comes until the other side closes. */
export function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setEncoding('utf8')
    socket.on('data', (some) => {
      text += some
    })
    // A server that refuses a long request may close before it has read all of it.
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)))
    socket.on('close', () => resolve(text))
  })
}
