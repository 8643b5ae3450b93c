import { isLoopback } from './loopback.ts'
import type { SettingName, Settings } from './setting.ts'

/** Which tokens a provider gives: by a refresh token that a person once consented to, or to the client alone. */
export type Grant = 'refresh_token' | 'client_credentials'

interface Provider {
  /** Where the provider's own mail servers are: these hosts, and what lies below them. */
  readonly hosts: readonly string[]
  /** The host that its documents name. */
  readonly host: string
  readonly tokenUrl: (tenant: string) => string
}

const PROVIDERS: { readonly [Name in 'google' | 'microsoft']: Provider } = {
  // https://developers.google.com/identity/protocols/oauth2/web-server#offline
  google: {
    hosts: ['gmail.com', 'googlemail.com', 'google.com'],
    host: 'smtp.gmail.com',
    tokenUrl: () => 'https://oauth2.googleapis.com/token',
  },
  // https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
  microsoft: {
    hosts: ['office365.com', 'outlook.com', 'office.com', 'outlook.cn', 'office365.us'],
    host: 'smtp.office365.com',
    tokenUrl: (tenant) => `https://login.microsoftonline.com/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
  },
}

/** A directory's id or one of its domains: nothing that could turn the token's address into another one. */
const TENANT = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i

type Oauth2Settings = Pick<
  Settings,
  | 'SERVICE_MAIL_USERNAME'
  | 'SERVICE_MAIL_OAUTH2_PROVIDER'
  | 'SERVICE_MAIL_OAUTH2_TENANT'
  | 'SERVICE_MAIL_OAUTH2_CLIENT_ID'
  | 'SERVICE_MAIL_OAUTH2_CLIENT_SECRET'
  | 'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN'
  | 'SERVICE_MAIL_OAUTH2_TOKEN_URL'
>

export const providerOf = (settings: Oauth2Settings): 'google' | 'microsoft' =>
  settings.SERVICE_MAIL_OAUTH2_PROVIDER === 'microsoft' ? 'microsoft' : 'google'

/** How a token is asked for: Google gives none to a client alone. */
export function grantOf(settings: Oauth2Settings): Grant {
  const alone = providerOf(settings) === 'microsoft' && settings.SERVICE_MAIL_OAUTH2_REFRESH_TOKEN === ''
  return alone ? 'client_credentials' : 'refresh_token'
}

/** Where tokens are got: what SERVICE_MAIL_OAUTH2_TOKEN_URL says, else the provider's own address. */
export function tokenUrlOf(settings: Oauth2Settings): string {
  const provider = PROVIDERS[providerOf(settings)]
  return settings.SERVICE_MAIL_OAUTH2_TOKEN_URL || provider.tokenUrl(settings.SERVICE_MAIL_OAUTH2_TENANT)
}

/** To whom a refresh token was given, and by whom: what differs in this has no use for it (RFC 6749, section 6). */
export const issuerOf = (settings: Oauth2Settings): string =>
  `${tokenUrlOf(settings)} ${settings.SERVICE_MAIL_OAUTH2_CLIENT_ID}`

/** The settings that signing in by OAuth 2.0 still lacks, in the order in which one would set them. */
export function lackingForOauth2(settings: Oauth2Settings): readonly SettingName[] {
  const microsoft = providerOf(settings) === 'microsoft'
  const elsewhere = settings.SERVICE_MAIL_OAUTH2_TOKEN_URL !== ''
  const needed: readonly (readonly [keyof Oauth2Settings, boolean])[] = [
    // The token alone does not say to the server whose mailbox is meant.
    ['SERVICE_MAIL_USERNAME', true],
    ['SERVICE_MAIL_OAUTH2_TENANT', microsoft && !elsewhere],
    ['SERVICE_MAIL_OAUTH2_CLIENT_ID', true],
    // With Microsoft a public client (RFC 6749, section 2.1) has a refresh token and no secret.
    ['SERVICE_MAIL_OAUTH2_CLIENT_SECRET', microsoft ? grantOf(settings) === 'client_credentials' : !elsewhere],
    ['SERVICE_MAIL_OAUTH2_REFRESH_TOKEN', !microsoft],
  ]
  return needed.filter(([name, need]) => need && settings[name] === '').map(([name]) => name)
}

/** Whether a tenant is written as Microsoft writes one; where none is set nothing is wrong with it. */
export const isTenant = (tenant: string): boolean => tenant === '' || TENANT.test(tenant)

/** Whether secrets may be sent to `url`: over https, or to this machine itself. */
export function isTokenUrlSafe(url: string): boolean {
  const parsed = URL.parse(url)
  return parsed?.protocol === 'https:' || (parsed !== null && isLoopback(parsed.hostname.replace(/^\[|\]$/g, '')))
}

/** The mail server's name that would fit the provider better than `host` does; null when `host` will do. */
export function likelierHost(settings: Oauth2Settings, host: string): string | null {
  // Who names an address for tokens has a provider of their own.
  if (settings.SERVICE_MAIL_OAUTH2_TOKEN_URL !== '') return null
  const { hosts, host: usual } = PROVIDERS[providerOf(settings)]
  const name = host.toLowerCase()
  return hosts.some((known) => name === known || name.endsWith(`.${known}`)) ? null : usual
}
