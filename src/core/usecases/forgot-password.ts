import { forgotPasswordLacks, unconfirmed } from '../domain/forgot-password.ts'
import type { TestedMail } from '../domain/queue.ts'
import { settingsInForce } from '../domain/setting.ts'
import type { Reads } from '../store/port.ts'
import { readQueue } from './settings.ts'

/** Whether people may ask for links, and what stands in the way. */
export interface ForgotPasswordStatus {
  /** SERVICE_FORGOT_PASSWORD_ENABLE. */
  readonly enabled: boolean
  /**
   * What is missing, whole sentences, each with what to do: while it is off, what keeps it from being turned on; while it
   * is on, what makes it doubtful that letters arrive.
   */
  readonly missing: readonly string[]
  /** That nobody has said yet whether the last test mail came in; null where there is nothing to say. */
  readonly unconfirmed: string | null
  /** The latest test letter that a server took, under whatever settings. */
  readonly tested: TestedMail | null
}

/** How it stands with links now. */
export async function readForgotPassword(store: Pick<Reads, 'get' | 'settings'>): Promise<ForgotPasswordStatus> {
  const settings = settingsInForce(await store.settings())
  const queue = await readQueue(store)
  return {
    enabled: settings.SERVICE_FORGOT_PASSWORD_ENABLE,
    missing: forgotPasswordLacks(settings, queue),
    unconfirmed: unconfirmed(settings, queue),
    tested: queue.tested,
  }
}
