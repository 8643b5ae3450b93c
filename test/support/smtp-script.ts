import { createServer, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { Certificate } from '../../src/core/host/certificate.ts'

/** How a connection ends: politely, with a reset, by never another word, or by not even reading any more. */
export type Cut = 'fin' | 'rst' | 'stall' | 'block'

/**
 * What a command gets: a reply (lines separated by line feeds), bytes as they are, a reply with an end, nothing before
 * `act` says it, or what a function says when its turn has come.
 */
export type Answer =
  | string
  | { readonly raw: string | Buffer; readonly end?: Cut }
  | { readonly say?: string; readonly end: Cut }
  | { readonly hold: true }
  | ((letter: number) => Answer)

/** What a server says. What is left out is answered as a friendly server would. */
export interface Script {
  readonly greeting?: Answer
  readonly EHLO?: Answer
  readonly HELO?: Answer
  readonly STARTTLS?: Answer
  /** The answer to the whole of a sign-in. */
  readonly AUTH?: Answer
  /** The answer to a sign-in by this token (XOAUTH2, OAUTHBEARER). Default: as `AUTH` says. */
  readonly token?: (token: string) => Answer
  /** What follows the client's answer to a 334 that told why its token was refused. */
  readonly challenged?: Answer
  readonly MAIL?: Answer
  readonly RCPT?: Answer
  readonly DATA?: Answer
  /** The answer to the final dot. */
  readonly dot?: Answer
  /** Loses what came together with the end of a letter. */
  readonly swallows?: boolean
  readonly RSET?: Answer
  readonly QUIT?: Answer
  /** Default: PIPELINING, 8BITMIME, SMTPUTF8, SIZE, AUTH PLAIN LOGIN; and STARTTLS where there is a certificate. */
  readonly extensions?: readonly string[]
  /** Offers STARTTLS with it. */
  readonly certificate?: Certificate
  /** Speaks TLS with `certificate` from the first byte. */
  readonly implicitTls?: boolean
  /** Cuts the connection after so many bytes of conversation, both ways together. */
  readonly cut?: { readonly after: number; readonly by: Cut }
}

export interface ReceivedLetter {
  /** The arguments of MAIL FROM and RCPT TO, parameters and all. */
  readonly from: string
  readonly to: readonly string[]
  /** Without dot-stuffing and the final dot. */
  readonly bytes: Buffer
}

export interface ScriptedConnection {
  /** `C: …` and `S: …`; the letter is not in it. */
  readonly lines: readonly string[]
  /** Every byte that came over the wire, encrypted or not. */
  readonly wire: Buffer
  readonly open: boolean
  /** How many bytes have been said, both ways together. */
  readonly bytes: number
  /** Says something that nobody asked for, or hangs up. */
  act(answer: Answer): void
}

export interface SmtpScript {
  readonly port: number
  readonly connections: readonly ScriptedConnection[]
  readonly letters: readonly ReceivedLetter[]
  /** Sign-ins that succeeded or failed. */
  readonly signIns: number
  /** Resolves as soon as `condition` holds; it is looked at whenever something has happened here. */
  until(condition: () => boolean): Promise<void>
  close(): Promise<void>
}

/** Starts a scripted SMTP server on a free port of 127.0.0.1; `script` may differ for each connection, from 0 on. */
export async function startSmtpScript(script: Script | ((connection: number) => Script) = {}): Promise<SmtpScript> {
  const state = new State()
  const server = createServer({ noDelay: true }, (socket) => {
    const number = state.connections.length
    state.connections.push(new Connection(socket, typeof script === 'function' ? script(number) : script, state))
    state.changed()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(server),
    connections: state.connections,
    letters: state.letters,
    get signIns() {
      return state.signIns
    },
    until: (condition) => state.until(condition),
    close: () => {
      for (const connection of state.connections) connection.act({ end: 'rst' })
      return new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

const isToken = (line: string): boolean => /^AUTH (XOAUTH2|OAUTHBEARER) /i.test(line)

/** The token in the first response of XOAUTH2 or OAUTHBEARER (RFC 7628, section 3.1). */
function tokenOf(line: string): string {
  const said = Buffer.from(line.split(' ')[2] ?? '', 'base64').toString()
  return /\x01auth=Bearer ([^\x01]+)\x01\x01$/.exec(said)?.[1] ?? ''
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  return address.port
}

class State {
  readonly connections: Connection[] = []
  readonly letters: ReceivedLetter[] = []
  signIns = 0
  #waiting: (() => void)[] = []

  changed(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const look of waiting) look()
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (condition()) resolve()
        else this.#waiting.push(look)
      }
      look()
    })
  }
}

const EXTENSIONS = ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'SIZE 10485760', 'AUTH PLAIN LOGIN']
const END_OF_LETTER = Buffer.from('\r\n.\r\n')

/** The bytes of a socket for TLS to work on, so that it does not take the socket's handle and what comes can be seen. */
function tap(socket: Socket): Duplex {
  const duplex = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
  })
  socket.on('data', (chunk) => duplex.push(chunk))
  socket.on('end', () => duplex.push(null))
  return duplex
}

class Connection implements ScriptedConnection {
  readonly lines: string[] = []
  bytes = 0
  open = true
  readonly #plain: Socket
  readonly #script: Script
  readonly #state: State
  /** What is spoken on: the socket itself, or TLS over it. */
  #socket: Duplex
  readonly #wire: Buffer[] = []
  /** What has come and is not yet answered. */
  #rest: Buffer = Buffer.alloc(0)
  #mode: 'command' | 'letter' | 'LOGIN' | 'CHALLENGED' | 'deaf' = 'command'
  #loginSteps = 0
  #from = ''
  /** A sender has been accepted. */
  #sender = false
  #to: string[] = []
  #letters = 0
  #held = false
  /** The last reply. */
  #said = ''

  constructor(socket: Socket, script: Script, state: State) {
    this.#plain = socket
    this.#socket = socket
    this.#script = script
    this.#state = state
    socket.on('data', (chunk) => this.#wire.push(Buffer.from(chunk)))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.open = false
      state.changed()
    })
    if (script.implicitTls) this.#secure()
    else this.#listen(socket)
    this.#answer(script.greeting ?? '220 script.example ESMTP')
  }

  get wire(): Buffer {
    return Buffer.concat(this.#wire)
  }

  act(answer: Answer): void {
    this.#held = false
    if (this.open) this.#answer(answer)
    this.#read()
  }

  #listen(socket: Duplex): void {
    socket.on('data', (chunk) => {
      if (socket !== this.#socket || this.#mode === 'deaf') return
      this.#rest = Buffer.concat([this.#rest, chunk])
      this.#read()
      this.#state.changed()
    })
  }

  #secure(): void {
    const { certificate } = this.#script
    if (certificate === undefined) throw new Error('a script with TLS needs a certificate')
    const secureContext = createSecureContext({ cert: certificate.certificate, key: certificate.key })
    const secure = new TLSSocket(tap(this.#plain), { isServer: true, secureContext })
    secure.on('error', () => undefined)
    this.#socket = secure
    this.#listen(secure)
  }

  #read(): void {
    while (this.#mode !== 'deaf' && !this.#held) {
      const letter = this.#mode === 'letter'
      const end = letter ? this.#endOfLetter() : this.#rest.indexOf('\r\n') + 2
      if (end < 2) return
      const part = this.#rest.subarray(0, end)
      this.#rest = this.#rest.subarray(end)
      if (this.#cutBy(part.length) < part.length) return
      if (letter) this.#takeLetter(part)
      else this.#take(part.toString().slice(0, -2))
    }
  }

  /** Where the letter ends with its dot, or -1. A letter without a line is only the dot. */
  #endOfLetter(): number {
    if (this.#rest.subarray(0, 3).toString() === '.\r\n') return 3
    const found = this.#rest.indexOf(END_OF_LETTER)
    return found < 0 ? -1 : found + END_OF_LETTER.length
  }

  #take(line: string): void {
    this.lines.push(`C: ${line}`)
    const answering = this.#mode === 'LOGIN' || this.#mode === 'CHALLENGED' ? this.#mode : null
    const verb = answering ?? line.split(/[ :]/, 1)[0]?.toUpperCase() ?? ''
    this.#answer(this.#answerTo(verb, line))
    // What follows from what was said just now.
    const positive = this.#said.startsWith('2')
    if (verb === 'STARTTLS' && positive) this.#secure()
    if (verb === 'AUTH' && isToken(line) && this.#said.startsWith('334')) this.#mode = 'CHALLENGED'
    if (verb === 'MAIL') this.#sender = positive
    if (verb === 'RCPT' && positive) this.#to.push(line.slice('RCPT TO:'.length))
    if (verb === 'DATA' && this.#said.startsWith('354')) this.#mode = 'letter'
  }

  #answerTo(verb: string, line: string): Answer {
    const script = this.#script
    switch (verb) {
      case 'EHLO':
        return script.EHLO ?? this.#extensions()
      case 'HELO':
        return script.HELO ?? '250 script.example'
      case 'STARTTLS':
        return script.STARTTLS ?? (script.certificate ? '220 2.0.0 Ready to start TLS' : '502 5.5.1 What?')
      case 'AUTH':
        if (isToken(line) && script.token !== undefined) return this.#signIn(script.token(tokenOf(line)))
        if (!/^AUTH LOGIN$/i.test(line)) return this.#signIn()
        this.#mode = 'LOGIN'
        this.#loginSteps = 0
        return '334 VXNlcm5hbWU6'
      case 'LOGIN':
        this.#loginSteps++
        if (this.#loginSteps === 1) return '334 UGFzc3dvcmQ6'
        this.#mode = 'command'
        return this.#signIn()
      case 'CHALLENGED':
        this.#mode = 'command'
        return script.challenged ?? '535 5.7.8 Token not accepted'
      case 'MAIL':
        this.#from = line.slice('MAIL FROM:'.length)
        this.#to = []
        return script.MAIL ?? '250 2.1.0 Sender ok'
      case 'RCPT':
        return this.#sender ? (script.RCPT ?? '250 2.1.5 Recipient ok') : '503 5.5.1 Need MAIL first'
      case 'DATA':
        return script.DATA ?? (this.#to.length > 0 ? '354 Go ahead' : '503 5.5.1 No valid recipients')
      case 'RSET':
        this.#sender = false
        this.#to = []
        return script.RSET ?? '250 2.0.0 Reset'
      case 'QUIT':
        return script.QUIT ?? { say: '221 2.0.0 Bye', end: 'fin' }
      default:
        return '500 5.5.2 Unknown command'
    }
  }

  #signIn(answer: Answer | undefined = this.#script.AUTH): Answer {
    this.#state.signIns++
    return answer ?? '235 2.7.0 Accepted'
  }

  #takeLetter(part: Buffer): void {
    this.#mode = 'command'
    const body = part.subarray(0, -3).toString('latin1').replace(/^\.\./gm, '.')
    this.#state.letters.push({ from: this.#from, to: this.#to, bytes: Buffer.from(body, 'latin1') })
    this.#letters++
    if (this.#script.swallows) this.#rest = Buffer.alloc(0)
    this.#answer(this.#script.dot ?? `250 2.0.0 Ok: queued as ${this.#state.letters.length}`)
  }

  #extensions(): string {
    const offered = this.#script.extensions ?? EXTENSIONS
    const secured = this.#socket !== this.#plain
    const all = ['script.example', ...offered, ...(this.#script.certificate && !secured ? ['STARTTLS'] : [])]
    return all.map((line, index) => `250${index === all.length - 1 ? ' ' : '-'}${line}`).join('\n')
  }

  #answer(answer: Answer): void {
    this.#said = ''
    if (typeof answer === 'function') this.#answer(answer(this.#letters))
    else if (typeof answer === 'string') this.#write(answer)
    else if ('hold' in answer) this.#held = true
    else {
      if ('raw' in answer) this.#send(Buffer.from(answer.raw))
      else if (answer.say !== undefined) this.#write(answer.say)
      if (answer.end !== undefined) this.#hangUp(answer.end)
    }
  }

  #write(reply: string): void {
    this.#said = reply
    this.lines.push(...reply.split('\n').map((line) => `S: ${line}`))
    this.#send(Buffer.from(`${reply.replaceAll('\n', '\r\n')}\r\n`))
  }

  #send(bytes: Buffer): void {
    if (this.#mode === 'deaf') return
    const allowed = this.#allow(bytes.length)
    if (allowed > 0) this.#socket.write(bytes.subarray(0, allowed))
    if (allowed < bytes.length || this.bytes === this.#script.cut?.after) this.#hangUp(this.#script.cut?.by ?? 'fin')
  }

  /** Counts `bytes` that come in, and cuts the connection where the script says so. */
  #cutBy(bytes: number): number {
    const allowed = this.#allow(bytes)
    if (allowed < bytes || this.bytes === this.#script.cut?.after) this.#hangUp(this.#script.cut?.by ?? 'fin')
    return allowed
  }

  #allow(bytes: number): number {
    const allowed = Math.min(bytes, (this.#script.cut?.after ?? Number.POSITIVE_INFINITY) - this.bytes)
    this.bytes += allowed
    return allowed
  }

  #hangUp(by: Cut): void {
    this.#mode = 'deaf'
    if (by === 'fin') this.#socket.end()
    else if (by === 'rst') this.#plain.resetAndDestroy()
    else if (by === 'block') this.#plain.pause()
  }
}
