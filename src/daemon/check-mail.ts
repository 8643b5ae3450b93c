import { type Settings, senderOf } from '../core/domain/setting.ts'
import type { MasterKeys } from '../core/secrets/master-key.ts'
import { type CheckOptions, checkServer } from './courier/check.ts'
import type { Report } from './courier/report.ts'
import { unsentReport } from './deliver.ts'
import { mailServer } from './mail-server.ts'
import type { TokenSurroundings } from './oauth2/open-tokens.ts'

export interface MailCheck {
  readonly settings: Settings
  readonly keys: MasterKeys
  /** Where a refresh token is kept that its provider renews at this occasion. */
  readonly around: TokenSurroundings
  /** Whom RCPT TO names; null: the sender. */
  readonly to: string | null
}

/** Checks the mail server of `settings`, on a connection of its own; what is wrong with them is said before. */
export async function checkMail({ settings, keys, around, to }: MailCheck, options: CheckOptions): Promise<Report> {
  const server = await mailServer(settings, keys, around)
  if (!server.ok) return unsentReport(server.happening)
  // Without a sender there is no server.
  const from = senderOf(settings) ?? ''
  return checkServer(server.settings, { from, to: to ?? from }, options)
}
