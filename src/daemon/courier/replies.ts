import { type Failure, refusal } from './failure.ts'

/** No mail server's reply is as long, in bytes. */
export const LONGEST_REPLY = 64 * 1024
const LF = '\n'
const CR = 0x0d
const HYPHEN = 0x2d
const BEYOND_ASCII = /[\x80-\xff]/
/** How a reply begins that refuses something (RFC 5321, section 4.2). */
const REFUSES = /^[45][0-9]{2}[ -]/

/** Whether a line says that its reply goes on: `250-…`. */
const goesOn = (line: string): boolean => line.charCodeAt(3) === HYPHEN && /^[0-9]{3}-/.test(line)

/** Bytes as text: UTF-8, or byte by byte where it is none. RFC 5321 names no charset for the words of a reply. */
function decoded(bytes: string): string {
  if (!BEYOND_ASCII.test(bytes)) return bytes
  const text = Buffer.from(bytes, 'latin1').toString('utf8')
  return text.includes('\ufffd') ? bytes : text
}

/** Puts replies together from what a server sends, in whatever pieces it comes; lines are separated by line feeds. */
export class Replies {
  readonly #heard: (reply: string) => void
  readonly #tooLong: () => void
  /** What has come of a line that is not finished, one byte a character. */
  #rest = ''
  /** The lines of a reply that goes on. */
  #begun: string | null = null
  #more = false

  /**
   * @param heard is given each reply; when it comes back, the next one of the same piece follows
   * @param tooLong is told when a reply does not come to an end
   */
  constructor(heard: (reply: string) => void, tooLong: () => void) {
    this.#heard = heard
    this.#tooLong = tooLong
  }

  /** Whether the server has said more than the replies that were heard. */
  get more(): boolean {
    return this.#more || this.#begun !== null
  }

  /** Takes the next piece. */
  take(piece: Buffer): void {
    const text = piece.toString('latin1')
    // A line that has not ended is not looked at again for each piece of it.
    const whole = text.includes(LF) ? this.#rest + text : ''
    let from = 0
    for (let end = whole.indexOf(LF); end >= 0; end = whole.indexOf(LF, from)) {
      const line = whole.slice(from, end > from && whole.charCodeAt(end - 1) === CR ? end - 1 : end)
      from = end + 1
      this.#more = from < whole.length
      this.#line(line)
    }
    this.#rest = whole === '' ? this.#rest + text : whole.slice(from)
    if (this.#rest.length > LONGEST_REPLY) this.#tooLong()
  }

  /** What a server that has hung up left unfinished: an answer, if it begins like a refusal; else the words alone. */
  unfinished(): { readonly words: string; readonly refusal: Failure | null } | null {
    const words = decoded(this.#rest).trim()
    if (words === '') return null
    return { words, refusal: REFUSES.test(words) ? refusal('ECONNECTION', words) : null }
  }

  #line(line: string): void {
    const reply = this.#begun === null ? line : `${this.#begun}\n${line}`
    this.#begun = goesOn(line) ? reply : null
    if (reply.length > LONGEST_REPLY) this.#tooLong()
    // An empty line is no reply.
    else if (this.#begun === null && reply.trim() !== '') this.#heard(decoded(reply))
  }
}
