import type { LiveSecret } from './credential.ts'
import { parsePortalUrl } from './portal-url.ts'
import type { Queue } from './queue.ts'
import { mailFingerprint, type SettingName, type Settings, type StoredSetting } from './setting.ts'
import type { SettingsReview } from './setting-review.ts'

/** What lets people ask for links depends on the portal, its address and mail that is known to arrive. */
type Portal = Pick<Settings, 'SERVICE_PORTAL_ENABLE' | 'SERVICE_PORTAL_URL'>

/** What the portal lacks before people may ask for links: whole sentences, each with what to do. */
function portalLacks({ SERVICE_PORTAL_ENABLE: enabled, SERVICE_PORTAL_URL: url }: Portal): readonly string[] {
  const portal = parsePortalUrl(url)
  return [
    ...(enabled ? [] : ['SERVICE_PORTAL_ENABLE is false: set it to true.']),
    ...(portal.ok ? [] : [`SERVICE_PORTAL_URL ${portal.why}: set it to the address of the portal.`]),
  ]
}

/** What is not known of the mail: that a letter arrives under the settings of now. */
function mailLacks(settings: Settings, { tested }: Pick<Queue, 'tested'>): readonly string[] {
  if (tested === null) return ['No test mail has succeeded yet: send one with "postern mail test ADDRESS".']
  if (tested.fingerprint === mailFingerprint(settings)) return []
  return [
    'The mail settings were changed after the last test mail that succeeded: send one with "postern mail test ADDRESS".',
  ]
}

/** Everything that SERVICE_FORGOT_PASSWORD_ENABLE=true lacks, whole sentences; empty when it may be turned on. */
export function forgotPasswordLacks(settings: Settings, queue: Pick<Queue, 'tested'>): readonly string[] {
  return [...portalLacks(settings), ...mailLacks(settings, queue)]
}

/**
 * Whether a link may work at all: while SERVICE_FORGOT_PASSWORD_ENABLE is false none does, and once it is true again none
 * does that was issued before. An operator who turns it off because letters fall into wrong hands has closed the door.
 * @param enabled the setting as it is stored; undefined while nobody has set it
 */
export function linkInForce({ issuedAt }: Pick<LiveSecret, 'issuedAt'>, enabled: StoredSetting | undefined): boolean {
  return enabled?.value === true && issuedAt >= enabled.changedAt
}

/** That nobody has said yet whether the test mail of the present settings came in; null where there is nothing to say. */
export function unconfirmed(settings: Settings, { tested }: Pick<Queue, 'tested'>): string | null {
  if (tested === null || tested.confirmedAt !== null || tested.fingerprint !== mailFingerprint(settings)) return null
  return `The mail server took the test mail to ${tested.to}, and nobody has said yet that it came in: look for it there, then "postern mail confirm".`
}

/** What stands against a change as far as links are concerned. `before` is what was in force, `after` what would be. */
export function reviewForgotPassword(
  before: Settings,
  after: Settings,
  changed: readonly SettingName[],
  queue: Pick<Queue, 'tested'>,
): SettingsReview {
  const review = { refusals: [] as string[], warnings: [] as string[] }
  if (!after.SERVICE_FORGOT_PASSWORD_ENABLE) {
    if (before.SERVICE_FORGOT_PASSWORD_ENABLE)
      review.warnings.push(
        'SERVICE_FORGOT_PASSWORD_ENABLE is turned off: no link works any more, not even one that was sent, and letters with links that wait are cancelled. Whoever needs a new password gets it by a reset of yours.',
      )
    return review
  }
  const lacks = [portalLacks(after), mailLacks(after, queue)] as const
  if (changed.includes('SERVICE_FORGOT_PASSWORD_ENABLE')) {
    const missing = lacks.flat()
    if (missing.length > 0)
      review.refusals.push(`SERVICE_FORGOT_PASSWORD_ENABLE cannot be turned on yet. ${missing.join(' ')}`)
    const doubt = unconfirmed(after, queue)
    if (missing.length === 0 && doubt !== null) review.warnings.push(doubt)
    return review
  }
  if (
    changed.some((name) => name === 'SERVICE_PORTAL_ENABLE' || name === 'SERVICE_PORTAL_URL') &&
    lacks[0].length > 0
  ) {
    review.refusals.push(
      `${lacks[0].join(' ')} Or set SERVICE_FORGOT_PASSWORD_ENABLE to false first: while it is true, people ask for links there.`,
    )
  }
  if (mailFingerprint(before) !== mailFingerprint(after) && lacks[1].length > 0) {
    review.warnings.push(
      `SERVICE_FORGOT_PASSWORD_ENABLE is true, and it is not known whether its letters still arrive. ${lacks[1].join(' ')}`,
    )
  }
  return review
}
