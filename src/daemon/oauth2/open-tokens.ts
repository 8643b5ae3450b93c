import type { SecureContext } from 'node:tls'
import {
  grantOf,
  issuerOf,
  isTenant,
  isTokenUrlSafe,
  lackingForOauth2,
  providerOf,
  tokenUrlOf,
} from '../../core/domain/oauth2.ts'
import type { Settings } from '../../core/domain/setting.ts'
import type { MasterKeys } from '../../core/secrets/master-key.ts'
import { openSetting } from '../../core/secrets/seal.ts'
import type { AccessTokens } from '../courier/access-token.ts'
import { trust } from '../courier/trust.ts'
import { type Keeping, keptRefreshToken } from './kept-refresh-token.ts'
import { TokenSource } from './token-source.ts'

/** What outlives the source itself. */
export interface TokenSurroundings extends Keeping {
  /** Milliseconds that never run back. Default: `performance.now`. */
  readonly monotonic?: () => number
}

export type OpenedTokens =
  | { readonly ok: true; readonly tokens: AccessTokens }
  /** A whole sentence that names the setting. */
  | { readonly ok: false; readonly why: string }

interface Opening {
  readonly keys: MasterKeys
  /** PEM of authorities to trust besides the usual ones: SERVICE_MAIL_CA_FILE holds for the endpoint, too. */
  readonly ca: string | null
  readonly around: TokenSurroundings
}

/** A source of access tokens by the settings in force. */
export async function openTokens(settings: Settings, { keys, ca, around }: Opening): Promise<OpenedTokens> {
  const [lacking] = lackingForOauth2(settings)
  if (lacking !== undefined) {
    return { ok: false, why: `${lacking} is not set, and SERVICE_MAIL_AUTH_METHOD is oauth2.` }
  }
  const url = URL.parse(tokenUrlOf(settings))
  // Whoever checked the settings before: a secret in clear on the network is never right.
  if (url === null || !isTokenUrlSafe(url.href)) {
    return { ok: false, why: 'SERVICE_MAIL_OAUTH2_TOKEN_URL must begin with https://.' }
  }
  if (!isTenant(settings.SERVICE_MAIL_OAUTH2_TENANT)) {
    return { ok: false, why: 'SERVICE_MAIL_OAUTH2_TENANT is neither the id of a directory nor a domain.' }
  }
  const secret = await openIfSet(settings, keys)
  if (!secret.ok) return secret
  const grant = grantOf(settings)
  const id = settings.SERVICE_MAIL_OAUTH2_CLIENT_ID
  let context: SecureContext | null = null
  const tokens = new TokenSource({
    url,
    client: { provider: providerOf(settings), grant, id, secret: secret.value },
    refreshToken: grant === 'refresh_token' ? keptRefreshToken(setToken(settings), keys, around) : null,
    trust: () => {
      context ??= trust(ca)
      return context
    },
    monotonic: around.monotonic ?? (() => performance.now()),
  })
  return { ok: true, tokens }
}

const setToken = (settings: Settings) => ({
  set: settings.SERVICE_MAIL_OAUTH2_REFRESH_TOKEN,
  issuer: issuerOf(settings),
})

async function openIfSet({ SERVICE_MAIL_OAUTH2_CLIENT_SECRET: sealed }: Settings, keys: MasterKeys) {
  if (sealed === '') return { ok: true, value: '' } as const
  return await openSetting(keys, 'SERVICE_MAIL_OAUTH2_CLIENT_SECRET', sealed)
}
