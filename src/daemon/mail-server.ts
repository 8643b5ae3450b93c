import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { domainToAscii } from '../core/domain/address.ts'
import type { Happening } from '../core/domain/outcome.ts'
import { type Settings, senderOf } from '../core/domain/setting.ts'
import type { MasterKeys } from '../core/secrets/master-key.ts'
import { openSetting } from '../core/secrets/seal.ts'
import type { CourierSettings, SignIn } from './courier/report.ts'
import { openTokens, type TokenSurroundings } from './oauth2/open-tokens.ts'

/** What the courier needs, or what is wrong with the settings before any server is asked. */
export type MailServer =
  | { readonly ok: true; readonly settings: CourierSettings }
  | { readonly ok: false; readonly happening: Happening }

/** Something is wrong with a setting itself: no server had a say in it. The words name the setting. */
export function settingTrouble(words: string): Happening {
  return { stage: 'letter', code: 'ESETTING', originalCode: null, replyCode: null, enhancedCode: null, reply: words }
}

const unusable = (words: string): MailServer => ({ ok: false, happening: settingTrouble(words) })

/**
 * The mail settings in force as the courier takes them: the secrets opened, the file of authorities read. A refresh token
 * that its provider renews is kept by `around`.
 */
export async function mailServer(settings: Settings, keys: MasterKeys, around: TokenSurroundings): Promise<MailServer> {
  if (senderOf(settings) === null) {
    return unusable('There is no sender: set SERVICE_MAIL_FROM_ADDRESS, or an e-mail address as SERVICE_MAIL_USERNAME.')
  }
  const ca = readAuthorities(settings.SERVICE_MAIL_CA_FILE)
  if (!ca.ok) return unusable(ca.why)
  const signIn = await openSignIn(settings, keys, ca.pem, around)
  if (!signIn.ok) return unusable(signIn.why)
  return {
    ok: true,
    settings: {
      host: settings.SERVICE_MAIL_HOST,
      port: settings.SERVICE_MAIL_PORT,
      protocol: settings.SERVICE_MAIL_PROTOCOL === 'smtps' ? 'smtps' : 'smtp',
      tls: settings.SERVICE_MAIL_TLS,
      signIn: signIn.signIn,
      ca: ca.pem,
      clientName: settings.SERVICE_MAIL_CLIENT_NAME || ownName(),
    },
  }
}

type OpenedSignIn = { readonly ok: true; readonly signIn: SignIn | null } | { readonly ok: false; readonly why: string }

async function openSignIn(
  settings: Settings,
  keys: MasterKeys,
  ca: string | null,
  around: TokenSurroundings,
): Promise<OpenedSignIn> {
  if (!settings.SERVICE_MAIL_AUTH) return { ok: true, signIn: null }
  if (settings.SERVICE_MAIL_AUTH_METHOD !== 'oauth2') return openPassword(settings, keys)
  const opened = await openTokens(settings, { keys, ca, around })
  if (!opened.ok) return opened
  return { ok: true, signIn: { kind: 'oauth2', username: settings.SERVICE_MAIL_USERNAME, tokens: opened.tokens } }
}

async function openPassword(settings: Settings, keys: MasterKeys): Promise<OpenedSignIn> {
  const { SERVICE_MAIL_USERNAME: username, SERVICE_MAIL_PASSWORD: sealed } = settings
  const missing = username === '' ? 'SERVICE_MAIL_USERNAME' : sealed === '' ? 'SERVICE_MAIL_PASSWORD' : null
  if (missing !== null) return { ok: false, why: `${missing} is not set, and SERVICE_MAIL_AUTH is true.` }
  const opened = await openSetting(keys, 'SERVICE_MAIL_PASSWORD', sealed)
  return opened.ok ? { ok: true, signIn: { kind: 'password', username, password: opened.value } } : opened
}

function readAuthorities(
  file: string,
): { readonly ok: true; readonly pem: string | null } | { readonly ok: false; readonly why: string } {
  if (file === '') return { ok: true, pem: null }
  try {
    const pem = readFileSync(file, 'utf8')
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return { ok: true, pem }
    return { ok: false, why: `SERVICE_MAIL_CA_FILE ${file} holds no PEM certificate.` }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return { ok: false, why: `SERVICE_MAIL_CA_FILE ${file} cannot be read (${code}).` }
  }
}

/** This machine's name for EHLO, or an address literal where it is no host name (RFC 5321, section 4.1.3). */
function ownName(): string {
  return domainToAscii(hostname()) ?? '[127.0.0.1]'
}
