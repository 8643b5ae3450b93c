import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificate } from '../../src/core/host/certificate.ts'
import { answering, textOf } from './mail-server.ts'
import { pathOf } from './needs.ts'
import { freePort } from './sink.ts'

/** The name that the examples of docs/portal.md are for. */
export const SITE = 'accounts.example.org'
/** A client that is not the web server itself, on the same machine: every address of 127/8 is loopback (RFC 1122, 3.2.1.3). */
export const SOMEBODY = '127.0.0.2'

/** What is put in place of what an example says: where it listens and passes on to, its certificate and its logs. */
interface Places {
  readonly directory: string
  readonly port: number
  readonly portal: number
}

/** A web server that is not ours, before the portal, set up as docs/portal.md says. */
export interface WebServer {
  readonly port: number
  /** All that it has written down, also after it was stopped. */
  log(): string
  /** Asks it over https, as somebody. */
  ask(path: string, sent?: Pick<RequestOptions, 'method' | 'headers'> & { readonly body?: string }): Promise<Reply>
  stop(): Promise<void>
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: string
}

const DOCS = join(import.meta.dirname, '..', '..', 'docs', 'portal.md')

/** The example of a web server's settings in docs/portal.md, with each of `places` put in; every one must be there. */
function example(name: string, places: Readonly<Record<string, string>>): string {
  const [, text = ''] = new RegExp(`^${name}:\\n\`\`\`\\n(.*?)^\`\`\``, 'ms').exec(readFileSync(DOCS, 'utf8')) ?? []
  return Object.entries(places).reduce((said, [from, to]) => {
    if (!said.includes(from)) throw new Error(`the example for ${name} in docs/portal.md lacks "${from}"`)
    return said.replaceAll(from, to)
  }, text)
}

function nginxSettings({ directory, port, portal }: Places): string {
  const site = example('nginx', {
    'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
    '/etc/ssl/accounts.example.org.pem': join(directory, 'certificate.pem'),
    '/etc/ssl/private/accounts.example.org.key': join(directory, 'key.pem'),
    '/var/log/nginx/': `${directory}/`,
    '127.0.0.1:8470': `127.0.0.1:${portal}`,
  })
  const spools = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${directory}/${kind};`,
  )
  return `daemon off; pid ${directory}/pid; events {} http {\n${spools.join('\n')}\n${site}\n}\n`
}

function caddySettings({ directory, port, portal }: Places): string {
  return example('Caddy', {
    // So that it asks nobody for a certificate, and nobody asks it for its settings.
    '{\n\tlog': '{\n\tadmin off\n\tauto_https off\n\tlog',
    'accounts.example.org {': `https://accounts.example.org:${port} {\n\tbind 127.0.0.1\n\ttls ${directory}/certificate.pem ${directory}/key.pem`,
    '127.0.0.1:8470': `127.0.0.1:${portal}`,
  })
}

/** How each is started: what its settings say, and the arguments that name them. */
const KINDS = {
  nginx: {
    settings: nginxSettings,
    args: (directory: string) => ['-p', directory, '-e', 'stderr', '-c', join(directory, 'settings')],
  },
  caddy: {
    settings: caddySettings,
    args: (directory: string) => ['run', '--adapter', 'caddyfile', '--config', join(directory, 'settings')],
  },
}

/** Starts Debian's nginx or Caddy before the portal on port `portal`; a test asks for it with `needs`. */
export async function startWebServer(kind: keyof typeof KINDS, portal: number): Promise<WebServer> {
  const program = pathOf(kind)
  if (program === undefined) throw new Error(`${kind} is not there; the test should have asked for it`)
  const directory = mkdtempSync(join(tmpdir(), `postern-${kind}-`))
  // nginx's workers are somebody else than its master.
  chmodSync(directory, 0o755)
  const now = Date.now()
  const authority = await makeCertificate({ commonName: 'Private CA', hosts: [], days: 2, now, authority: true })
  const own = await makeCertificate({ commonName: SITE, hosts: [SITE], days: 1, now, issuer: authority })
  writeFileSync(join(directory, 'certificate.pem'), own.certificate)
  writeFileSync(join(directory, 'key.pem'), own.key)
  const port = await freePort()
  const { settings, args } = KINDS[kind]
  writeFileSync(join(directory, 'settings'), settings({ directory, port, portal }))
  const server = spawn(program, args(directory), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory },
  })
  let said = ''
  server.stderr.on('data', (bytes) => {
    said += String(bytes)
  })
  const read = () => `${textOf(join(directory, 'accounts.log'))}${textOf(join(directory, 'accounts-error.log'))}`
  /** Its files' last words, which its directory does not outlive. */
  let kept: string | null = null
  const log = () => `${said}${kept ?? read()}`
  await answering([port], log, () => server.exitCode !== null)
  return {
    port,
    log,
    ask: (path, sent = {}) => ask(path, { port, ca: authority.certificate, ...sent }),
    async stop() {
      if (server.exitCode !== null) return
      const gone = once(server, 'close')
      server.kill('SIGTERM')
      await gone
      kept = read()
      rmSync(directory, { recursive: true })
    },
  }
}

function ask(
  path: string,
  { body = '', headers = {}, ...options }: RequestOptions & { readonly body?: string },
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...options,
        host: '127.0.0.1',
        localAddress: SOMEBODY,
        servername: SITE,
        path,
        agent: false,
        headers: { host: `${SITE}:${options.port}`, ...headers },
      },
      (incoming) => {
        const parts: Buffer[] = []
        incoming.on('data', (some) => parts.push(some))
        incoming.on('error', reject)
        incoming.on('end', () => {
          const text = Buffer.concat(parts).toString()
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
