import { buffer } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerAddress } from 'smtp-server'
import { parseAddress } from '../../core/domain/address.ts'
import type { Instant } from '../../core/domain/time.ts'
import type { Certificate } from '../../core/host/certificate.ts'

/** A letter as it was handed over. */
export interface Caught {
  readonly at: Instant
  /** The envelope's sender. */
  readonly from: string
  /** The envelope's recipients. */
  readonly to: readonly string[]
  /** Every byte of it, the dots of SMTP's transparency taken out again (RFC 5321, section 4.5.2). */
  readonly message: Buffer
}

export interface CatcherOptions {
  /** What it proves itself with after STARTTLS: must be for 127.0.0.1. */
  readonly certificate: Certificate
  readonly username: string
  readonly password: string
  readonly now: () => Instant
}

export const CATCHER_HOST = '127.0.0.1'
/** Connections that are still open are not waited for longer than this, in ms. */
const CLOSE_PATIENCE = 500
const LARGEST_LETTER = 10 * 1024 * 1024

/**
 * A mail server of this machine's own that keeps what it is given and hands nothing on: no letter leaves the machine.
 * It wants STARTTLS and a sign-in, like a provider's, and refuses a wrong password in Gmail's words.
 */
export class Catcher {
  /** The sign-ins that were tried, the oldest first: whether each was taken. */
  readonly signIns: boolean[] = []
  /** The oldest first. */
  readonly letters: Caught[] = []
  readonly username: string
  readonly #server: SMTPServer

  private constructor({ certificate, username, password, now }: CatcherOptions) {
    this.username = username
    this.#server = new SMTPServer({
      name: 'localhost',
      banner: 'Postern mail catcher',
      cert: certificate.certificate,
      key: certificate.key,
      size: LARGEST_LETTER,
      rejectOversized: true,
      hideENHANCEDSTATUSCODES: false,
      disableReverseLookup: true,
      closeTimeout: CLOSE_PATIENCE,
      onAuth: (given, session, callback) => {
        const taken = given.username === username && given.password === password
        this.signIns.push(taken)
        if (taken) callback(null, { user: username })
        else callback(notAccepted(session.id))
      },
      onData: (stream, { envelope }, callback) => {
        buffer(stream).then((message) => {
          const { mailFrom, rcptTo } = envelope
          const from = mailFrom === false ? '' : mailFrom.address
          if (!stream.sizeExceeded) this.letters.push({ at: now(), from, to: rcptTo.map(addressOf), message })
          callback(null, 'caught: it goes no further')
        }, callback)
      },
    })
    // A client that breaks off, or does not trust the certificate, is no trouble of ours.
    this.#server.on('error', () => {})
  }

  /** Starts one on a free loopback port. Rejects with the system's error when there is none. */
  static async start(options: CatcherOptions): Promise<Catcher> {
    const catcher = new Catcher(options)
    const listener = catcher.#server.listen(0, CATCHER_HOST)
    const listening = Promise.withResolvers<void>()
    listener.once('listening', listening.resolve).once('error', listening.reject)
    await listening.promise
    return catcher
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.#server.server.address()
    if (address === null || typeof address === 'string') throw new Error('The mail catcher does not listen.')
    return address.port
  }

  /** The letters to one address of the envelope, the oldest first. */
  lettersTo(address: string): readonly Caught[] {
    // smtp-server shows A-labels as the letters that they stand for.
    return this.letters.filter(({ to }) => to.some((recipient) => keyOf(recipient) === keyOf(address)))
  }

  /** Ends the connections and stops listening. The letters stay. */
  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(resolve))
  }
}

function keyOf(address: string): string {
  const parsed = parseAddress(address)
  return parsed.ok ? parsed.key : address
}

const addressOf = ({ address }: SMTPServerAddress) => address

/**
 * Gmail's answer to a wrong password, on two lines: `535-5.7.8 …`, `535 5.7.8  …`. smtp-server puts the codes before
 * each line, and makes lines only of a message that is a list.
 */
function notAccepted(session: string): Error {
  const message = [
    'Username and Password not accepted. For more information, go to',
    ` https://support.google.com/mail/?p=BadCredentials ${session} - gsmtp`,
  ]
  return Object.assign(new Error(), { responseCode: 535, message })
}
