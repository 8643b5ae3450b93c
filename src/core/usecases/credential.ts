import type { Credential } from '../domain/credential.ts'
import { linkInForce } from '../domain/forgot-password.ts'
import type { UserId } from '../domain/ids.ts'
import type { Reads } from '../store/port.ts'

/** How a user signs in now: without a link that SERVICE_FORGOT_PASSWORD_ENABLE keeps from working. */
export async function readCredential(store: Pick<Reads, 'get'>, user: UserId): Promise<Credential | undefined> {
  const credential = await store.get('credential', user)
  if (credential === undefined || credential.link === null) return credential
  const enabled = await store.get('setting', 'SERVICE_FORGOT_PASSWORD_ENABLE')
  return linkInForce(credential.link, enabled) ? credential : { ...credential, link: null }
}
