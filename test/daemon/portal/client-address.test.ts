import { describe, expect, it } from 'vitest'
import { clientAddress, networkOf } from '../../../src/daemon/portal/client-address.ts'

describe('who a request is from', () => {
  it.each([
    ['nobody in between', '192.0.2.1', undefined, '', '192.0.2.1', false],
    ['an IPv4 address that an IPv6 socket saw', '::ffff:192.0.2.1', undefined, '', '192.0.2.1', false],
    ['somebody who makes up a header', '192.0.2.1', '203.0.113.5', '', '192.0.2.1', true],
    ['a trusted web server', '127.0.0.1', '203.0.113.5', '127.0.0.1', '203.0.113.5', false],
    ['one of a trusted network', '10.1.2.3', '203.0.113.5', '10.0.0.0/8, ::1', '203.0.113.5', false],
    ['two in a row, both trusted', '::1', '203.0.113.5, 10.0.0.7', '10.0.0.0/8,::1', '203.0.113.5', false],
    ['two, the outer one a stranger', '::1', '1.1.1.1, 203.0.113.5', '10.0.0.0/8,::1', '203.0.113.5', false],
    ['a web server that names no address', '127.0.0.1', 'unknown', '127.0.0.1', '127.0.0.1', false],
    [
      'a web server that names rubbish before it',
      '127.0.0.1',
      '<script>, 203.0.113.5',
      '127.0.0.1',
      '203.0.113.5',
      false,
    ],
    ['a web server that names nobody', '127.0.0.1', ' ', '127.0.0.1', '127.0.0.1', false],
    ['a trusted IPv6 network', '2001:db8::9', '2001:db8:1::5', '2001:db8::/64', '2001:db8:1::5', false],
  ])('%s', (_who, remote, forwarded, trusted, address, distrusted) => {
    expect(clientAddress(remote, forwarded, trusted)).toEqual({ address, distrusted })
  })
})

describe('what requests are counted by', () => {
  it('is an IPv4 address itself', () => {
    expect(networkOf('192.0.2.1')).toBe('192.0.2.1')
  })

  it('is one network for all addresses that a household has, and another for its neighbour', () => {
    const household = ['2001:db8:0:ab00::1', '2001:db8:0:abff:ffff::1', '2001:DB8::ab12:0:0:0:9'].map(networkOf)
    expect(new Set(household).size).toBe(1)
    expect(networkOf('2001:db8:0:ac00::1')).not.toBe(household[0])
    expect(networkOf('::1')).toBe(`${'0'.repeat(14)}/56`)
  })
})
