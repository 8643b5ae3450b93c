import { isLoopback } from './loopback.ts'
import { reviewOauth2 } from './oauth2-review.ts'
import { type SettingName, type Settings, senderOf } from './setting.ts'

export interface SettingsReview {
  /** Sentences: the change is not saved. */
  readonly refusals: readonly string[]
  /** Sentences: the change is saved, with these words to the operator. */
  readonly warnings: readonly string[]
}

/** What stands against the settings as a whole after `changed` were set: pairs that contradict one another. */
export function reviewSettings(settings: Settings, changed: readonly SettingName[]): SettingsReview {
  const refusals: string[] = []
  const warnings: string[] = []
  const touches = (...names: SettingName[]) => names.some((name) => changed.includes(name))
  const { SERVICE_MAIL_AUTH: auth, SERVICE_MAIL_PROTOCOL: protocol, SERVICE_MAIL_PORT: port } = settings
  const byPassword = auth && settings.SERVICE_MAIL_AUTH_METHOD === 'password'

  if (
    changed.includes('SERVICE_MAIL_PASSWORD') &&
    settings.SERVICE_MAIL_PASSWORD === '' &&
    byPassword &&
    settings.SERVICE_MAIL_USERNAME !== ''
  ) {
    refusals.push(
      'SERVICE_MAIL_PASSWORD must not be emptied while SERVICE_MAIL_AUTH is true and SERVICE_MAIL_USERNAME is set: authentication would be skipped. Set SERVICE_MAIL_AUTH=false to send without signing in.',
    )
  }
  if (
    touches('SERVICE_MAIL_TLS', 'SERVICE_MAIL_AUTH', 'SERVICE_MAIL_HOST', 'SERVICE_MAIL_PROTOCOL') &&
    protocol === 'smtp' &&
    !settings.SERVICE_MAIL_TLS &&
    auth &&
    !isLoopback(settings.SERVICE_MAIL_HOST)
  ) {
    refusals.push(
      'SERVICE_MAIL_TLS=false with SERVICE_MAIL_AUTH=true would send the password in clear; it is allowed only for a loopback SERVICE_MAIL_HOST.',
    )
  }
  if (touches('SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_PORT')) {
    if (protocol === 'smtps' && port === 587) {
      warnings.push(
        'SERVICE_MAIL_PROTOCOL=smtps usually goes with SERVICE_MAIL_PORT=465; port 587 expects SERVICE_MAIL_PROTOCOL=smtp.',
      )
    }
    if (protocol === 'smtp' && port === 465) {
      warnings.push(
        'SERVICE_MAIL_PORT=465 expects TLS from the first byte: SERVICE_MAIL_PROTOCOL=smtps is the likely fix.',
      )
    }
  }
  if (
    touches('SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_AUTH', 'SERVICE_MAIL_AUTH_METHOD') &&
    byPassword &&
    settings.SERVICE_MAIL_USERNAME !== '' &&
    settings.SERVICE_MAIL_PASSWORD === ''
  ) {
    warnings.push('SERVICE_MAIL_USERNAME is set without SERVICE_MAIL_PASSWORD: no letter can leave until it is set.')
  }
  if (
    settings.SERVICE_MAIL_ENABLE &&
    touches('SERVICE_MAIL_ENABLE', 'SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_FROM_ADDRESS') &&
    senderOf(settings) === null
  ) {
    warnings.push('There is no sender: set SERVICE_MAIL_FROM_ADDRESS, or an e-mail address as SERVICE_MAIL_USERNAME.')
  }
  const oauth2 = reviewOauth2(settings, changed)
  return { refusals: [...refusals, ...oauth2.refusals], warnings: [...warnings, ...oauth2.warnings] }
}
