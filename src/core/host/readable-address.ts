import { domainToUnicode } from 'node:url'

/** An address as a person reads it: a domain that stands in A-labels (`xn--…`) in its letters (UTS 46). */
export function readableAddress(address: string): string {
  const at = address.lastIndexOf('@') + 1
  if (!address.includes('xn--', at)) return address
  const domain = domainToUnicode(address.slice(at))
  return domain === '' ? address : `${address.slice(0, at)}${domain}`
}

/** An address as it is and as it is read: people look for either. */
export function spellings(address: string): string {
  const readable = readableAddress(address)
  return readable === address ? address : `${address}\n${readable}`
}
