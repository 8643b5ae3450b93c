import { parseAddress } from './address.ts'
import { isNetwork, networksOf, parseListener } from './network.ts'
import { parsePortalUrl } from './portal-url.ts'
import { type Definition, SETTINGS } from './setting-catalogue.ts'

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
    case 'origin':
    case 'listener':
    case 'networks':
    case 'path':
      if (text.length > definition.maxLength) return refused(`${name} is over ${definition.maxLength} characters.`)
      // Without a host the connection would go to this machine.
      if (text === '' && (definition.type === 'host' || definition.type === 'listener') && definition.default !== '')
        return refused(`${name} must not be empty.`)
      return text === '' || definition.type === 'secret' ? accepted(text) : parseText(name, definition.type, text)
  }
}

type TextType = 'text' | 'host' | 'address' | 'url' | 'origin' | 'listener' | 'networks' | 'path'

function parseText(name: SettingName, type: TextType, text: string): ParsedSetting {
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
    case 'origin': {
      const portal = parsePortalUrl(text)
      return portal.ok ? accepted(portal.origin) : refused(`${name} ${portal.why}.`)
    }
    case 'listener': {
      const listener = parseListener(text)
      return listener === null
        ? refused(`${name} must be an IP address and a port like 127.0.0.1:8470 or [::1]:8470, not "${text}".`)
        : accepted(text)
    }
    case 'networks': {
      const wrong = networksOf(text).find((network) => !isNetwork(network))
      return wrong === undefined
        ? accepted(networksOf(text).join(','))
        : refused(`${name} must be IP addresses or networks like 10.0.0.0/8, divided by commas; "${wrong}" is none.`)
    }
    case 'path':
      return text.startsWith('/') ? accepted(text) : refused(`${name} must be an absolute path, not "${text}".`)
  }
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
  /**
   * Of a refresh token: the one that its provider gave in its place since, sealed. It is not the operator's doing: value,
   * version and the fingerprint of the mail settings stay as they are. Setting it anew takes this away.
   */
  readonly renewed?: string
}

/** The values in force: the defaults under what is stored. */
export function settingsInForce(rows: readonly StoredSetting[]): Settings {
  return { ...DEFAULTS, ...Object.fromEntries(rows.map(({ name, value }) => [name, value])) }
}
