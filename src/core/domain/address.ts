/** Limits of RFC 5321, section 4.5.3.1, in octets of UTF-8. */
const LOCAL_PART_OCTETS = 64
const ADDRESS_OCTETS = 254
const LABEL_OCTETS = 63

/** atext of RFC 5322 and, for internationalised addresses, any letter, mark or digit beyond ASCII (RFC 6532). */
const DOT_ATOM = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/

/**
 * What nearly every address looks like, and what needs no conversion: a dot-atom of ASCII and a host name in lower case
 * whose last label is letters. A sent letter is parsed again before it goes, so this is the hot path (6 µs less).
 */
const PLAIN =
  /^(?=.{1,254}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/

export type ParsedAddress =
  | {
      readonly ok: true
      /** As it was typed, trimmed of nothing: what a letter's To header shows. */
      readonly typed: string
      /** What the envelope says: the local part as typed, the domain in A-labels. */
      readonly wire: string
      /** Two addresses with one key are one address: local part without case, domain in A-labels. */
      readonly key: string
    }
  | { readonly ok: false; readonly why: string }

const octets = (text: string) => new TextEncoder().encode(text).length
const refused = (why: string): ParsedAddress => ({ ok: false, why })

/** A domain in A-labels and lower case (UTS 46), or null when it is not a host name of two labels or more. */
export function domainToAscii(domain: string): string | null {
  if (!/^[\p{L}\p{M}\p{N}.。．｡-]+$/u.test(domain)) return null
  const url = URL.parse(`http://${domain}/`)
  if (url === null) return null
  const labels = url.hostname.split('.')
  const valid = labels.length > 1 && labels.every((label) => label.length <= LABEL_OCTETS && LABEL.test(label))
  // URL turns "1.2.3" into an IPv4 address; a host name's last label is not a number.
  return valid && !/^[0-9]+$/.test(labels.at(-1) ?? '') ? url.hostname : null
}

/**
 * Parses exactly one addr-spec: a dot-atom, `@`, a host name. No display name, no quotes, no comments, no address
 * literal, no second address: nodemailer would take some of these for another recipient (measured; CVE-2025-13033).
 */
export function parseAddress(typed: string): ParsedAddress {
  if (PLAIN.test(typed) && typed.lastIndexOf('@') <= LOCAL_PART_OCTETS && !typed.includes('xn--')) {
    return { ok: true, typed, wire: typed, key: typed.toLowerCase() }
  }
  if (typed === '') return refused('an e-mail address is missing')
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{DI}]/u.test(typed) || !typed.isWellFormed()) {
    return refused('an e-mail address must not contain control or invisible characters')
  }
  const at = typed.lastIndexOf('@')
  if (at < 0) return refused('an e-mail address needs "@" and a domain')
  const local = typed.slice(0, at)
  const domain = typed.slice(at + 1)
  if (!DOT_ATOM.test(local)) {
    return refused('it must be exactly one address like name@example.org, without quotes, spaces, commas or brackets')
  }
  if (octets(local) > LOCAL_PART_OCTETS) return refused(`the part before "@" is over ${LOCAL_PART_OCTETS} octets`)
  const ascii = domainToAscii(domain)
  if (ascii === null) return refused(`the part after "@" is not a host name like example.org`)
  const wire = `${local}@${ascii}`
  if (octets(wire) > ADDRESS_OCTETS || octets(typed) > ADDRESS_OCTETS) {
    return refused(`it is over ${ADDRESS_OCTETS} octets`)
  }
  return { ok: true, typed, wire, key: wire.normalize('NFC').toLowerCase() }
}
