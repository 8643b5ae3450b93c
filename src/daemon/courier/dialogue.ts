import type { Socket } from 'node:net'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Octets } from '../../core/letters/message.ts'
import { type Failure, failure, refusal, socketFailure } from './failure.ts'
import { Replies } from './replies.ts'

/** The listeners by which nodemailer follows its socket. */
const LISTENERS = {
  data: '_onSocketData',
  timeout: '_onSocketTimeout',
  close: '_onSocketClose',
  end: '_onSocketEnd',
  error: '_onSocketError',
} as const

type Listener = (...values: unknown[]) => void

/** Takes the socket of a connection that is signed in out of nodemailer's hands. */
function takeOver(connection: SMTPConnection): Socket {
  const socket = connection._socket
  if (!socket) throw new Error('The connection has no socket.')
  for (const [event, name] of Object.entries(LISTENERS)) {
    const listener: unknown = Reflect.get(connection, name)
    if (typeof listener !== 'function') throw new Error(`nodemailer has no ${name} any more.`)
    socket.removeListener(event, listener as Listener)
  }
  socket.setTimeout(0)
  return socket
}

/** What is said once signed in: each reply is heard by whoever is in the conversation, else nobody asked for it. */
export class Dialogue {
  readonly #socket: Socket
  readonly #replies: Replies
  readonly #broken: (why: Failure) => void
  #listener: ((reply: string) => void) | null = null

  /**
   * @param overheard is given what a server left unfinished when it hung up
   * @param broken is told what ended the conversation, at least once
   * @param masked takes out of a reply what must not be told
   */
  constructor(
    connection: SMTPConnection,
    overheard: (words: string) => void,
    broken: (why: Failure) => void,
    masked: (reply: string) => string,
  ) {
    const socket = takeOver(connection)
    this.#socket = socket
    this.#broken = broken
    this.#replies = new Replies(
      (reply) => this.#hear(masked(reply)),
      () => broken(failure('EPROTOCOL', null, 'The server sent a reply that does not come to an end.')),
    )
    const over = () => {
      const unfinished = this.#replies.unfinished()
      const words = masked(unfinished?.words ?? '')
      if (unfinished !== null) overheard(words)
      const refused = unfinished !== null && unfinished.refusal !== null
      broken(
        refused ? refusal('ECONNECTION', words) : failure('ECONNECTION', null, 'The server closed the connection.'),
      )
    }
    socket.on('data', (piece: Buffer) => this.#replies.take(piece))
    socket.on('error', (error) => broken(socketFailure(error, 'ESOCKET')))
    socket.once('end', over)
    socket.once('close', over)
  }

  /** Whether the server has said more than was heard. */
  get more(): boolean {
    return this.#replies.more
  }

  /** Who hears the replies from now on; null: nobody expects any. */
  listen(listener: ((reply: string) => void) | null): void {
    this.#listener = listener
  }

  /** Sends commands or a letter. `flushed`: the kernel has them. */
  send(octets: Octets, flushed?: () => void): void {
    if (flushed === undefined) this.#socket.write(octets, 'latin1')
    else
      this.#socket.write(octets, 'latin1', (error) => {
        if (error === null || error === undefined) flushed()
      })
  }

  /** Says that nothing will follow. */
  end(): void {
    this.#socket.end()
  }

  #hear(reply: string): void {
    if (this.#listener !== null) this.#listener(reply)
    // RFC 5321, section 3.8: a server that is about to hang up may say 421 at any time.
    else if (reply.startsWith('421')) this.#broken(refusal('ECONNECTION', reply))
    else this.#broken(refusal('EPROTOCOL', reply))
  }
}
