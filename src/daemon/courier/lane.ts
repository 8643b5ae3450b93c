import { isAscii } from 'node:buffer'
import type { Socket } from 'node:net'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { SECOND } from '../../core/domain/time.ts'
import { type Failure, failure, refuses, smtpFailure } from './failure.ts'
import { Hearing } from './hearing.ts'
import { forbidden, openSocket, type Surroundings, smtpOptions } from './opening.ts'
import type { Parcel } from './report.ts'
import type { Transcript } from './transcript.ts'
import { Turns } from './turns.ts'

/** The ways of signing in that take a password and that nodemailer knows. */
const BY_PASSWORD: readonly string[] = ['PLAIN', 'LOGIN', 'CRAM-MD5']
const QUIT_DEADLINE = 2 * SECOND
const ASCII = /^[\x20-\x7e]*$/
/** Codes of a connection that is no more. */
const LOST: readonly (string | null)[] = ['ECONNECTION', 'ESOCKET']

/** One connection, from dialling to QUIT. It carries one letter at a time. */
export class Lane {
  readonly #around: Surroundings
  readonly #turns: Turns
  #socket: Socket | null = null
  #session: { readonly connection: SMTPConnection; readonly hearing: Hearing } | null = null

  /** @param gone called once, when the lane has ended, whoever ended it */
  constructor(around: Surroundings, gone: (lane: Lane) => void) {
    this.#around = around
    this.#turns = new Turns(around.deadlines, () => {
      this.#session?.connection.close()
      this.#socket?.destroy()
      gone(this)
    })
  }

  get alive(): boolean {
    return this.#turns.end === null
  }

  /**
   * Connects, secures the connection, greets and signs in. Resolves to null, or to what went wrong at the transcript's
   * stage; then the lane has ended.
   */
  async open(transcript: Transcript): Promise<Failure | null> {
    this.#turns.transcript = transcript
    const failed =
      forbidden(this.#around) ??
      (await openSocket(this.#around, this.#turns, (socket) => {
        this.#socket = socket
      })) ??
      (await this.#greet()) ??
      (await this.#signIn())
    transcript.end()
    if (failed !== null) this.kill(failed)
    return failed
  }

  /**
   * Sends one letter over the opened lane. Resolves to null when the server has taken it, or to what went wrong at the
   * transcript's stage, which is `dot` if and only if the final dot has been handed to the socket.
   */
  async send({ from, to, message }: Parcel, transcript: Transcript): Promise<Failure | null> {
    const { connection, hearing } = this.#opened()
    this.#turns.transcript = transcript
    hearing.begin(message.length)
    this.#turns.enter('mail')
    const failed =
      hearing.extensions.smtpUtf8 || (ASCII.test(to) && ASCII.test(from))
        ? await this.#turns.perform((settle) => {
            const envelope = { from, to: [to], size: message.length, use8BitMime: !isAscii(message) }
            connection.send(envelope, message, (error, info) => {
              settle(error === null ? verify(hearing, info.accepted, to) : smtpFailure(error))
            })
          })
        : failure('EUTF8', null, 'The server lacks SMTPUTF8.')
    const judged = failed === null ? null : this.#judge(failed, transcript)
    transcript.end()
    return judged
  }

  /**
   * Whether the letter failed only because the server had given up this connection while it was idle: its MAIL was
   * lost, or answered by the 421 that says so. Nothing of the letter has been taken.
   */
  get stale(): boolean {
    const { refused, answered, letter } = this.#opened().hearing
    if (this.alive || letter !== 'held') return false
    return refused === null ? !answered && LOST.includes(this.#turns.end?.code ?? null) : refused.startsWith('421')
  }

  /** Takes back what was begun of a letter that was refused (RSET). Resolves to whether the lane can be used again. */
  async reset(): Promise<boolean> {
    if (!this.alive) return false
    const { connection, hearing } = this.#opened()
    // There is nothing to take back before MAIL, nor after the dot.
    if (!hearing.answered || hearing.letter === 'gone') return true
    this.#turns.rest()
    this.#turns.arm(this.#around.deadlines.ehlo)
    const failed = await this.#turns.perform((settle) => {
      connection.reset((error) => settle(error === null ? null : smtpFailure(error)))
    })
    if (failed !== null) this.kill(failed)
    return failed === null
  }

  /** Waits for the next letter, without keeping the process alive. */
  park(): void {
    this.#turns.rest()
    this.#socket?.unref()
  }

  /** Ends `park`. */
  wake(): void {
    this.#socket?.ref()
  }

  /** Says QUIT and waits for the answer, but not long. Then the lane has ended. */
  async quit(): Promise<void> {
    if (!this.alive) return
    this.#turns.rest()
    this.wake()
    this.#turns.arm(QUIT_DEADLINE)
    await this.#turns.perform(() => this.#opened().connection.quit())
  }

  /** Ends the lane at once; what is under way fails with `why`. */
  kill(why: Failure): void {
    this.#turns.finish(why)
  }

  #opened() {
    if (this.#session === null) throw new Error('The lane has not been opened.')
    return this.#session
  }

  async #greet(): Promise<Failure | null> {
    const socket = this.#socket
    if (socket === null) throw new Error('The lane has no socket.')
    this.#turns.enter('greeting')
    const connection = new SMTPConnection(smtpOptions(this.#around, socket))
    const hearing = new Hearing(connection, this.#turns, this.#around.settings.signIn)
    this.#session = { connection, hearing }
    hearing.watch(socket)
    // nodemailer tells the letter's own callback last, and of some ends it tells only by these events.
    const over = () => setImmediate(() => this.kill(failure('ECONNECTION', null, 'The server closed the connection.')))
    connection.on('error', (error) => this.kill(smtpFailure(error)))
    connection.once('end', over)
    socket.once('close', over)
    return await this.#turns.perform((settle) => {
      connection.connect((error) => settle(error === undefined ? null : smtpFailure(error)))
    })
  }

  async #signIn(): Promise<Failure | null> {
    const { signIn } = this.#around.settings
    if (signIn === null) return null
    const { connection, hearing } = this.#opened()
    const { mechanisms } = hearing.extensions
    this.#turns.enter('auth')
    // nodemailer would try PLAIN unasked, or be content without.
    if (mechanisms === null) return failure('EAUTH', 'NO_AUTH', 'The server does not offer AUTH.')
    if (!mechanisms.some((mechanism) => BY_PASSWORD.includes(mechanism))) {
      return failure('EAUTH', 'NO_MECHANISM', `The server offers only ${mechanisms.join(', ')} to sign in.`)
    }
    const failed = await this.#turns.perform((settle) => {
      connection.login({ user: signIn.username, pass: signIn.password }, (error) =>
        settle(error === null ? null : smtpFailure(error)),
      )
    })
    return failed === null ? null : hearing.masked(failed)
  }

  /** What really went wrong with the letter, and whether the connection is fit for another one; if not, it ends. */
  #judge(failed: Failure, transcript: Transcript): Failure {
    const { hearing } = this.#opened()
    // With pipelining the refusal is not the last that is heard, and the link may be lost after it.
    const judged = hearing.refused === null ? failed : { ...failed, response: hearing.refused }
    if (hearing.letter === 'leaving') transcript.say('(letter, broken off before its end)')
    const saidNothing = !hearing.answered && (judged.code === 'EUTF8' || judged.code === 'EMESSAGE')
    // The rest of a letter that is on its way would follow the refusal, and the final dot with it.
    const fit = saidNothing || (hearing.letter !== 'leaving' && refuses(judged.response))
    if (!fit) this.kill(judged)
    return judged
  }
}

/** The server said 250; nothing but exactly this letter may have been taken. */
function verify(hearing: Hearing, accepted: readonly string[], to: string): Failure | null {
  if (hearing.letter !== 'gone') return failure('EPROTOCOL', null, 'The server answered before the letter had left.')
  if (accepted.length === 1 && accepted[0] === to) return null
  return failure('EPROTOCOL', null, `The server took the letter for ${accepted.join(', ') || 'nobody'}.`)
}
