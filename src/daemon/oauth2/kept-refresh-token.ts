import type { MasterKeys } from '../../core/secrets/master-key.ts'
import { openSetting, sealPublicKey, sealSetting } from '../../core/secrets/seal.ts'
import type { Context } from '../../core/usecases/context.ts'
import { refreshTokenInForce, renewRefreshToken, type SetToken } from '../../core/usecases/refresh-token.ts'
import type { Log } from '../log.ts'
import type { RefreshToken } from './token-source.ts'

const NAME = 'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN'

/** Where a refresh token is kept that the provider renews. */
export interface Keeping {
  readonly context: Context
  readonly log: Log
}

/**
 * The refresh token that the settings say, and whatever its provider gives in its place. It is read anew
 * each time: another program on the same store may have had it renewed.
 */
export function keptRefreshToken(token: SetToken, keys: MasterKeys, { context, log }: Keeping): RefreshToken {
  /** The last one given, until the store has taken it. */
  let unsaved: string | null = null
  const renew = async (renewed: string) => {
    unsaved = renewed
    try {
      const kept = await renewRefreshToken(context, token, await sealSetting(await sealPublicKey(keys), NAME, renewed))
      unsaved = null
      if (kept) log.info({ setting: NAME }, 'the provider renewed the refresh token, and the new one is saved')
    } catch (error) {
      // The letter can leave all the same, and what broke the store is told by whoever has to save something.
      const reason = error instanceof Error ? error.message : String(error)
      log.error({ setting: NAME, reason }, 'the provider renewed the refresh token, and it could not be saved')
    }
  }
  return {
    renew,
    async read() {
      if (unsaved === null) return await openSetting(keys, NAME, await refreshTokenInForce(context.store, token.set))
      const value = unsaved
      await renew(value)
      return { ok: true, value }
    },
  }
}
