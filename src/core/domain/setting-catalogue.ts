/** What settings are about, in the order of forms. */
export const SETTING_GROUPS = ['Mail server', 'Sign-in', 'Sender', 'Sending', 'Reset', 'Portal', 'Passwords'] as const
type SettingGroup = (typeof SETTING_GROUPS)[number]

/**
 * The catalogue: the only place that knows the settings. The command line, the validation and `docs/settings.md`
 * come from it; a row lands with the feature that obeys it.
 */
interface Common {
  /** Where forms show it. */
  readonly group: SettingGroup
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
        readonly type: 'text' | 'host' | 'address' | 'url' | 'origin' | 'listener' | 'networks' | 'path'
        readonly default: string
        readonly maxLength: number
      }
    | { readonly type: 'secret'; readonly default: ''; readonly maxLength: number }
  )

const define = <const Table extends Record<string, Definition>>(table: Table): Table => table

export const SETTINGS = define({
  SERVICE_MAIL_ENABLE: {
    group: 'Mail server',
    type: 'boolean',
    default: false,
    help: 'Send letters at all; while false every letter waits.',
  },
  SERVICE_MAIL_AUTH: {
    group: 'Sign-in',
    type: 'boolean',
    default: true,
    mail: true,
    help: 'Sign in to the mail server.',
  },
  SERVICE_MAIL_HOST: {
    group: 'Mail server',
    type: 'host',
    default: 'smtp.gmail.com',
    maxLength: 253,
    mail: true,
    help: 'The mail server: a host name or an IP address.',
  },
  SERVICE_MAIL_PORT: {
    group: 'Mail server',
    type: 'integer',
    default: 587,
    min: 1,
    max: 65535,
    mail: true,
    help: "The mail server's port: 587 for smtp, 465 for smtps.",
  },
  SERVICE_MAIL_PROTOCOL: {
    group: 'Mail server',
    type: 'choice',
    default: 'smtp',
    choices: ['smtp', 'smtps'],
    mail: true,
    help: 'smtp (STARTTLS) or smtps (TLS from the first byte).',
  },
  SERVICE_MAIL_TLS: {
    group: 'Mail server',
    type: 'boolean',
    default: true,
    mail: true,
    help: 'With smtp: require STARTTLS. false is refused with SERVICE_MAIL_AUTH unless the host is loopback.',
  },
  SERVICE_MAIL_USERNAME: {
    group: 'Sign-in',
    type: 'text',
    default: '',
    maxLength: 320,
    mail: true,
    help: 'The name to sign in with.',
  },
  SERVICE_MAIL_PASSWORD: {
    group: 'Sign-in',
    type: 'secret',
    default: '',
    maxLength: 1024,
    mail: true,
    help: 'The password to sign in with (for Gmail an app password); sealed, never shown.',
  },
  SERVICE_MAIL_AUTH_METHOD: {
    group: 'Sign-in',
    type: 'choice',
    default: 'password',
    choices: ['password', 'oauth2'],
    mail: true,
    help: 'How to sign in: with SERVICE_MAIL_PASSWORD, or with a token by OAuth 2.0.',
  },
  SERVICE_MAIL_OAUTH2_PROVIDER: {
    group: 'Sign-in',
    type: 'choice',
    default: 'google',
    choices: ['google', 'microsoft'],
    mail: true,
    help: 'Who gives the tokens, and by which rules.',
  },
  SERVICE_MAIL_OAUTH2_TENANT: {
    group: 'Sign-in',
    type: 'text',
    default: '',
    maxLength: 253,
    mail: true,
    help: 'With microsoft: the Directory (tenant) ID, or a domain of the organisation.',
  },
  SERVICE_MAIL_OAUTH2_CLIENT_ID: {
    group: 'Sign-in',
    type: 'text',
    default: '',
    maxLength: 512,
    mail: true,
    help: "The client's id, as the provider gave it when the application was registered.",
  },
  SERVICE_MAIL_OAUTH2_CLIENT_SECRET: {
    group: 'Sign-in',
    type: 'secret',
    default: '',
    maxLength: 1024,
    mail: true,
    help: "The client's secret; sealed, never shown.",
  },
  SERVICE_MAIL_OAUTH2_REFRESH_TOKEN: {
    group: 'Sign-in',
    type: 'secret',
    default: '',
    maxLength: 8192,
    mail: true,
    help: 'What tokens are got with; sealed, never shown. With microsoft, empty means client credentials.',
  },
  SERVICE_MAIL_OAUTH2_TOKEN_URL: {
    group: 'Sign-in',
    type: 'url',
    default: '',
    maxLength: 2048,
    mail: true,
    help: "Where tokens are got, https; empty means the provider's own address.",
  },
  SERVICE_MAIL_FROM_NAME: {
    group: 'Sender',
    type: 'text',
    default: '',
    maxLength: 128,
    help: "The sender's display name.",
  },
  SERVICE_MAIL_FROM_ADDRESS: {
    group: 'Sender',
    type: 'address',
    default: '',
    maxLength: 254,
    mail: true,
    help: "The sender's address; empty means SERVICE_MAIL_USERNAME.",
  },
  SERVICE_MAIL_REPLY_TO: {
    group: 'Sender',
    type: 'address',
    default: '',
    maxLength: 254,
    help: 'Where answers go; empty means the sender.',
  },
  SERVICE_MAIL_CA_FILE: {
    group: 'Mail server',
    type: 'path',
    default: '',
    maxLength: 4096,
    mail: true,
    help: 'A PEM file of certificate authorities to trust besides the usual ones.',
  },
  SERVICE_MAIL_CLIENT_NAME: {
    group: 'Mail server',
    type: 'host',
    default: '',
    maxLength: 253,
    help: 'The name said in EHLO; empty means the host name.',
  },
  SERVICE_MAIL_CONNECTIONS: {
    group: 'Sending',
    type: 'integer',
    default: 5,
    min: 1,
    max: 50,
    help: 'Letters under way at once.',
  },
  SERVICE_MAIL_RATE_PER_MINUTE: {
    group: 'Sending',
    type: 'integer',
    default: 0,
    min: 0,
    max: 60000,
    unit: 'letters',
    help: 'Letters in a minute at most, spread evenly; the rest is held. 0 means no limit.',
  },
  SERVICE_MAIL_DAILY_LIMIT: {
    group: 'Sending',
    type: 'integer',
    default: 0,
    min: 0,
    max: 1_000_000,
    unit: 'letters',
    help: 'Letters in any 24 hours at most; the rest is held. 0 means no limit.',
  },
  SERVICE_MAIL_RETRY_HOURS: {
    group: 'Sending',
    type: 'integer',
    default: 48,
    min: 1,
    max: 720,
    unit: 'hours',
    help: 'A letter that could not leave within this time of its due time fails as too old to send.',
  },
  SERVICE_MAIL_LOG_DAYS: {
    group: 'Sending',
    type: 'integer',
    default: 90,
    min: 1,
    max: 3650,
    unit: 'days',
    help: 'How long the mail log, the audit log and ended tasks are kept.',
  },
  SERVICE_RESET_DELAY_MINUTES: {
    group: 'Reset',
    type: 'integer',
    default: 10,
    min: 0,
    max: 1440,
    unit: 'minutes',
    help: 'How long a reset letter waits before it leaves; a task keeps the due time it was made with.',
  },
  SERVICE_RESET_PASSWORD_HOURS: {
    group: 'Reset',
    type: 'integer',
    default: 24,
    min: 1,
    max: 24,
    unit: 'hours',
    help: 'How long a temporary password lives after its letter was accepted.',
  },
  SERVICE_SIGN_IN_URL: {
    group: 'Reset',
    type: 'url',
    default: '',
    maxLength: 2048,
    help: "Where people sign in, as the letter says it; empty means the portal's own page.",
  },
  SERVICE_RESET_LINK_MINUTES: {
    group: 'Reset',
    type: 'integer',
    default: 60,
    min: 5,
    max: 1440,
    unit: 'minutes',
    help: 'How long a link to a new password lives after its letter was accepted.',
  },
  SERVICE_PORTAL_ENABLE: {
    group: 'Portal',
    type: 'boolean',
    default: false,
    help: 'Serve the portal, where people sign in and set a new password.',
  },
  SERVICE_PORTAL_LISTEN: {
    group: 'Portal',
    type: 'listener',
    default: '127.0.0.1:8470',
    maxLength: 64,
    help: 'Where the portal listens; a web server that ends TLS passes on to it.',
  },
  SERVICE_PORTAL_URL: {
    group: 'Portal',
    type: 'origin',
    default: '',
    maxLength: 300,
    help: "The portal's address as people see it; links in letters are built from it alone.",
  },
  SERVICE_PORTAL_NAME: {
    group: 'Portal',
    type: 'text',
    default: 'Postern',
    maxLength: 64,
    help: "What the portal's pages are headed.",
  },
  SERVICE_PORTAL_TRUSTED_PROXY: {
    group: 'Portal',
    type: 'networks',
    default: '',
    maxLength: 500,
    help: 'Who may say for whom it asks (X-Forwarded-For): the addresses of the web servers before the portal.',
  },
  SERVICE_FORGOT_PASSWORD_ENABLE: {
    group: 'Reset',
    type: 'boolean',
    default: false,
    help: 'Let people ask for links to a new password; needs the portal, its URL and a tested mail. Off, no link works.',
  },
  SERVICE_PASSWORD_MIN_LENGTH: {
    group: 'Passwords',
    type: 'integer',
    default: 15,
    min: 8,
    max: 64,
    unit: 'characters',
    help: 'The shortest password a user may set.',
  },
})
