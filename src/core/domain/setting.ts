import { parseAddress } from './address.ts'

/**
 * The catalogue: the only place that knows the settings. The command line, the validation and `docs/settings.md`
 * come from it; a row lands with the feature that obeys it.
 */
interface Common {
  /** One line for forms and the reference. */
  readonly help: string
  /** Takes part in the fingerprint of the mail settings: changing it asks for a new sign-in. */
  readonly mail?: true
}
export type Definition = Common &
  (
    | { readonly type: 'boolean'; readonly default: boolean }
    | {
        readonly type: 'integer'
        readonly default: number
        readonly min: number
        readonly max: number
        readonly unit?: string
      }
    | { readonly type: 'choice'; readonly default: string; readonly choices: readonly string[] }
    | {
        readonly type: 'text' | 'host' | 'address' | 'url' | 'path'
        readonly default: string
        readonly maxLength: number
      }
    | { readonly type: 'secret'; readonly default: ''; readonly maxLength: number }
  )

const define = <const Table extends Record<string, Definition>>(table: Table): Table => table

export const SETTINGS = define({
  SERVICE_MAIL_ENABLE: {
    type: 'boolean',
    default: false,
    help: 'Send letters at all; while false every letter waits.',
  },
  SERVICE_MAIL_AUTH: { type: 'boolean', default: true, mail: true, help: 'Sign in to the mail server.' },
  SERVICE_MAIL_HOST: {
    type: 'host',
    default: 'smtp.gmail.com',
    maxLength: 253,
    mail: true,
    help: 'The mail server: a host name or an IP address.',
  },
  SERVICE_MAIL_PORT: {
    type: 'integer',
    default: 587,
    min: 1,
    max: 65535,
    mail: true,
    help: "The mail server's port: 587 for smtp, 465 for smtps.",
  },
  SERVICE_MAIL_PROTOCOL: {
    type: 'choice',
    default: 'smtp',
    choices: ['smtp', 'smtps'],
    mail: true,
    help: 'smtp (STARTTLS) or smtps (TLS from the first byte).',
  },
  SERVICE_MAIL_TLS: {
    type: 'boolean',
    default: true,
    mail: true,
    help: 'With smtp: require STARTTLS. false is refused with SERVICE_MAIL_AUTH unless the host is loopback.',
  },
  SERVICE_MAIL_USERNAME: {
    type: 'text',
    default: '',
    maxLength: 320,
    mail: true,
    help: 'The name to sign in with.',
  },
  SERVICE_MAIL_PASSWORD: {
    type: 'secret',
    default: '',
    maxLength: 1024,
    mail: true,
    help: 'The password to sign in with (for Gmail an app password); sealed, never shown.',
  },
  SERVICE_MAIL_FROM_NAME: { type: 'text', default: '', maxLength: 128, help: "The sender's display name." },
  SERVICE_MAIL_FROM_ADDRESS: {
    type: 'address',
    default: '',
    maxLength: 254,
    mail: true,
    help: "The sender's address; empty means SERVICE_MAIL_USERNAME.",
  },
  SERVICE_MAIL_REPLY_TO: {
    type: 'address',
    default: '',
    maxLength: 254,
    help: 'Where answers go; empty means the sender.',
  },
  SERVICE_MAIL_CA_FILE: {
    type: 'path',
    default: '',
    maxLength: 4096,
    mail: true,
    help: 'A PEM file of certificate authorities to trust besides the usual ones.',
  },
  SERVICE_MAIL_CLIENT_NAME: {
    type: 'host',
    default: '',
    maxLength: 253,
    help: 'The name said in EHLO; empty means the host name.',
  },
  SERVICE_MAIL_CONNECTIONS: { type: 'integer', default: 5, min: 1, max: 50, help: 'Letters under way at once.' },
  SERVICE_MAIL_RETRY_HOURS: {
    type: 'integer',
    default: 48,
    min: 1,
    max: 720,
    unit: 'hours',
    help: 'A letter that could not leave within this time of its due time fails as too old to send.',
  },
  SERVICE_MAIL_LOG_DAYS: {
    type: 'integer',
    default: 90,
    min: 1,
    max: 3650,
    unit: 'days',
    help: 'How long the mail log, the audit log and ended tasks are kept.',
  },
  SERVICE_RESET_DELAY_MINUTES: {
    type: 'integer',
    default: 10,
    min: 0,
    max: 1440,
    unit: 'minutes',
    help: 'How long a reset letter waits before it leaves; a task keeps the due time it was made with.',
  },
  SERVICE_RESET_PASSWORD_HOURS: {
    type: 'integer',
    default: 24,
    min: 1,
    max: 24,
    unit: 'hours',
    help: 'How long a temporary password lives after its letter was accepted.',
  },
  SERVICE_SIGN_IN_URL: { type: 'url', default: '', maxLength: 2048, help: 'Where people sign in; the letter says it.' },
  SERVICE_PASSWORD_MIN_LENGTH: {
    type: 'integer',
    default: 15,
    min: 8,
    max: 64,
    unit: 'characters',
    help: 'The shortest password a user may set.',
  },
})

export type SettingName = keyof typeof SETTINGS
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[]

type ValueOf<Row> = Row extends { type: 'boolean' } ? boolean : Row extends { type: 'integer' } ? number : string
/** Every setting's value in force. A secret's is its sealed form, or the empty string where none is set. */
export type Settings = { readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]> }
export type SettingValue = string | number | boolean

export const DEFAULTS = Object.fromEntries(SETTING_NAMES.map((name) => [name, SETTINGS[name].default])) as Settings

export const definitionOf = (name: SettingName): Definition => SETTINGS[name]
export const isSettingName = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name)
export const isSecretSetting = (name: SettingName): boolean => definitionOf(name).type === 'secret'

export type ParsedSetting =
  | { readonly ok: true; readonly value: SettingValue }
  | { readonly ok: false; readonly why: string }

const refused = (why: string): ParsedSetting => ({ ok: false, why })
const accepted = (value: SettingValue): ParsedSetting => ({ ok: true, value })

/** Parses what an operator typed for `name`. The refusal is a whole sentence that names the setting. */
export function parseSetting(name: SettingName, text: string): ParsedSetting {
  const definition = definitionOf(name)
  if (!text.isWellFormed() || /[\p{Cc}\u2028\u2029]/u.test(text)) {
    return refused(`${name} must not contain line breaks or other control characters.`)
  }
  switch (definition.type) {
    case 'boolean':
      if (text !== 'true' && text !== 'false') return refused(`${name} must be true or false, not "${text}".`)
      return accepted(text === 'true')
    case 'integer': {
      const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN
      if (!(value >= definition.min && value <= definition.max)) {
        return refused(`${name} must be a whole number from ${definition.min} to ${definition.max}, not "${text}".`)
      }
      return accepted(value)
    }
    case 'choice':
      if (!definition.choices.includes(text)) {
        return refused(`${name} must be ${definition.choices.join(' or ')}, not "${text}".`)
      }
      return accepted(text)
    case 'secret':
    case 'text':
    case 'host':
    case 'address':
    case 'url':
    case 'path':
      if (text.length > definition.maxLength) return refused(`${name} is over ${definition.maxLength} characters.`)
      // Without a host the connection would go to this machine.
      if (text === '' && definition.type === 'host' && definition.default !== '')
        return refused(`${name} must not be empty.`)
      return text === '' || definition.type === 'secret' ? accepted(text) : parseText(name, definition.type, text)
  }
}

function parseText(name: SettingName, type: 'text' | 'host' | 'address' | 'url' | 'path', text: string): ParsedSetting {
  switch (type) {
    case 'text':
      return accepted(text)
    case 'host': {
      const host = text.endsWith('.') ? text.slice(0, -1) : text
      const name_ = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(host)
      const ipv6 = /^[0-9a-f:.]+$/i.test(host) && URL.canParse(`http://[${host}]/`)
      return name_ || ipv6
        ? accepted(host)
        : refused(`${name} must be a host name or an IP address alone, not "${text}".`)
    }
    case 'address': {
      const address = parseAddress(text)
      return address.ok ? accepted(text) : refused(`${name} is not an e-mail address: ${address.why}.`)
    }
    case 'url': {
      const url = URL.parse(text)
      const plain = url !== null && url.username === '' && url.password === ''
      return plain && /^https?:\/\/[^\s\\]+$/i.test(text)
        ? accepted(text)
        : refused(`${name} must be a web address like https://example.org/login, not "${text}".`)
    }
    case 'path':
      return text.startsWith('/') ? accepted(text) : refused(`${name} must be an absolute path, not "${text}".`)
  }
}

export interface SettingsReview {
  /** Sentences: the change is not saved. */
  readonly refusals: readonly string[]
  /** Sentences: the change is saved, with these words to the operator. */
  readonly warnings: readonly string[]
}

/** Whether `host` is this machine itself. */
export const isLoopback = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || host === '::1' || /^127(\.[0-9]+){3}$/.test(host)

/** What stands against the settings as a whole after `changed` were set: pairs that contradict one another. */
export function reviewSettings(settings: Settings, changed: readonly SettingName[]): SettingsReview {
  const refusals: string[] = []
  const warnings: string[] = []
  const touches = (...names: SettingName[]) => names.some((name) => changed.includes(name))
  const { SERVICE_MAIL_AUTH: auth, SERVICE_MAIL_PROTOCOL: protocol, SERVICE_MAIL_PORT: port } = settings

  if (
    changed.includes('SERVICE_MAIL_PASSWORD') &&
    settings.SERVICE_MAIL_PASSWORD === '' &&
    auth &&
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
    touches('SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_AUTH') &&
    auth &&
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
  return { refusals, warnings }
}

/** The address that letters are from, or null when the settings name none. */
export function senderOf(settings: Settings): string | null {
  const typed = settings.SERVICE_MAIL_FROM_ADDRESS || settings.SERVICE_MAIL_USERNAME
  const address = parseAddress(typed)
  return address.ok ? address.wire : null
}

/** What identifies "the present mail settings": a successful sign-in proves them until this changes. */
export function mailFingerprint(settings: Settings): string {
  return JSON.stringify(SETTING_NAMES.filter((name) => definitionOf(name).mail).map((name) => settings[name]))
}

/** A setting as it is kept; one that was never set has no row. */
export interface StoredSetting {
  readonly name: SettingName
  /** A secret's is its sealed form. */
  readonly value: SettingValue
  readonly changedAt: number
  readonly changedBy: string
  readonly version: number
}

/** The values in force: the defaults under what is stored. */
export function settingsInForce(rows: readonly StoredSetting[]): Settings {
  return { ...DEFAULTS, ...Object.fromEntries(rows.map(({ name, value }) => [name, value])) }
}
