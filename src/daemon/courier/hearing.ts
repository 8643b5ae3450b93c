import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { LogEntry, Logger } from 'nodemailer/lib/shared'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { describeTls } from './dial.ts'
import { type Extensions, NO_EXTENSIONS, parseEhlo } from './ehlo.ts'
import { type Failure, refusal } from './failure.ts'
import type { SignIn } from './report.ts'
import type { Turns } from './turns.ts'

const MASK = '***'
/** Even with every byte doubled by dot-stuffing it is half of what a socket buffers. */
const ONE_WRITE = 16 * 1024

/**
 * Follows the conversation of one SMTPConnection by what it logs: every command before it is written, every reply
 * before it is acted on, and `message` when the last byte of the letter, the final dot, has been handed to the socket.
 * Nothing else tells that the dot has left: without that record the server certainly has not got the letter.
 */
export class Hearing {
  /** What the server can do, by its last reply to EHLO. */
  extensions: Extensions = NO_EXTENSIONS
  /** Of the letter under way: the server has said something since MAIL. */
  answered = false
  /** Of the letter under way: the reply that refused MAIL, RCPT or DATA. Others may follow it, for they are sent ahead. */
  refused: string | null = null
  /** Of the letter under way: its bytes are held back, on their way, or gone with the final dot. */
  letter: 'held' | 'leaving' | 'gone' = 'held'
  /** The socket has closed: what is still heard is not a reply but the beginning of one. */
  #closed = false
  #bytes = 0
  readonly #turns: Turns
  readonly #secrets: readonly string[]
  readonly #connection: SMTPConnection

  constructor(connection: SMTPConnection, turns: Turns, signIn: SignIn | null) {
    this.#connection = connection
    this.#turns = turns
    this.#secrets = signIn === null ? [] : secretsOf(signIn)
    connection.logger = this.#logger()
  }

  /** Has to be called before nodemailer listens to the socket: it logs the unfinished line of a socket that has closed. */
  watch(socket: Socket): void {
    socket.prependListener('close', () => {
      // Beneath TLS the plain socket may close while there is still something to be read.
      if (this.#connection._socket === socket) this.#closed = true
    })
  }

  /** The next letter, of `bytes` bytes, begins. */
  begin(bytes: number): void {
    this.answered = false
    this.refused = null
    this.letter = 'held'
    this.#bytes = bytes
  }

  /** A failed sign-in without the secrets of it, should the server repeat them. */
  masked(failed: Failure): Failure {
    const response = failed.response === null ? null : this.#mask(failed.response)
    return { ...failed, response, message: this.#mask(failed.message) }
  }

  #mask(text: string): string {
    return this.#secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text)
  }

  /** Stands in for nodemailer's own logger, which makes a new object of each record before it passes it on. */
  #logger(): Logger {
    const silent = () => undefined
    const debug = (data?: LogEntry | string, text?: string) => {
      if (typeof data !== 'object' || text === undefined) return
      if (data.tnx === 'server') this.#hear(text)
      else if (data.tnx === 'client') this.#say(text)
    }
    const info = (data?: LogEntry | string) => {
      if (typeof data === 'object' && data.tnx === 'message') this.#gone()
    }
    return { trace: silent, debug, info, warn: silent, error: silent, fatal: silent }
  }

  #say(line: string): void {
    const { transcript } = this.#turns
    if (transcript === null) return
    if (transcript.stage === 'auth') {
      const [verb, method] = line.split(' ', 2)
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
    } else if (line === 'STARTTLS') this.#turns.enter('tls')
    transcript.say(line)
  }

  #hear(reply: string): void {
    const { transcript } = this.#turns
    if (transcript === null) return
    transcript.hear(transcript.stage === 'auth' ? this.#mask(reply) : reply)
    if (this.#closed) return
    this.answered = true
    if (this.refused !== null) return
    const positive = reply.charCodeAt(0) === 0x32
    switch (transcript.stage) {
      case 'ehlo':
        if (!positive) break
        this.extensions = parseEhlo(reply)
        if (this.extensions.described !== '') transcript.show(this.extensions.described)
        break
      case 'mail':
        if (positive) this.#turns.enter('rcpt')
        else this.refused = reply
        break
      case 'rcpt':
        if (positive) this.#turns.enter('data')
        else this.refused = reply
        break
      case 'data':
        this.#hearData(reply, positive)
        break
    }
  }

  #hearData(reply: string, positive: boolean): void {
    if (this.letter !== 'held') return
    if (positive) {
      // RFC 5321, section 4.3.2: only 354 asks for the letter. A server that says one 2xx too many would else have its
      // answer to RCPT or DATA taken for the one to the letter. nodemailer would go on.
      this.#turns.finish(refusal('EPROTOCOL', reply))
    } else if (reply.charCodeAt(0) === 0x33) {
      this.letter = 'leaving'
      this.#turns.prolong('data')
      // The letter and its final dot in one write instead of two; what does not fit the socket's buffer must flow.
      if (this.#bytes <= ONE_WRITE && this.#connection._socket) this.#connection._socket.cork()
    } else this.refused = reply
  }

  #gone(): void {
    this.letter = 'gone'
    this.#turns.transcript?.say(`(letter, ${this.#bytes} bytes)`)
    this.#turns.enter('dot')
    if (this.#bytes <= ONE_WRITE && this.#connection._socket) this.#connection._socket.uncork()
  }
}

/** The password in the shapes in which a server could repeat it: as it is, and as AUTH PLAIN and LOGIN carry it. */
function secretsOf({ username, password }: SignIn): readonly string[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return password === '' ? [] : [base64(`\0${username}\0${password}`), base64(password), password]
}
