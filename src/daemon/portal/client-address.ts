import { BlockList, isIP, isIPv4 } from 'node:net'
import { networksOf } from '../../core/domain/network.ts'

/** Who asks, and who passed it on. */
export interface Client {
  /** The address that the request is counted for. */
  readonly address: string
  /** X-Forwarded-For was there and its sender is not trusted: SERVICE_PORTAL_TRUSTED_PROXY may have been forgotten. */
  readonly distrusted: boolean
}

/**
 * The address that a request came from. X-Forwarded-For is believed as far as trusted proxies wrote it, from the right:
 * what stands left of the first address that is not trusted may have been made up.
 * @param remote the address of the connection
 * @param trusted SERVICE_PORTAL_TRUSTED_PROXY
 */
export function clientAddress(remote: string, forwarded: string | undefined, trusted: string): Client {
  const peer = plain(remote)
  const proxies = networks(trusted)
  const isTrusted = (address: string) => proxies.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
  if (forwarded === undefined || forwarded.trim() === '') return { address: peer, distrusted: false }
  if (isIP(peer) === 0 || !isTrusted(peer)) return { address: peer, distrusted: true }
  let address = peer
  for (const hop of forwarded.split(',').reverse()) {
    const named = plain(hop.trim())
    if (isIP(named) === 0) break
    address = named
    if (!isTrusted(named)) break
  }
  return { address, distrusted: false }
}

/** An IPv4 address that an IPv6 socket saw is that IPv4 address. */
const plain = (address: string) => address.replace(/^::ffff:(?=[0-9.]+$)/i, '').replace(/%.*$/, '')

function networks(list: string): BlockList {
  const blocks = new BlockList()
  for (const network of networksOf(list)) {
    const [address = '', bits] = network.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    blocks.addSubnet(address, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family)
  }
  return blocks
}

/** So many bits of an IPv6 address name a household or a firm; the rest is its own to choose. */
const NETWORK_BITS = 56

/** What requests are counted by: an IPv4 address, or the network of an IPv6 one. */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail = ''] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const zeros = address.includes('::') ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0') : []
  const words = [...left, ...zeros, ...right].map((word) => word.padStart(4, '0').toLowerCase())
  return `${words.join('').slice(0, NETWORK_BITS / 4)}/${NETWORK_BITS}`
}
