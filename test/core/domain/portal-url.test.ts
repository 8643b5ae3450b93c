import { describe, expect, it } from 'vitest'
import { parsePortalUrl, signInUrl } from '../../../src/core/domain/portal-url.ts'
import { parseSetting } from '../../../src/core/domain/setting.ts'

describe('case 7: SERVICE_PORTAL_URL', () => {
  it.each([
    ['https://portal.example.org', 'https://portal.example.org'],
    ['https://portal.example.org/', 'https://portal.example.org'],
    ['HTTPS://Portal.Example.ORG:443', 'https://portal.example.org'],
    ['https://portal.example.org:8443', 'https://portal.example.org:8443'],
    ['https://[2001:db8::1]', 'https://[2001:db8::1]'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['http://127.0.0.1:8470', 'http://127.0.0.1:8470'],
    ['http://localhost:8470/', 'http://localhost:8470'],
    ['http://[::1]:8470', 'http://[::1]:8470'],
  ])('may be %s: links begin with %s', (text, origin) => {
    expect(parsePortalUrl(text)).toEqual({ ok: true, origin })
    expect(parseSetting('SERVICE_PORTAL_URL', text)).toEqual({ ok: true, value: origin })
  })

  it.each([
    ['http://portal.example.org', /must begin with https/],
    ['http://127.0.0.1.example.org', /must begin with https/],
    ['http://localhost.example.org', /must begin with https/],
    ['http://192.168.0.1', /must begin with https/],
    ['https://portal.example.org/portal', /must not have a path/],
    ['https://portal.example.org//', /must not have a path/],
    ['https://portal.example.org/?a=b', /must not have a path/],
    ['https://portal.example.org?', /must not have a path/],
    ['https://portal.example.org/#', /must not have a path/],
    ['https://ann:pw@portal.example.org', /must not hold a user name/],
    ['https://ann@portal.example.org', /must not hold a user name/],
    ['https://@portal.example.org', /must not hold a user name/],
    ['https://good.example\\@evil.example', /must be a web address/],
    ['https:portal.example.org', /must be a web address/],
    ['https://', /must be a web address/],
    ['javascript:alert(1)', /must be a web address/],
    ['ftp://portal.example.org', /must be a web address/],
    ['portal.example.org', /must be a web address/],
    [' https://portal.example.org', /must be a web address/],
    ['https://portal.example.org:99999', /must be a web address/],
  ])('must not be %s', (text, why) => {
    const refused = parsePortalUrl(text)
    expect(refused.ok ? '' : refused.why).toMatch(why)
    const setting = parseSetting('SERVICE_PORTAL_URL', text)
    expect(setting.ok ? '' : setting.why).toMatch(/^SERVICE_PORTAL_URL must .*\.$/)
  })

  it('may be emptied, and then makes no link', () => {
    expect(parseSetting('SERVICE_PORTAL_URL', '')).toEqual({ ok: true, value: '' })
    expect(parsePortalUrl('')).toEqual({ ok: false, why: 'is not set' })
  })
})

describe('where people sign in', () => {
  const portal = { SERVICE_PORTAL_ENABLE: true, SERVICE_PORTAL_URL: 'https://portal.example.org' }

  it.each([
    ['what SERVICE_SIGN_IN_URL says', { SERVICE_SIGN_IN_URL: 'https://example.org/in' }, 'https://example.org/in'],
    ["else the portal's own page", {}, 'https://portal.example.org/login'],
    ['nowhere while the portal is off', { SERVICE_PORTAL_ENABLE: false }, ''],
    ['nowhere while the portal has no address', { SERVICE_PORTAL_URL: '' }, ''],
    ['nowhere that a password must not be typed', { SERVICE_PORTAL_URL: 'http://portal.example.org' }, ''],
  ])('is %s', (_what, given, expected) => {
    expect(signInUrl({ SERVICE_SIGN_IN_URL: '', ...portal, ...given })).toBe(expected)
  })
})

describe('where the portal listens', () => {
  it.each(['127.0.0.1:8470', '0.0.0.0:80', '[::1]:8470', '[::]:0'])('may be %s', (text) => {
    expect(parseSetting('SERVICE_PORTAL_LISTEN', text)).toEqual({ ok: true, value: text })
  })

  it.each([
    '',
    '8470',
    ':8470',
    'localhost:8470',
    '127.0.0.1',
    '127.0.0.1:65536',
    '::1:8470',
    '[127.0.0.1]:1',
    '256.0.0.1:1',
    '1.2.3:4',
    '127.0.0.1:8470 ',
  ])('must not be %j', (text) => {
    const refused = parseSetting('SERVICE_PORTAL_LISTEN', text)
    expect(refused.ok ? '' : refused.why).toMatch(/^SERVICE_PORTAL_LISTEN must /)
  })
})

describe('whom the portal trusts to say for whom it asks', () => {
  it.each([
    ['', ''],
    ['127.0.0.1', '127.0.0.1'],
    ['10.0.0.0/8, ::1 2001:db8::/32', '10.0.0.0/8,::1,2001:db8::/32'],
  ])('may be %j', (text, value) => {
    expect(parseSetting('SERVICE_PORTAL_TRUSTED_PROXY', text)).toEqual({ ok: true, value })
  })

  it.each(['proxy.example.org', '*', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0/8', '127.0.0.1,nonsense'])(
    'must not be %j',
    (text) => {
      const refused = parseSetting('SERVICE_PORTAL_TRUSTED_PROXY', text)
      expect(refused.ok ? '' : refused.why).toMatch(/^SERVICE_PORTAL_TRUSTED_PROXY must .* is none\.$/)
    },
  )
})
