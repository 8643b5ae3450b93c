import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { LogEntry, Logger } from 'nodemailer/lib/shared'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { describeTls } from './dial.ts'
import { type Extensions, NO_EXTENSIONS, parseEhlo } from './ehlo.ts'
import type { Failure } from './failure.ts'
import type { SignIn } from './report.ts'
import { Secrecy } from './secrecy.ts'
import { cut, type Transcript } from './transcript.ts'
import type { Turns } from './turns.ts'

const MASK = '***'
/** How a reply begins that says yes (RFC 5321, section 4.2). */
const TWO = 0x32
/** As much as is kept of a 334, in bytes. */
const CHALLENGE = 1024

/**
 * Follows what one SMTPConnection says and hears up to the end of the sign-in, by what it logs: every command before it
 * is written, every reply before it is acted on.
 */
export class Hearing {
  /** What the server can do, by its last reply to EHLO. */
  extensions: Extensions = NO_EXTENSIONS
  /** Why the server does not take the token last said, in its own words: a 334 carries them. */
  challenge: string | null = null
  /** The socket has closed: what is still heard is not a reply but the beginning of one. */
  #closed = false
  /** The way of signing in that was said last. */
  #method = ''
  readonly #turns: Turns
  readonly #secrecy: Secrecy
  readonly #connection: SMTPConnection

  constructor(connection: SMTPConnection, turns: Turns, signIn: SignIn | null) {
    this.#connection = connection
    this.#turns = turns
    this.#secrecy = new Secrecy(signIn?.kind === 'password' ? secretsOf(signIn) : [])
    connection.logger = this.#logger()
  }

  /** Has to be called before nodemailer listens to the socket: it logs the unfinished line of a socket that has closed. */
  watch(socket: Socket): void {
    socket.prependListener('close', () => {
      // Beneath TLS the plain socket may close while there is still something to be read.
      if (this.#connection._socket === socket) this.#closed = true
    })
  }

  /** A failed sign-in without the secrets of it, should the server repeat them. */
  masked(failed: Failure): Failure {
    const response = failed.response === null ? null : this.mask(failed.response)
    return { ...failed, response, message: this.mask(failed.message) }
  }

  /** What is signed in with from now on, in the shapes in which a server could repeat it. */
  conceal(secrets: readonly string[]): void {
    this.challenge = null
    for (const secret of secrets) this.#secrecy.add(secret)
  }

  /** A text without what must not be told. */
  mask(text: string): string {
    return this.#secrecy.mask(text)
  }

  /** Stands in for nodemailer's own logger, which makes a new object of each record before it passes it on. */
  #logger(): Logger {
    const silent = () => undefined
    const debug = (data?: LogEntry | string, text?: string) => {
      if (typeof data !== 'object' || text === undefined) return
      if (data.tnx === 'server') this.#hear(text)
      else if (data.tnx === 'client') this.#say(text)
    }
    return { trace: silent, debug, info: silent, warn: silent, error: silent, fatal: silent }
  }

  #say(line: string): void {
    const { transcript } = this.#turns
    if (transcript === null) return
    if (transcript.stage === 'auth') {
      const [verb, method] = line.split(' ', 2)
      if (verb === 'AUTH' && method !== undefined) this.#method = method
      transcript.say(verb === 'AUTH' && method !== undefined ? `AUTH ${method} ${MASK}` : MASK)
      return
    }
    if (line.startsWith('EHLO ') || line.startsWith('HELO ')) {
      const socket = this.#connection._socket
      if (transcript.stage === 'tls' && socket instanceof TLSSocket) {
        transcript.show(describeTls(socket))
        this.watch(socket)
      }
      this.extensions = NO_EXTENSIONS
      this.#turns.enter('ehlo')
    } else if (line === 'STARTTLS') {
      // What the server can do it says anew when the connection is secure; what it said in clear counts for nothing.
      transcript.show(this.extensions.startTls ? 'STARTTLS is offered' : 'STARTTLS is not offered; asked for even so')
      this.#turns.enter('tls')
    }
    transcript.say(line)
  }

  #hear(reply: string): void {
    const { transcript } = this.#turns
    if (transcript === null) return
    if (transcript.stage === 'auth') this.#hearSignIn(reply, transcript)
    else transcript.hear(reply)
    if (this.#closed || reply.charCodeAt(0) !== TWO) return
    if (transcript.stage === 'ehlo') {
      this.extensions = parseEhlo(reply)
      if (this.extensions.described !== '') transcript.show(this.extensions.described)
    } else if (transcript.stage === 'auth') {
      transcript.show(`${this.#method}: ${this.mask(reply).split('\n', 1)[0]}`)
    }
  }

  #hearSignIn(reply: string, transcript: Transcript): void {
    const challenge = isToken(this.#method) ? challengeOf(reply) : null
    if (challenge === null) {
      transcript.hear(this.mask(reply))
      return
    }
    const masked = this.mask(challenge)
    this.challenge = cut(masked, CHALLENGE)
    // What has been masked in it stands in its base64, too.
    transcript.hear(masked === challenge ? reply : `334 ${MASK}`)
    transcript.note(`which is ${this.challenge}`)
  }
}

/** The password in the shapes in which a server could repeat it: as it is, and as AUTH PLAIN and LOGIN carry it. */
function secretsOf({ username, password }: SignIn & { readonly kind: 'password' }): readonly string[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return password === '' ? [] : [base64(`\0${username}\0${password}`), base64(password), password]
}

const isToken = (method: string): boolean => method === 'XOAUTH2' || method === 'OAUTHBEARER'

/** What a 334 says in base64, on one line; null for any other reply. */
function challengeOf(reply: string): string | null {
  const [, base64] = /^334 ([A-Za-z0-9+/=]+)$/.exec(reply) ?? []
  return base64 === undefined ? null : Buffer.from(base64, 'base64').toString().replace(/\s+/g, ' ')
}
