import type { Match, Row } from './diagnosis-row.ts'

type Fact = Omit<Match, 'codes' | 'class'>
/** Where tokens are got gave no answer that is one. */
const endpoint = (fact: Fact = {}): Match => ({ ...fact, codes: ['ETOKEN'] })
/** The provider refused: no reply of the mail server's stands behind it. */
const denied = (fact: Fact = {}): Match => ({ ...fact, codes: ['EOAUTH2'], class: 0 })
const AADSTS = (...numbers: readonly number[]) => denied({ causes: numbers.map((number) => `AADSTS${number}`) })

/**
 * Rows of the table for OAuth 2.0: first the endpoint that gives tokens, by RFC 6749, section 5.2, and by Microsoft's codes
 * (https://learn.microsoft.com/entra/identity-platform/reference-error-codes), then a token that the mail server refuses.
 */
export const TOKEN_ROWS: readonly Row[] = [
  {
    kind: 'token-throttled',
    when: [endpoint({ causes: ['HTTP_429'] }), denied({ causes: ['slow_down'] }), AADSTS(50196, 90055)],
    outcome: 'unreachable',
    throttled: true,
    title: 'Too many tokens were asked for',
    meaning: 'The provider gives no access token for now: too many were asked for by this client.',
    advice: 'Wait: it is tried again after 15 minutes or more.',
    settings: [],
  },
  {
    kind: 'token-endpoint-down',
    when: [
      endpoint({ causes: ['HTTP_'] }),
      denied({ causes: ['server_error', 'temporarily_unavailable'] }),
      AADSTS(90033, 90006),
    ],
    outcome: 'unreachable',
    title: 'The provider gives no tokens for now',
    meaning: 'The address where access tokens are got is in trouble; the mail server was not asked.',
    advice: "Wait: it is tried again. If it lasts, look at the provider's status page.",
    settings: ['SERVICE_MAIL_OAUTH2_TOKEN_URL'],
  },
  {
    kind: 'token-endpoint-answer',
    when: [endpoint({ causes: ['TOKEN_ANSWER'] })],
    outcome: 'unreachable',
    title: 'What answers there gives no tokens',
    meaning: 'The address where access tokens are got answered with something else: a proxy, or a wrong address.',
    advice: 'Check SERVICE_MAIL_OAUTH2_TOKEN_URL, which is best left empty, and find the proxy that meddles.',
    settings: ['SERVICE_MAIL_OAUTH2_TOKEN_URL', 'SERVICE_MAIL_OAUTH2_PROVIDER'],
  },
  {
    kind: 'token-endpoint-certificate',
    when: [
      endpoint({
        causes: [
          'CERT_',
          'DEPTH_ZERO_',
          'SELF_SIGNED_',
          'UNABLE_TO_',
          'INVALID_CA',
          'INVALID_PURPOSE',
          'HOSTNAME_MISMATCH',
          'ERR_TLS_',
          'ERR_SSL_',
          'EPROTO',
        ],
      }),
    ],
    outcome: 'misconfigured',
    title: 'The certificate where tokens are got is not trusted',
    meaning: 'The client secret was not sent: whoever answers there could not prove to be the provider.',
    advice:
      'Behind a proxy that opens TLS name its authority in SERVICE_MAIL_CA_FILE; else check the date of this machine.',
    settings: ['SERVICE_MAIL_CA_FILE', 'SERVICE_MAIL_OAUTH2_TOKEN_URL'],
  },
  {
    kind: 'token-tenant',
    when: [AADSTS(90002, 900023, 50059, 50020, 900021)],
    outcome: 'misconfigured',
    title: 'The tenant was not found',
    meaning: 'Microsoft knows no directory by what SERVICE_MAIL_OAUTH2_TENANT says.',
    advice: 'Set SERVICE_MAIL_OAUTH2_TENANT to the Directory (tenant) ID that the overview of Microsoft Entra shows.',
    settings: ['SERVICE_MAIL_OAUTH2_TENANT'],
  },
  {
    kind: 'token-client-unknown',
    when: [AADSTS(700016, 70001)],
    outcome: 'misconfigured',
    title: 'The client is not known in this tenant',
    meaning: 'No application of that id is registered in the directory, or it is the wrong directory.',
    advice:
      'Set SERVICE_MAIL_OAUTH2_CLIENT_ID to the Application (client) ID, and SERVICE_MAIL_OAUTH2_TENANT to the directory it is in.',
    settings: ['SERVICE_MAIL_OAUTH2_CLIENT_ID', 'SERVICE_MAIL_OAUTH2_TENANT'],
  },
  {
    kind: 'token-secret-expired',
    when: [AADSTS(7000222)],
    outcome: 'misconfigured',
    title: 'The client secret has expired',
    meaning: 'Secrets of Microsoft Entra live two years at most, and this one has ended.',
    advice:
      'Make a new client secret under "Certificates & secrets" and enter it as SERVICE_MAIL_OAUTH2_CLIENT_SECRET.',
    settings: ['SERVICE_MAIL_OAUTH2_CLIENT_SECRET'],
  },
  {
    kind: 'token-consent',
    when: [AADSTS(65001, 65004, 70011, 28003), denied({ says: /\b(invalid_scope|access_denied|consent_required)\b/ })],
    outcome: 'misconfigured',
    title: 'Consent to send mail is missing',
    meaning:
      'Nobody has allowed this client to send mail: an administrator, or the owner of the mailbox, must consent.',
    advice:
      'With Microsoft grant admin consent to SMTP.SendAsApp, or get a new refresh token with SMTP.Send; with Google one with https://mail.google.com/. Enter it as SERVICE_MAIL_OAUTH2_REFRESH_TOKEN.',
    settings: ['SERVICE_MAIL_OAUTH2_REFRESH_TOKEN', 'SERVICE_MAIL_OAUTH2_CLIENT_ID'],
  },
  {
    kind: 'token-policy',
    when: [
      AADSTS(50076, 50079, 50074, 50158, 53000, 53001, 53002, 53003, 530003),
      denied({ says: /\binteraction_required\b/ }),
    ],
    outcome: 'misconfigured',
    title: "Token refused by the organisation's policy",
    meaning: 'Conditional access or a second factor stands between the refresh token and a new access token.',
    advice:
      'Ask the administrator for an exception, or sign in anew for another SERVICE_MAIL_OAUTH2_REFRESH_TOKEN; with Microsoft client credentials (no refresh token) need neither.',
    settings: ['SERVICE_MAIL_OAUTH2_REFRESH_TOKEN'],
  },
  {
    kind: 'token-client',
    when: [AADSTS(7000215, 7000218, 7000216, 700025), denied({ says: /\b(invalid_client|unauthorized_client)\b/ })],
    outcome: 'misconfigured',
    title: 'Client id or client secret is wrong',
    meaning:
      'The provider does not know this client with this secret, or does not allow it this way of getting tokens.',
    advice:
      'Check SERVICE_MAIL_OAUTH2_CLIENT_ID and enter SERVICE_MAIL_OAUTH2_CLIENT_SECRET anew: its value, not the id of the secret.',
    settings: ['SERVICE_MAIL_OAUTH2_CLIENT_ID', 'SERVICE_MAIL_OAUTH2_CLIENT_SECRET'],
  },
  {
    kind: 'token-revoked',
    when: [denied({ says: /\binvalid_grant\b/ }), AADSTS(700082, 70008, 700084, 50173, 70000, 70043)],
    outcome: 'misconfigured',
    title: 'The refresh token has expired or was revoked',
    meaning:
      "It ends when it is unused for long, when the owner takes it back or changes the password; Google's ends after seven days while the application is in testing.",
    advice:
      'Sign in anew and enter the new SERVICE_MAIL_OAUTH2_REFRESH_TOKEN; with Google publish the application first. It must belong to SERVICE_MAIL_OAUTH2_CLIENT_ID.',
    settings: ['SERVICE_MAIL_OAUTH2_REFRESH_TOKEN', 'SERVICE_MAIL_OAUTH2_CLIENT_ID'],
  },
  {
    kind: 'token-denied',
    when: [denied()],
    outcome: 'misconfigured',
    title: 'The provider gives no token',
    meaning: 'The provider refuses an access token for this client; its words say why.',
    advice:
      'Read the words of the provider, then check the settings SERVICE_MAIL_OAUTH2_…; docs/providers.md says where each is from.',
    settings: [
      'SERVICE_MAIL_OAUTH2_CLIENT_ID',
      'SERVICE_MAIL_OAUTH2_CLIENT_SECRET',
      'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN',
      'SERVICE_MAIL_OAUTH2_TENANT',
    ],
  },
  {
    kind: 'token-endpoint-unreachable',
    when: [endpoint()],
    outcome: 'unreachable',
    title: 'Where tokens are got cannot be reached',
    meaning: 'No connection to the provider came about, or no answer: DNS, a firewall, or the provider is down.',
    advice: 'Let this machine reach the provider on port 443; it is tried again by itself.',
    settings: ['SERVICE_MAIL_OAUTH2_TOKEN_URL'],
  },
  // The mail server has a word, too.
  {
    kind: 'no-token-sign-in',
    when: [{ causes: ['NO_XOAUTH2'] }],
    outcome: 'misconfigured',
    title: 'The server does not offer sign-in by OAuth 2.0',
    meaning: 'SERVICE_MAIL_AUTH_METHOD is oauth2, but the server takes no token (XOAUTH2, OAUTHBEARER).',
    advice: 'Set SERVICE_MAIL_AUTH_METHOD=password, or SERVICE_MAIL_HOST to the server of the provider.',
    settings: ['SERVICE_MAIL_AUTH_METHOD', 'SERVICE_MAIL_HOST', 'SERVICE_MAIL_PORT'],
  },
  {
    kind: 'token-not-accepted',
    when: [{ codes: ['EOAUTH2'], class: 5, enhanced: ['5.7.3'] }],
    outcome: 'misconfigured',
    title: 'Microsoft 365 does not take the token for this mailbox',
    meaning:
      'A token was given, but Exchange does not let this client send as SERVICE_MAIL_USERNAME, or the token is for another mailbox.',
    advice:
      'With client credentials register the service principal in Exchange (by the Object ID of the enterprise application) and give it the mailbox; with a refresh token it must be of that very mailbox. See docs/providers.md.',
    settings: ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN'],
  },
  {
    kind: 'token-not-accepted',
    when: [
      { codes: ['EOAUTH2'], class: 5 },
      { stages: ['auth'], codes: ['EAUTH'], class: 0, says: /^334 |"(status|schemes)" ?:/ },
    ],
    outcome: 'misconfigured',
    title: 'The mail server does not take the token',
    meaning: 'A token was given, but not for SERVICE_MAIL_USERNAME, or not with the right to send mail.',
    advice:
      'Set SERVICE_MAIL_USERNAME to the mailbox whose owner consented, and get the refresh token with the scope to send mail: https://mail.google.com/ with Google, SMTP.Send with Microsoft.',
    settings: ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN'],
  },
]
