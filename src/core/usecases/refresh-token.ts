import { issuerOf } from '../domain/oauth2.ts'
import { settingsInForce } from '../domain/setting.ts'
import type { Reads } from '../store/port.ts'
import type { Context } from './context.ts'

const NAME = 'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN'

/**
 * The refresh token to use where the settings say `set`, both sealed: the one that the provider gave in its place, if it
 * gave one. A token that is not the stored one (a check tries it, or an operator has set another meanwhile) is its own.
 */
export async function refreshTokenInForce(store: Pick<Reads, 'get'>, set: string): Promise<string> {
  const row = await store.get('setting', NAME)
  return row?.value === set ? (row.renewed ?? set) : set
}

/** A refresh token as the settings say it, sealed, and its `issuerOf` under the settings that it was used under. */
export interface SetToken {
  readonly set: string
  readonly issuer: string
}

/**
 * Keeps the refresh token, sealed, that the provider gave in place of `token`. No setting changes by it: nothing is probed,
 * and no operator's edit is overtaken.
 * @returns whether it was kept; not when `token` is not the stored one any more, nor when another than the provider in
 * force gave it, as in a check that tries out another address for tokens: the stored one goes on.
 */
export async function renewRefreshToken(
  { store, actor }: Context,
  { set, issuer }: SetToken,
  renewed: string,
): Promise<boolean> {
  return store.transact(actor, 'settings.renew-token', async (tx) => {
    const row = await tx.get('setting', NAME)
    if (row?.value !== set || issuerOf(settingsInForce(await tx.settings())) !== issuer) return false
    tx.put('setting', { ...row, renewed })
    return true
  })
}
