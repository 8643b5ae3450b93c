import type { Socket } from 'node:net'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { SECOND } from '../../core/domain/time.ts'
import { octetsOf } from '../../core/letters/message.ts'
import { Watchdog } from './deadline.ts'
import { Dialogue } from './dialogue.ts'
import { type Failure, failure, refusal, refuses, smtpFailure } from './failure.ts'
import { Hearing } from './hearing.ts'
import { forbidden, openSocket, type Surroundings, smtpOptions } from './opening.ts'
import type { Parcel } from './report.ts'
import { signIn } from './sign-in.ts'
import { envelopeParameters, hindrance, type Sending, Transaction, type Withdrawn } from './transaction.ts'
import type { Transcript } from './transcript.ts'
import { Turns } from './turns.ts'

const QUIT_DEADLINE = 2 * SECOND
/** A reply's three digits and what separates them from the words (RFC 5321, section 4.2). */
const CODE = 4
/** Codes of a connection that is no more. */
const LOST: readonly (string | null)[] = ['ECONNECTION', 'ESOCKET']

/** What became of a letter, and of the connection by it. */
export interface Sent {
  /** Null when the server has taken it, else what went wrong at the transcript's stage. */
  readonly failed: Failure | null
  /**
   * Whether nothing of it has been taken because of the connection alone. `given-up`: the server had given it up while
   * it was idle, so that its MAIL was lost or answered by the 421 that says so; or it ended with the letter before,
   * behind which this one waited. `late`: that letter takes too long. `held-back`: that letter, or another one, has met
   * what concerns all.
   */
  readonly again: 'given-up' | Withdrawn | null
  /** The connection is another letter's by now. */
  readonly passedOn: boolean
}

const SPOILT = failure('ECONNECTION', null, 'A letter that had been announced was withdrawn.')
const DEAF = failure('ECONNECTION', null, 'The server did not hear what was sent behind a letter.')

/** One connection, from dialling to QUIT. It carries one letter at a time, and the opening of the next behind it. */
export class Lane {
  readonly #around: Surroundings
  readonly #turns: Turns
  #socket: Socket | null = null
  #connection: SMTPConnection | null = null
  #hearing: Hearing | null = null
  /** From the end of the sign-in on. */
  #dialogue: Dialogue | null = null
  /** Whether the server has lost what was sent behind a letter, though it offers PIPELINING. */
  deaf = false
  /** The letter under way that came last. */
  #transaction: Transaction | null = null
  /** The one that it waits behind. */
  #before: Transaction | null = null
  readonly #patience = new Watchdog(() => this.#losePatience())
  /** The server has been told of a letter that will not come. */
  #spoilt = false
  /** MAIL was answered of a letter that has not gone. */
  #unfinished = false
  readonly #room: (lane: Lane) => void

  /**
   * @param gone called once, when the lane has ended, whoever ended it
   * @param room called while a letter is under way, when another one that is sent now would save a round trip
   */
  constructor(around: Surroundings, gone: (lane: Lane) => void, room: (lane: Lane) => void = () => undefined) {
    this.#around = around
    this.#room = room
    this.#turns = new Turns(around.deadlines, () => {
      this.#patience.stop()
      this.#connection?.close()
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
      (await this.#greet())
    transcript.end()
    if (failed !== null) this.kill(failed)
    return failed
  }

  /**
   * Sends one letter over the opened lane; while there is `room`, one behind the letter under way. The transcript's stage
   * is `dot` if and only if the final dot has been handed to the socket.
   */
  async send(sending: Sending): Promise<Sent> {
    const { dialogue, extensions } = this.#opened()
    const transaction = new Transaction(dialogue, this.#turns, sending, extensions, () => this.#room(this))
    const before = this.#transaction
    this.#transaction = transaction
    if (before === null) transaction.begin()
    else this.#queue(transaction, before)
    const failed = await transaction.over()
    if (transaction.withdrawn !== null) return { failed, again: transaction.withdrawn, passedOn: true }
    const judged = failed === null ? null : this.#judge(failed, transaction, sending.transcript)
    sending.transcript.end()
    const passedOn = this.#transaction !== transaction
    if (!passedOn) this.#rest(transaction)
    return { failed: judged, again: judged !== null && this.#gaveUp(transaction) ? 'given-up' : null, passedOn }
  }

  #queue(next: Transaction, before: Transaction): void {
    before.follow(next)
    this.#before = before
    this.#patience.arm(this.#around.deadlines.behind)
  }

  /** Nothing is under way any more. */
  #rest({ answered, letter }: Transaction): void {
    this.#transaction = null
    this.#patience.rest()
    this.#unfinished = answered && letter !== 'gone'
    if (this.#spoilt) this.kill(SPOILT)
  }

  /** A letter has waited for long enough. What it waits behind goes on; then the connection ends. */
  #losePatience(): void {
    const waiting = this.#transaction
    if (waiting === null || waiting.answered) return
    if (waiting.begunAt === null) {
      this.withdraw('late')
      return
    }
    const left = waiting.begunAt + this.#around.deadlines.behind - performance.now()
    this.deaf = left <= 1
    if (this.deaf) this.kill(DEAF)
    else this.#patience.arm(left)
  }

  /** Takes back the letter that waits behind another one, if one does; the lane ends with the one that it carries. */
  withdraw(why: Withdrawn): void {
    const waiting = this.#transaction
    const before = this.#before
    if (waiting === null || before === null || waiting.begunAt !== null) return
    before.follow(null)
    this.#transaction = before
    this.#spoilt = true
    waiting.withdraw(why)
  }

  /**
   * Announces a letter and takes it back: MAIL, RCPT and RSET, one after the other, and never DATA. Resolves to null
   * when all were accepted, or to what went wrong at the transcript's stage.
   */
  async tryEnvelope(envelope: Omit<Parcel, 'message'>, transcript: Transcript): Promise<Failure | null> {
    const { extensions } = this.#opened()
    this.#turns.transcript = transcript
    this.#turns.enter('mail')
    const parameters = envelopeParameters(envelope)
    const failed =
      hindrance(envelope, 0, extensions) ??
      (await this.#ask(`MAIL FROM:<${envelope.from}>${parameters}`, transcript)) ??
      (await this.#tryNext('rcpt', `RCPT TO:<${envelope.to}>`, transcript)) ??
      (await this.#tryNext('reset', 'RSET', transcript))
    transcript.end()
    return failed
  }

  /** Takes back what was begun of a letter that was refused (RSET). Resolves to whether the lane can be used again. */
  async reset(): Promise<boolean> {
    if (!this.alive) return false
    // There is nothing to take back before MAIL, nor after the dot.
    if (!this.#unfinished) return true
    this.#turns.rest()
    this.#turns.arm(this.#around.deadlines.reset)
    const failed = await this.#ask('RSET', null)
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
    await this.#ask('QUIT', null)
    if (!this.alive) return
    this.#dialogue?.end()
    // Whoever hangs up last, the lane has ended then.
    await this.#turns.perform(() => undefined)
  }

  /** Ends the lane at once; what is under way fails with `why`. */
  kill(why: Failure): void {
    this.#turns.finish(why)
  }

  #opened() {
    if (this.#dialogue === null || this.#hearing === null) throw new Error('The lane has not been opened.')
    return { dialogue: this.#dialogue, extensions: this.#hearing.extensions }
  }

  #gaveUp({ announced, answered, begunAt, letter, refused }: Transaction): boolean {
    if (this.alive || letter !== 'held') return false
    if (begunAt === null) return true
    if (refused !== null) return refused.startsWith('421')
    return !answered && (announced || LOST.includes(this.#turns.end?.code ?? null))
  }

  #tryNext(stage: 'rcpt' | 'reset', command: string, transcript: Transcript): Promise<Failure | null> {
    this.#turns.enter(stage)
    return this.#ask(command, transcript)
  }

  /** One command and its reply. Resolves to null when the server said 2xx. */
  async #ask(command: string, transcript: Transcript | null): Promise<Failure | null> {
    const { dialogue } = this.#opened()
    transcript?.say(command)
    const failed = await this.#turns.perform((settle) => {
      dialogue.listen((reply) => {
        transcript?.hear(reply)
        settle(reply.startsWith('2') ? null : refusal('EENVELOPE', reply))
      })
      dialogue.send(octetsOf(`${command}\r\n`))
    })
    dialogue.listen(null)
    return failed
  }

  async #greet(): Promise<Failure | null> {
    const socket = this.#socket
    if (socket === null) throw new Error('The lane has no socket.')
    this.#turns.enter('greeting')
    const connection = new SMTPConnection(smtpOptions(this.#around, socket))
    const hearing = new Hearing(connection, this.#turns, this.#around.settings.signIn)
    this.#connection = connection
    this.#hearing = hearing
    hearing.watch(socket)
    // nodemailer tells the letter's own callback last, and of some ends it tells only by these events.
    const over = () => setImmediate(() => this.kill(failure('ECONNECTION', null, 'The server closed the connection.')))
    connection.on('error', (error) => this.kill(smtpFailure(error)))
    connection.once('end', over)
    socket.once('close', over)
    const { signIn: by } = this.#around.settings
    const failed =
      (await this.#turns.perform((settle) => {
        connection.connect((error) => settle(error === undefined ? null : smtpFailure(error)))
      })) ?? (by === null ? null : await signIn(by, { connection, hearing, turns: this.#turns }))
    if (failed !== null) return failed
    // nodemailer has connected, secured and signed in. A letter's own conversation is the courier's business.
    const overhear = (words: string) => this.#turns.transcript?.hear(words)
    // The code of a reply is not a secret's, whatever digits a password has.
    const masked = (reply: string) => (by === null ? reply : reply.slice(0, CODE) + hearing.mask(reply.slice(CODE)))
    this.#dialogue = new Dialogue(connection, overhear, (why) => this.kill(why), masked)
    return null
  }

  /** What really went wrong with the letter, and whether the connection is fit for another one; if not, it ends. */
  #judge(failed: Failure, { refused, answered, letter }: Transaction, transcript: Transcript): Failure {
    // Behind a refusal the answers to what was sent ahead may be missing, since the link was lost.
    const judged = refused === null ? failed : { ...failed, response: refused }
    if (letter === 'leaving') transcript.say('(letter, broken off before its end)')
    const saidNothing = !answered && (judged.code === 'EUTF8' || judged.code === 'EMESSAGE')
    // The rest of a letter that is on its way would follow the refusal, and the final dot with it.
    const fit = saidNothing || (letter !== 'leaving' && refuses(judged.response))
    if (!fit) this.kill(judged)
    return judged
  }
}
