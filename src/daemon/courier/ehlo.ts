/** What a server says it can do (RFC 5321, section 4.1.1.1): only what the courier asks about. */
export interface Extensions {
  /** The ways to sign in, in upper case; null when AUTH is not offered at all (RFC 4954). */
  readonly mechanisms: readonly string[] | null
  /** RFC 2920. */
  readonly pipelining: boolean
  /** RFC 6531. */
  readonly smtpUtf8: boolean
  /** RFC 6152. */
  readonly eightBitMime: boolean
  /** RFC 1870: the most bytes of a letter, 0 for no limit; null where it is not offered. */
  readonly size: number | null
  /** RFC 3207. */
  readonly startTls: boolean
  /** All that it offers, for people: `PIPELINING, SIZE 35882577`. */
  readonly described: string
}

export const NO_EXTENSIONS: Extensions = {
  mechanisms: null,
  pipelining: false,
  smtpUtf8: false,
  eightBitMime: false,
  size: null,
  startTls: false,
  described: '',
}

/** Reads a reply to EHLO, its lines separated by line feeds. The first line is the server's name and greeting. */
export function parseEhlo(reply: string): Extensions {
  const lines = reply.split('\n').slice(1)
  const offered = lines.map((line) => line.slice(4).trim()).filter((offer) => offer !== '')
  // Some servers write AUTH=PLAIN for clients older than RFC 4954.
  const words = offered.map((offer) => offer.toUpperCase().split(/[ =]+/))
  const offers = (name: string) => words.some(([keyword]) => keyword === name)
  const size = words.find(([keyword]) => keyword === 'SIZE')
  const auth = words.filter(([keyword]) => keyword === 'AUTH')
  return {
    mechanisms: auth.length === 0 ? null : auth.flatMap(([, ...mechanisms]) => mechanisms),
    pipelining: offers('PIPELINING'),
    smtpUtf8: offers('SMTPUTF8'),
    eightBitMime: offers('8BITMIME'),
    size: size === undefined ? null : Number(/^[0-9]{1,15}$/.exec(size[1] ?? '')?.[0] ?? 0),
    startTls: offers('STARTTLS'),
    described: offered.join(', '),
  }
}
