import {
  type Credential,
  FAILURES_ALLOWED,
  type LiveSecret,
  secretExpiry,
  secretWorks,
  signInDelay,
  takesPassword,
} from '../domain/credential.ts'
import type { Instant } from '../domain/time.ts'
import { humanTime } from './human.ts'

/** Whether there is a password, and whether wrong ones keep it from being looked at. */
export function passwordWords(credential: Credential | undefined, now: Instant): string {
  if (credential === undefined || credential.hash === null) return 'none is set'
  const { failures, failedAt } = credential
  if (failures >= FAILURES_ALLOWED) return `disabled by ${failures} wrong ones in a row, until it is reset`
  if (failedAt === null || takesPassword(credential, now)) return 'set'
  const again = humanTime(failedAt + signInDelay(failures), now)
  return `set; after ${failures} wrong ones in a row not looked at until ${again}`
}

/** Whether a temporary password or a link that was sent still works; null where there is none that does. */
export function secretWords(secret: LiveSecret | null | undefined, now: Instant): string | null {
  if (secret === null || secret === undefined || !secretWorks(secret, now)) return null
  const expiry = secretExpiry(secret)
  return expiry === null ? 'works as soon as its letter arrives' : `works until ${humanTime(expiry, now)}`
}
