import type { Row } from './diagnosis-row.ts'
import { TOKEN_ROWS } from './diagnosis-token.ts'

const TLS_DEMANDED = /must issue a STARTTLS|encryption (is )?required|(TLS|SSL) (is )?required/i

/** Rows of the table for signing in. */
export const SIGN_IN_ROWS: readonly Row[] = [
  {
    kind: 'basic-auth-ended',
    when: [
      { stages: ['auth'], enhanced: ['5.7.30'] },
      { enhanced: ['5.7.30'], says: /basic authentication/i },
    ],
    outcome: 'misconfigured',
    title: 'Basic authentication is not supported',
    meaning: 'Microsoft 365 no longer takes a user name and password here; it wants OAuth 2.0.',
    advice:
      'Set SERVICE_MAIL_AUTH_METHOD=oauth2 with SERVICE_MAIL_OAUTH2_PROVIDER=microsoft and its client (docs/providers.md); until it is removed for good, the Exchange administrator can allow basic authentication again.',
    settings: [
      'SERVICE_MAIL_AUTH_METHOD',
      'SERVICE_MAIL_OAUTH2_PROVIDER',
      'SERVICE_MAIL_OAUTH2_TENANT',
      'SERVICE_MAIL_OAUTH2_CLIENT_ID',
      'SERVICE_MAIL_OAUTH2_CLIENT_SECRET',
    ],
  },
  {
    kind: 'tls-demanded',
    when: [{ stages: ['auth', 'mail', 'rcpt'], class: 5, says: TLS_DEMANDED }],
    outcome: 'misconfigured',
    title: 'The server demands TLS',
    meaning: 'The server takes nothing over a connection in clear.',
    advice: 'Set SERVICE_MAIL_TLS=true.',
    settings: ['SERVICE_MAIL_TLS', 'SERVICE_MAIL_PROTOCOL'],
  },
  {
    kind: 'no-auth',
    when: [{ stages: ['auth'], causes: ['NO_AUTH'] }],
    outcome: 'misconfigured',
    title: 'The server does not offer sign-in',
    meaning: 'SERVICE_MAIL_AUTH is true, but the server offers no AUTH; nothing is sent without signing in.',
    advice:
      'Use a submission port (587, or 465 with smtps); if this server wants no sign-in, set SERVICE_MAIL_AUTH=false.',
    settings: ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_AUTH', 'SERVICE_MAIL_HOST'],
  },
  {
    kind: 'no-mechanism',
    when: [{ stages: ['auth'], causes: ['NO_MECHANISM'] }],
    outcome: 'misconfigured',
    title: 'The server does not offer sign-in by password',
    meaning: 'No way of signing in that the server offers takes a user name and password (PLAIN, LOGIN, CRAM-MD5).',
    advice:
      'Where it offers XOAUTH2 set SERVICE_MAIL_AUTH_METHOD=oauth2; else have sign-in by password allowed for this account.',
    settings: ['SERVICE_MAIL_AUTH_METHOD', 'SERVICE_MAIL_HOST', 'SERVICE_MAIL_PORT'],
  },
  {
    kind: 'app-password',
    when: [{ stages: ['auth'], class: 5, enhanced: ['5.7.9'] }],
    title: 'Application-specific password required',
    meaning: "The account has 2-step verification: the account's own password does not sign in here.",
    advice:
      'Create an app password in the security page of the account and enter it as SERVICE_MAIL_PASSWORD, or set SERVICE_MAIL_AUTH_METHOD=oauth2.',
    settings: ['SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_AUTH_METHOD'],
  },
  {
    kind: 'browser-sign-in',
    when: [{ stages: ['auth'], class: 5, enhanced: ['5.7.14'] }],
    title: 'Please log in via your web browser',
    meaning: 'The provider wants to see the owner of the account in a browser first.',
    advice: 'Sign in once in a browser and try again, or create an app password and enter it as SERVICE_MAIL_PASSWORD.',
    settings: ['SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_USERNAME'],
  },
  {
    kind: 'smtp-auth-disabled',
    when: [{ stages: ['auth'], class: 5, enhanced: ['5.7.139'], says: /is disabled/i }],
    title: 'SMTP AUTH is disabled',
    meaning: 'Microsoft 365 does not let this mailbox, or the whole organisation, send by SMTP.',
    advice: 'Ask the Exchange administrator to turn on authenticated SMTP for the mailbox in SERVICE_MAIL_USERNAME.',
    settings: ['SERVICE_MAIL_USERNAME'],
  },
  ...TOKEN_ROWS,
  {
    kind: 'sign-in-policy',
    when: [{ stages: ['auth'], class: 5, enhanced: ['5.7.139'] }],
    title: "Sign-in blocked by the organisation's policy",
    meaning: 'Security defaults or conditional access stand against this sign-in, or the password is wrong.',
    advice:
      'Check SERVICE_MAIL_USERNAME and SERVICE_MAIL_PASSWORD; if they are right, set SERVICE_MAIL_AUTH_METHOD=oauth2 (docs/providers.md) or ask the administrator for an exception.',
    settings: ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_AUTH_METHOD'],
  },
  {
    kind: 'sign-in-exchange',
    when: [{ stages: ['auth'], class: 5, enhanced: ['5.7.3'] }],
    title: 'Authentication unsuccessful',
    meaning: 'Microsoft 365 or Exchange does not take this user name and password, or not this way of signing in.',
    advice:
      'Check SERVICE_MAIL_USERNAME and SERVICE_MAIL_PASSWORD, and whether SMTP AUTH is on for the mailbox; else set SERVICE_MAIL_AUTH_METHOD=oauth2 (docs/providers.md).',
    settings: ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_AUTH_METHOD'],
  },
  {
    kind: 'throttled-sign-in',
    when: [{ stages: ['auth'], class: 4 }],
    throttled: true,
    title: 'Too many login attempts',
    meaning: 'The server takes no sign-in for now: too many came, or it is overloaded.',
    advice: 'Wait: it is tried again after 15 minutes or more. If it comes back, lower SERVICE_MAIL_CONNECTIONS.',
    settings: ['SERVICE_MAIL_CONNECTIONS'],
  },
  {
    kind: 'sign-in-refused',
    when: [{ stages: ['auth'], class: 5, enhanced: ['5.7.8'] }],
    title: 'Username and Password not accepted',
    meaning:
      "The server does not know this user name with this password. Gmail says so of an account's own password too: it wants an app password.",
    advice:
      'Check SERVICE_MAIL_USERNAME and enter SERVICE_MAIL_PASSWORD anew; with Gmail create an app password for it.',
    settings: ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD'],
  },
  {
    kind: 'sign-in-refused',
    when: [{ stages: ['auth'], class: 5 }],
    title: 'Sign-in refused',
    meaning: 'The server does not take this user name and password.',
    advice: 'Check SERVICE_MAIL_USERNAME and enter SERVICE_MAIL_PASSWORD anew; many providers want an app password.',
    settings: ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD'],
  },
  {
    kind: 'sign-in-impossible',
    when: [{ stages: ['auth'], codes: ['EAUTH'] }],
    outcome: 'misconfigured',
    title: 'Signing in is not possible',
    meaning: 'The user name or the password is missing, or the server does not go through a sign-in as it should.',
    advice: 'Set SERVICE_MAIL_USERNAME and SERVICE_MAIL_PASSWORD.',
    settings: ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD'],
  },
  {
    kind: 'sign-in-lost',
    when: [{ stages: ['auth'] }],
    title: 'The connection broke while signing in',
    meaning: 'The link was lost, or the server stopped answering, before we were signed in.',
    advice: 'Wait: it is tried again.',
    settings: [],
  },
]
