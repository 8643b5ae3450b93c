import { describe, expect, it } from 'vitest'
import { isLoopback } from '../../../src/core/domain/loopback.ts'
import {
  DEFAULTS,
  definitionOf,
  mailFingerprint,
  SETTING_NAMES,
  type SettingName,
  type Settings,
  senderOf,
} from '../../../src/core/domain/setting.ts'
import { reviewSettings } from '../../../src/core/domain/setting-review.ts'

const inForce = (given: Partial<Settings> = {}): Settings => ({ ...DEFAULTS, ...given })

describe('settings that contradict one another', () => {
  const signedIn = { SERVICE_MAIL_USERNAME: 'me@example.org', SERVICE_MAIL_PASSWORD: 'sealed:v1:1:x' }
  const review = (given: Partial<Settings>, changed = Object.keys(given) as SettingName[]) =>
    reviewSettings(inForce({ ...signedIn, ...given }), changed)
  const nothing = { refusals: [], warnings: [] }
  const warning = (words: string) => ({ refusals: [], warnings: [expect.stringContaining(words)] })
  const refused = (words: string) => ({ refusals: [expect.stringContaining(words)], warnings: [] })

  it.each([
    [
      'case 3: smtp with port 465',
      { SERVICE_MAIL_PROTOCOL: 'smtp', SERVICE_MAIL_PORT: 465 },
      warning('SERVICE_MAIL_PROTOCOL=smtps is the likely fix'),
    ],
    [
      'case 3: smtps with port 587',
      { SERVICE_MAIL_PROTOCOL: 'smtps', SERVICE_MAIL_PORT: 587 },
      warning('SERVICE_MAIL_PORT=465'),
    ],
    ['smtps with port 465', { SERVICE_MAIL_PROTOCOL: 'smtps', SERVICE_MAIL_PORT: 465 }, nothing],
    ['smtp with port 587', { SERVICE_MAIL_PROTOCOL: 'smtp', SERVICE_MAIL_PORT: 587 }, nothing],
    ['smtp with port 2525', { SERVICE_MAIL_PORT: 2525 }, nothing],
    ['no TLS where a password is sent', { SERVICE_MAIL_TLS: false }, refused('SERVICE_MAIL_TLS=false')],
    ['no TLS, no sign-in', { SERVICE_MAIL_TLS: false, SERVICE_MAIL_AUTH: false }, nothing],
    ['no TLS on this machine', { SERVICE_MAIL_TLS: false, SERVICE_MAIL_HOST: '127.0.0.1' }, nothing],
    [
      'no STARTTLS with smtps',
      { SERVICE_MAIL_TLS: false, SERVICE_MAIL_PROTOCOL: 'smtps', SERVICE_MAIL_PORT: 465 },
      nothing,
    ],
    ['neither user name nor password', { SERVICE_MAIL_USERNAME: '', SERVICE_MAIL_PASSWORD: '' }, nothing],
    ['no password without a sign-in', { SERVICE_MAIL_PASSWORD: '', SERVICE_MAIL_AUTH: false }, nothing],
  ] as const)('%s', (_what, given, expected) => {
    expect(review(given)).toEqual(expected)
  })

  it('case 5: emptying the password under a user name is refused, and says how to send without signing in', () => {
    const { refusals } = review({ SERVICE_MAIL_PASSWORD: '' })
    expect(refusals).toEqual([expect.stringMatching(/authentication would be skipped.*SERVICE_MAIL_AUTH=false/)])
  })

  it('a user name may be saved before its password, with a warning', () => {
    expect(
      review({ SERVICE_MAIL_USERNAME: 'me@example.org', SERVICE_MAIL_PASSWORD: '' }, ['SERVICE_MAIL_USERNAME']),
    ).toEqual(warning('no letter can leave until it is set'))
  })

  it.each(['SERVICE_MAIL_TLS', 'SERVICE_MAIL_AUTH', 'SERVICE_MAIL_HOST', 'SERVICE_MAIL_PROTOCOL'] as const)(
    'a password in clear is refused whichever setting would bring it about: %s',
    (changed) => {
      expect(review({ SERVICE_MAIL_TLS: false }, [changed])).toEqual(refused('would send the password in clear'))
    },
  )

  it('switching on without a sender warns', () => {
    const noSender = { SERVICE_MAIL_ENABLE: true, SERVICE_MAIL_USERNAME: 'not-an-address' }
    expect(review(noSender)).toEqual(warning('There is no sender'))
    expect(review({ ...noSender, SERVICE_MAIL_FROM_ADDRESS: 'accounts@example.org' })).toEqual(nothing)
  })

  it('what was not touched is not complained of', () => {
    const doubtful = { SERVICE_MAIL_TLS: false, SERVICE_MAIL_PORT: 465, SERVICE_MAIL_PASSWORD: '' }
    expect(review(doubtful, ['SERVICE_MAIL_LOG_DAYS'])).toEqual(nothing)
  })
})

describe('this machine itself', () => {
  it.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.1.2.3', '::1'])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each([
    'localhost.example.org',
    '127.0.0.1.example.org',
    '10.127.0.0.1',
    '128.0.0.1',
    '127.1',
    '::2',
    '',
    'notlocalhost',
  ])('is not %j', (host) => {
    expect(isLoopback(host)).toBe(false)
  })
})

describe('the sender', () => {
  it('is the address that was set, in A-labels', () => {
    expect(senderOf(inForce({ SERVICE_MAIL_FROM_ADDRESS: 'a@bücher.example' }))).toBe('a@xn--bcher-kva.example')
  })

  it('is else the user name, if that is an address, and else nobody', () => {
    expect(senderOf(inForce({ SERVICE_MAIL_USERNAME: 'me@example.org' }))).toBe('me@example.org')
    expect(senderOf(inForce({ SERVICE_MAIL_USERNAME: 'apikey' }))).toBeNull()
    expect(senderOf(inForce())).toBeNull()
  })
})

describe('the fingerprint of the mail settings', () => {
  const other = (name: SettingName) => {
    const { type } = definitionOf(name)
    return type === 'boolean' ? !DEFAULTS[name] : type === 'integer' ? Number(DEFAULTS[name]) + 1 : `${DEFAULTS[name]}x`
  }
  const changes = SETTING_NAMES.filter(
    (name) => mailFingerprint({ ...inForce(), [name]: other(name) }) !== mailFingerprint(inForce()),
  )

  it('changes with host, port, protocol, TLS, sign-in, sender and authorities, and with nothing else', () => {
    expect(changes).toEqual([
      'SERVICE_MAIL_AUTH',
      'SERVICE_MAIL_HOST',
      'SERVICE_MAIL_PORT',
      'SERVICE_MAIL_PROTOCOL',
      'SERVICE_MAIL_TLS',
      'SERVICE_MAIL_USERNAME',
      'SERVICE_MAIL_PASSWORD',
      'SERVICE_MAIL_AUTH_METHOD',
      'SERVICE_MAIL_OAUTH2_PROVIDER',
      'SERVICE_MAIL_OAUTH2_TENANT',
      'SERVICE_MAIL_OAUTH2_CLIENT_ID',
      'SERVICE_MAIL_OAUTH2_CLIENT_SECRET',
      'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN',
      'SERVICE_MAIL_OAUTH2_TOKEN_URL',
      'SERVICE_MAIL_FROM_ADDRESS',
      'SERVICE_MAIL_CA_FILE',
    ])
  })

  it('does not confuse a value with its neighbour', () => {
    const one = inForce({ SERVICE_MAIL_USERNAME: 'a', SERVICE_MAIL_PASSWORD: '' })
    expect(mailFingerprint(one)).not.toBe(
      mailFingerprint(inForce({ SERVICE_MAIL_USERNAME: '', SERVICE_MAIL_PASSWORD: 'a' })),
    )
  })
})
