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
