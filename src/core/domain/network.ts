/** Where a program listens. */
export interface Listener {
  /** An IP address, an IPv6 one without brackets. */
  readonly host: string
  readonly port: number
}

/** `127.0.0.1:8470` or `[::1]:8470` taken apart; null for anything else. Port 0 lets the kernel choose. */
export function parseListener(text: string): Listener | null {
  const [, ipv6, ipv4, digits] = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):([0-9]{1,5})$/i.exec(text) ?? []
  const host = ipv6 ?? ipv4 ?? ''
  const port = Number(digits)
  const fits = (ipv6 === undefined ? isIpv4(host) : isIpv6(host)) && port <= 65_535
  return fits ? { host, port } : null
}

/** The networks that a list names, divided by commas or spaces. */
export const networksOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter((network) => network !== '')

/** Whether `text` is an IP address, or a network like `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [, address = '', , bits] = /^([0-9a-f:.]+)(\/([0-9]{1,3}))?$/i.exec(text) ?? []
  const most = isIpv4(address) ? 32 : isIpv6(address) ? 128 : -1
  return most > 0 && Number(bits ?? 0) <= most
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)
}

const isIpv6 = (text: string) => /^[0-9a-f:.]+$/i.test(text) && text.includes(':') && URL.canParse(`http://[${text}]/`)
