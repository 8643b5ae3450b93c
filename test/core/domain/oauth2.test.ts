import { describe, expect, it } from 'vitest'
import { grantOf, isTokenUrlSafe, lackingForOauth2, tokenUrlOf } from '../../../src/core/domain/oauth2.ts'
import { DEFAULTS, type SettingName, type Settings } from '../../../src/core/domain/setting.ts'
import { reviewSettings } from '../../../src/core/domain/setting-review.ts'

const SEALED = 'sealed:v1:1:x'
const GOOGLE: Settings = {
  ...DEFAULTS,
  SERVICE_MAIL_USERNAME: 'postern@example.org',
  SERVICE_MAIL_AUTH_METHOD: 'oauth2',
  SERVICE_MAIL_OAUTH2_CLIENT_ID: 'client.example',
  SERVICE_MAIL_OAUTH2_CLIENT_SECRET: SEALED,
  SERVICE_MAIL_OAUTH2_REFRESH_TOKEN: SEALED,
}
const MICROSOFT: Settings = {
  ...GOOGLE,
  SERVICE_MAIL_HOST: 'smtp.office365.com',
  SERVICE_MAIL_OAUTH2_PROVIDER: 'microsoft',
  SERVICE_MAIL_OAUTH2_TENANT: 'contoso.onmicrosoft.com',
  SERVICE_MAIL_OAUTH2_REFRESH_TOKEN: '',
}
const review = (settings: Settings, given: Partial<Settings>) =>
  reviewSettings({ ...settings, ...given }, Object.keys(given) as SettingName[])
const NOTHING = { refusals: [], warnings: [] }

describe('how a token is got', () => {
  it('Google: at its one address, by a refresh token', () => {
    expect(tokenUrlOf(GOOGLE)).toBe('https://oauth2.googleapis.com/token')
    expect(grantOf({ ...GOOGLE, SERVICE_MAIL_OAUTH2_REFRESH_TOKEN: '' })).toBe('refresh_token')
  })

  it('Microsoft: at the address of the tenant, by a refresh token or by the client alone', () => {
    expect(tokenUrlOf(MICROSOFT)).toBe('https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token')
    expect(grantOf(MICROSOFT)).toBe('client_credentials')
    expect(grantOf({ ...MICROSOFT, SERVICE_MAIL_OAUTH2_REFRESH_TOKEN: SEALED })).toBe('refresh_token')
  })

  it('elsewhere: where SERVICE_MAIL_OAUTH2_TOKEN_URL says', () => {
    const own = 'https://sso.example.org/token'
    for (const settings of [GOOGLE, MICROSOFT])
      expect(tokenUrlOf({ ...settings, SERVICE_MAIL_OAUTH2_TOKEN_URL: own })).toBe(own)
  })

  it.each([
    ['https://sso.example.org/token', true],
    ['http://sso.example.org/token', false],
    ['http://localhost:8080/token', true],
    ['http://127.0.0.1/token', true],
    ['http://[::1]:8080/token', true],
    ['http://127.0.0.1.example.org/token', false],
    ['http://localhost@example.org/token', false],
    ['nonsense', false],
  ])('a secret may go to %s: %s', (url, safe) => {
    expect(isTokenUrlSafe(url)).toBe(safe)
  })
})

describe('what signing in by OAuth 2.0 lacks', () => {
  const lacking = (settings: Settings, given: Partial<Settings>) => lackingForOauth2({ ...settings, ...given })

  it('nothing', () => {
    expect(lackingForOauth2(GOOGLE)).toEqual([])
    expect(lackingForOauth2(MICROSOFT)).toEqual([])
  })

  it.each([
    ['SERVICE_MAIL_USERNAME', GOOGLE],
    ['SERVICE_MAIL_OAUTH2_CLIENT_ID', GOOGLE],
    ['SERVICE_MAIL_OAUTH2_CLIENT_SECRET', GOOGLE],
    ['SERVICE_MAIL_OAUTH2_REFRESH_TOKEN', GOOGLE],
    ['SERVICE_MAIL_OAUTH2_TENANT', MICROSOFT],
    ['SERVICE_MAIL_OAUTH2_CLIENT_ID', MICROSOFT],
    ['SERVICE_MAIL_OAUTH2_CLIENT_SECRET', MICROSOFT],
  ] as const)('%s', (name, settings) => {
    expect(lacking(settings, { [name]: '' })).toEqual([name])
  })

  it('a public client of Microsoft has a refresh token and no secret; an address of its own wants no tenant', () => {
    const alone = { SERVICE_MAIL_OAUTH2_CLIENT_SECRET: '', SERVICE_MAIL_OAUTH2_REFRESH_TOKEN: SEALED }
    expect(lacking(MICROSOFT, alone)).toEqual([])
    const own = { SERVICE_MAIL_OAUTH2_TENANT: '', SERVICE_MAIL_OAUTH2_TOKEN_URL: 'https://sso.example.org/token' }
    expect(lacking(MICROSOFT, own)).toEqual([])
  })

  it('all of it is said in one sentence, in the order in which one would set it', () => {
    const { warnings } = review(
      { ...DEFAULTS, SERVICE_MAIL_HOST: 'smtp.office365.com' },
      {
        SERVICE_MAIL_AUTH_METHOD: 'oauth2',
        SERVICE_MAIL_OAUTH2_PROVIDER: 'microsoft',
      },
    )
    expect(warnings).toEqual([
      'SERVICE_MAIL_AUTH_METHOD=oauth2 needs SERVICE_MAIL_USERNAME, SERVICE_MAIL_OAUTH2_TENANT, SERVICE_MAIL_OAUTH2_CLIENT_ID and SERVICE_MAIL_OAUTH2_CLIENT_SECRET: no letter can leave until they are set.',
    ])
  })
})

describe('doubtful pairs', () => {
  it('a whole set is in order, and a password that is left set is nobody’s worry', () => {
    expect(review(GOOGLE, GOOGLE)).toEqual(NOTHING)
    expect(review(MICROSOFT, { ...MICROSOFT, SERVICE_MAIL_PASSWORD: SEALED })).toEqual(NOTHING)
  })

  it('with oauth2 the password may be emptied, and a user name needs none', () => {
    expect(review(GOOGLE, { SERVICE_MAIL_PASSWORD: '' })).toEqual(NOTHING)
    expect(review(GOOGLE, { SERVICE_MAIL_USERNAME: 'other@example.org' })).toEqual(NOTHING)
  })

  it.each([
    [
      GOOGLE,
      'smtp.office365.com',
      'SERVICE_MAIL_OAUTH2_PROVIDER=google usually goes with SERVICE_MAIL_HOST=smtp.gmail.com, not smtp.office365.com.',
    ],
    [
      MICROSOFT,
      'smtp.gmail.com',
      'SERVICE_MAIL_OAUTH2_PROVIDER=microsoft usually goes with SERVICE_MAIL_HOST=smtp.office365.com, not smtp.gmail.com.',
    ],
    [
      GOOGLE,
      'notgmail.com',
      'SERVICE_MAIL_OAUTH2_PROVIDER=google usually goes with SERVICE_MAIL_HOST=smtp.gmail.com, not notgmail.com.',
    ],
  ])('a host of somebody else', (settings, host, warning) => {
    expect(review(settings, { SERVICE_MAIL_HOST: host })).toEqual({ refusals: [], warnings: [warning] })
  })

  it.each([
    [GOOGLE, 'SMTP-relay.gmail.com'],
    [MICROSOFT, 'smtp-mail.outlook.com'],
    [{ ...GOOGLE, SERVICE_MAIL_OAUTH2_TOKEN_URL: 'https://sso.example.org/token' }, 'mail.example.org'],
  ])('a host that fits', (settings, host) => {
    expect(review(settings, { SERVICE_MAIL_HOST: host })).toEqual(NOTHING)
  })

  it('an address for tokens in clear is refused', () => {
    const { refusals } = review(GOOGLE, { SERVICE_MAIL_OAUTH2_TOKEN_URL: 'http://sso.example.org/token' })
    expect(refusals).toEqual([expect.stringMatching(/^SERVICE_MAIL_OAUTH2_TOKEN_URL must begin with https:\/\/: /)])
    expect(review(GOOGLE, { SERVICE_MAIL_OAUTH2_TOKEN_URL: 'http://127.0.0.1:8080/token' })).toEqual(NOTHING)
  })

  it.each(['../common', 'a/b', 'contoso.onmicrosoft.com?x', 'contoso com', '..', 'c@d'])(
    '%j is no tenant',
    (tenant) => {
      const { refusals } = review(MICROSOFT, { SERVICE_MAIL_OAUTH2_TENANT: tenant })
      expect(refusals).toEqual([
        expect.stringMatching(/^SERVICE_MAIL_OAUTH2_TENANT must be the Directory \(tenant\) ID/),
      ])
    },
  )

  it.each(['common', '11111111-2222-3333-4444-555555555555', 'contoso.onmicrosoft.com'])('%j is one', (tenant) => {
    expect(review(MICROSOFT, { SERVICE_MAIL_OAUTH2_TENANT: tenant })).toEqual(NOTHING)
  })

  it('who sets one of them without saying that they are to be used hears of it; what is left over is quiet', () => {
    const byPassword: Settings = { ...GOOGLE, SERVICE_MAIL_AUTH_METHOD: 'password', SERVICE_MAIL_PASSWORD: SEALED }
    expect(review(byPassword, { SERVICE_MAIL_OAUTH2_CLIENT_ID: 'client.example' }).warnings).toEqual([
      'SERVICE_MAIL_OAUTH2_CLIENT_ID is used only with SERVICE_MAIL_AUTH_METHOD=oauth2; it is password.',
    ])
    expect(review(byPassword, { SERVICE_MAIL_OAUTH2_CLIENT_ID: '' })).toEqual(NOTHING)
    expect(review(byPassword, { SERVICE_MAIL_HOST: 'mail.example.org' })).toEqual(NOTHING)
    expect(review(byPassword, byPassword)).toEqual(NOTHING)
  })
})
