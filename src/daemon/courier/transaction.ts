import { outcomeOf } from '../../core/domain/diagnosis.ts'
import { type Message, type Octets, octetsOf } from '../../core/letters/message.ts'
import type { Dialogue } from './dialogue.ts'
import type { Extensions } from './ehlo.ts'
import { type Failure, failure, happeningOf, refusal, refuses } from './failure.ts'
import { concernsAll, type Parcel } from './report.ts'
import type { Transcript } from './transcript.ts'
import type { Settle, Turns } from './turns.ts'

const CRLF = '\r\n'
const FINAL_DOT = '.\r\n'
const ASCII = /^[\x20-\x7e]*$/
const [TWO, THREE] = [0x32, 0x33] as const
/** How much of a large letter goes with its final dot: no more than a socket takes at once. */
const LAST_PIECE = 16 * 1024
/** Stands for the report of a letter that goes over another connection, or not now. */
const WITHDRAWN = failure('EABORTED', null, 'It had not begun.')

/** The letter before takes too long, or has met what concerns all others. */
export type Withdrawn = 'late' | 'held-back'

/** One letter, and where what is said and heard of it is written down. */
export interface Sending {
  readonly parcel: Parcel
  readonly transcript: Transcript
}

/**
 * One letter's conversation (RFC 5321, section 3.3): MAIL, RCPT, DATA, the letter, the final dot. Where the server
 * offers PIPELINING (RFC 2920) the three commands leave together, behind the letter before where there is one: then a
 * letter takes one round trip.
 */
export class Transaction {
  /** The commands left behind the letter before: until that one is answered no reply is meant for them. */
  announced = false
  /** The server has said something since MAIL. */
  answered = false
  /** The letter's bytes are held back, on their way, or gone with the final dot. */
  letter: 'held' | 'leaving' | 'gone' = 'held'
  /** The reply that refused MAIL, RCPT or DATA. Others may follow it, for the commands behind it were sent ahead. */
  #refused: string | null = null
  /** Replies still to come to what was sent ahead of a refusal. */
  #ahead = 0
  readonly #dialogue: Dialogue
  readonly #turns: Turns
  readonly #parcel: Parcel
  readonly #transcript: Transcript
  readonly #pipelined: boolean
  readonly #room: () => void
  /** What the server has said that it cannot carry: then nothing is said. */
  readonly #cannot: Failure | null
  readonly #mail: string
  readonly #done = Promise.withResolvers<Failure | null>()
  /** When it began, in ms of `performance.now()`; null while it waits behind another one. */
  begunAt: number | null = null
  /** Why it was ended before it had begun; null when it was not. */
  withdrawn: Withdrawn | null = null
  /** The letter has been answered. */
  #over = false
  #settle: Settle = () => undefined
  #next: Transaction | null = null

  /** @param room called once if the server offers PIPELINING, when the last of the letter leaves: it may be followed now */
  constructor(
    dialogue: Dialogue,
    turns: Turns,
    { parcel, transcript }: Sending,
    extensions: Extensions,
    room: () => void,
  ) {
    this.#dialogue = dialogue
    this.#turns = turns
    this.#parcel = parcel
    this.#transcript = transcript
    this.#room = room
    this.#pipelined = extensions.pipelining
    this.#cannot = hindrance(parcel, parcel.message.size, extensions)
    this.#mail = `MAIL FROM:<${parcel.from}>${envelopeParameters(parcel)}${letterParameters(parcel.message, extensions)}`
  }

  /** The reply that refused MAIL, RCPT or DATA; null while none has. */
  get refused(): string | null {
    return this.#refused
  }

  /**
   * Resolves when it is over: to null when the server has taken the letter, or to what went wrong at the transcript's
   * stage. The one that follows has begun then, unless this one met what concerns all: then it waits to be withdrawn.
   */
  async over(): Promise<Failure | null> {
    const failed = await this.#done.promise
    if (this.#next === null) {
      if (this.begunAt !== null) this.#dialogue.listen(null)
    } else if (failed === null || !this.#concernsNext(failed)) this.#next.begin()
    return failed
  }

  /** `next` begins when this one has ended, however it does. Its commands leave behind this letter. Null: none does. */
  follow(next: Transaction | null): void {
    this.#next = next
  }

  /** Ends it before it has begun. */
  withdraw(why: Withdrawn): void {
    this.withdrawn = why
    this.#done.resolve(WITHDRAWN)
  }

  /** The turn is its own from now on. Later calls do nothing; on a connection that has ended it does not begin. */
  begin(): void {
    if (this.begunAt !== null) return
    if (this.#turns.end !== null) {
      this.#done.resolve(this.#turns.end)
      return
    }
    this.begunAt = performance.now()
    this.#turns.transcript = this.#transcript
    this.#turns.enter('mail')
    const turn = this.#turns.perform((settle) => {
      this.#settle = settle
      this.#dialogue.listen((reply) => this.#hear(reply))
      if (this.#cannot !== null) settle(this.#cannot)
      else if (!this.announced) this.#dialogue.send(this.#opening())
    })
    this.#done.resolve(turn)
  }

  /** The commands that open it. */
  #opening(): Octets {
    if (!this.#pipelined) return this.#said(this.#mail)
    this.#ahead = 2
    return this.#said(this.#mail, this.#rcpt, 'DATA')
  }

  /** The same for the letter before to take with it; nothing where the server has said that it cannot carry this one. */
  #announce(): Octets {
    if (this.#cannot !== null) return ''
    this.announced = true
    return this.#opening()
  }

  get #rcpt(): string {
    return `RCPT TO:<${this.#parcel.to}>`
  }

  #said(...commands: readonly string[]): Octets {
    for (const command of commands) this.#transcript.say(command)
    return octetsOf(commands.join(CRLF) + CRLF)
  }

  #hear(reply: string): void {
    // What follows the answer to the letter was meant for one that was withdrawn.
    if (this.#over) return
    this.answered = true
    this.#transcript.hear(reply)
    if (this.#refused === null) this.#answer(reply, reply.charCodeAt(0))
    else this.#hearAfterRefusal(reply)
  }

  #answer(reply: string, first: number): void {
    switch (this.#transcript.stage) {
      case 'mail':
        if (first === TWO) this.#goOn('rcpt', this.#rcpt)
        else this.#refuse(reply)
        break
      case 'rcpt':
        if (first === TWO) this.#goOn('data', 'DATA')
        else this.#refuse(reply)
        break
      case 'data':
        if (this.letter === 'held') this.#hearData(reply, first)
        else this.#hearEarly(reply, first)
        break
      default:
        this.#hearLast(reply, first === TWO)
    }
  }

  /** The answer to the letter. Whoever answers it with neither yes nor no has lost the thread. */
  #hearLast(reply: string, taken: boolean): void {
    this.#over = true
    const failed = taken ? null : refusal('EMESSAGE', reply)
    if (failed !== null && (!refuses(reply) || (this.#next !== null && this.#concernsNext(failed)))) {
      this.#turns.finish(failed)
      return
    }
    this.#settle(failed)
    this.#next?.begin()
  }

  /** Whether the letter behind this one would fare no better. Its commands have left, so the connection must end. */
  #concernsNext(failed: Failure): boolean {
    return concernsAll(outcomeOf(happeningOf(failed, this.#transcript.stage)))
  }

  #goOn(stage: 'rcpt' | 'data', command: string): void {
    this.#turns.enter(stage)
    if (this.#pipelined) this.#ahead--
    else this.#dialogue.send(this.#said(command))
  }

  #refuse(reply: string): void {
    this.#refused = reply
    if (!this.#pipelined || this.#ahead === 0 || !refuses(reply)) this.#settle(refusal('EENVELOPE', reply))
  }

  /** What follows a refusal answers what was sent ahead; the last of it is DATA. */
  #hearAfterRefusal(reply: string): void {
    const why = this.#refused ?? reply
    const refused = refusal('EENVELOPE', why)
    // The stage ended with the refusal, not with what followed it.
    this.#turns.show(why.split('\n', 1)[0] ?? '')
    this.#ahead--
    if (this.#ahead > 0) return
    if (this.#ahead === 0 && reply.charCodeAt(0) === THREE) {
      // RFC 2920, section 3.1: with no recipient accepted it is ended by a dot alone. A server that asks for a letter of
      // a sender whom it refused has no transaction to end.
      if (this.#transcript.stage === 'mail') this.#turns.finish(refused)
      else this.#dialogue.send(this.#said('.'))
      return
    }
    this.#settle(refused)
  }

  #hearData(reply: string, first: number): void {
    if (first === TWO) {
      // RFC 5321, section 4.3.2: only 354 asks for the letter. A server that says one 2xx too many would else have its
      // answer to RCPT or DATA taken for the one to the letter.
      this.#turns.finish(refusal('EPROTOCOL', reply))
    } else if (first === THREE) this.#give()
    else this.#refuse(reply)
  }

  /** An answer to a letter whose final dot has not left. */
  #hearEarly(reply: string, first: number): void {
    this.#settle(
      first === TWO
        ? failure('EPROTOCOL', null, 'The server answered before the letter had left.')
        : refusal('EMESSAGE', reply),
    )
  }

  #give(): void {
    const { octets } = this.#parcel.message
    this.letter = 'leaving'
    this.#turns.prolong('data')
    // What it has said already is no answer to what it has not got.
    if (this.#dialogue.more) return
    const last = Math.max(0, octets.length - LAST_PIECE)
    if (last === 0) this.#giveLast(octets)
    else this.#dialogue.send(octets.slice(0, last), () => this.#giveLast(octets.slice(last)))
  }

  /** The end of the letter and the final dot, in one piece: from now on the server may have it. */
  #giveLast(piece: Octets): void {
    // It may have been answered, or the link lost, while the first of it was leaving.
    if (this.#turns.end !== null) return
    this.letter = 'gone'
    this.#transcript.say(`(letter, ${this.#parcel.message.size} bytes)`)
    this.#turns.enter('dot')
    if (this.#pipelined) this.#room()
    const opening = this.#next === null ? '' : this.#next.#announce()
    this.#dialogue.send(piece + FINAL_DOT + opening)
  }
}

type Addresses = Omit<Parcel, 'message'>

const isBeyondAscii = ({ from, to }: Addresses): boolean => !(ASCII.test(to) && ASCII.test(from))

/** What the server has said that it cannot carry, of an envelope for a letter of so many bytes; null when nothing. */
export function hindrance(envelope: Addresses, bytes: number, { smtpUtf8, size }: Extensions): Failure | null {
  if (!smtpUtf8 && isBeyondAscii(envelope)) return failure('EUTF8', null, 'The server lacks SMTPUTF8.')
  if (size === null || size === 0 || bytes <= size) return null
  return failure('EMESSAGE', null, `The letter has ${bytes} bytes; the server takes ${size} at most.`)
}

/** What MAIL says of the envelope besides the sender (RFC 6531). */
export const envelopeParameters = (envelope: Addresses): string => (isBeyondAscii(envelope) ? ' SMTPUTF8' : '')

/** What it says of the letter (RFC 6152, 1870): ` SIZE=2048`. */
function letterParameters(message: Message, { eightBitMime, size }: Extensions): string {
  const body = eightBitMime && !message.ascii ? ' BODY=8BITMIME' : ''
  return `${body}${size === null ? '' : ` SIZE=${message.size}`}`
}
