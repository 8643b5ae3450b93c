/** What a server says it can do (RFC 5321, section 4.1.1.1): only what the courier asks about. */
export interface Extensions {
  /** The ways to sign in, in upper case; null when AUTH is not offered at all (RFC 4954). */
  readonly mechanisms: readonly string[] | null
  /** RFC 6531. */
  readonly smtpUtf8: boolean
  /** All that it offers, for people: `PIPELINING, SIZE 35882577`. */
  readonly described: string
}

export const NO_EXTENSIONS: Extensions = { mechanisms: null, smtpUtf8: false, described: '' }

/** Reads a reply to EHLO, its lines separated by line feeds. The first line is the server's name and greeting. */
export function parseEhlo(reply: string): Extensions {
  const lines = reply.split('\n').slice(1)
  const offered = lines.map((line) => line.slice(4).trim())
  // Some servers write AUTH=PLAIN for clients older than RFC 4954.
  const words = offered.map((offer) => offer.toUpperCase().split(/[ =]+/))
  const auth = words.filter(([keyword]) => keyword === 'AUTH')
  return {
    mechanisms: auth.length === 0 ? null : auth.flatMap(([, ...mechanisms]) => mechanisms),
    smtpUtf8: words.some(([keyword]) => keyword === 'SMTPUTF8'),
    described: offered.join(', '),
  }
}
