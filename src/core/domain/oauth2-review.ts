import { isTenant, isTokenUrlSafe, lackingForOauth2, likelierHost, providerOf } from './oauth2.ts'
import { DEFAULTS, type SettingName, type Settings } from './setting.ts'

interface Review {
  readonly refusals: readonly string[]
  readonly warnings: readonly string[]
}

/** `A`, `A and B`, `A, B and C`. */
function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

/** What stands against the settings for signing in by OAuth 2.0 after `changed` were set. */
export function reviewOauth2(settings: Settings, changed: readonly SettingName[]): Review {
  const refusals: string[] = []
  const warnings: string[] = []
  const ours = changed.filter((name) => name.startsWith('SERVICE_MAIL_OAUTH2_'))
  const touches = (...names: SettingName[]) => ours.length > 0 || names.some((name) => changed.includes(name))

  if (changed.includes('SERVICE_MAIL_OAUTH2_TENANT') && !isTenant(settings.SERVICE_MAIL_OAUTH2_TENANT)) {
    refusals.push(
      'SERVICE_MAIL_OAUTH2_TENANT must be the Directory (tenant) ID, or a domain of the organisation like contoso.onmicrosoft.com.',
    )
  }
  const url = settings.SERVICE_MAIL_OAUTH2_TOKEN_URL
  if (changed.includes('SERVICE_MAIL_OAUTH2_TOKEN_URL') && url !== '' && !isTokenUrlSafe(url)) {
    refusals.push(
      'SERVICE_MAIL_OAUTH2_TOKEN_URL must begin with https://: over http the client secret could be read on its way; that is allowed only to this machine itself.',
    )
  }
  if (!settings.SERVICE_MAIL_AUTH || settings.SERVICE_MAIL_AUTH_METHOD !== 'oauth2') {
    // Whoever sets one of them may think that it is used; what is left over from another time is nobody's worry.
    const idle = ours.find((name) => settings[name] !== DEFAULTS[name])
    if (idle !== undefined && settings.SERVICE_MAIL_AUTH && !changed.includes('SERVICE_MAIL_AUTH_METHOD')) {
      warnings.push(`${idle} is used only with SERVICE_MAIL_AUTH_METHOD=oauth2; it is password.`)
    }
    return { refusals, warnings }
  }
  const lacking = lackingForOauth2(settings)
  if (touches('SERVICE_MAIL_AUTH', 'SERVICE_MAIL_AUTH_METHOD', 'SERVICE_MAIL_USERNAME') && lacking.length > 0) {
    const until = lacking.length === 1 ? 'it is' : 'they are'
    warnings.push(`SERVICE_MAIL_AUTH_METHOD=oauth2 needs ${listed(lacking)}: no letter can leave until ${until} set.`)
  }
  const host = likelierHost(settings, settings.SERVICE_MAIL_HOST)
  if (touches('SERVICE_MAIL_AUTH', 'SERVICE_MAIL_AUTH_METHOD', 'SERVICE_MAIL_HOST') && host !== null) {
    warnings.push(
      `SERVICE_MAIL_OAUTH2_PROVIDER=${providerOf(settings)} usually goes with SERVICE_MAIL_HOST=${host}, not ${settings.SERVICE_MAIL_HOST}.`,
    )
  }
  return { refusals, warnings }
}
