import type { Diagnosis, Match, Row } from './diagnosis-row.ts'
import { TOKEN_ROWS } from './diagnosis-token.ts'
import type { Happening, Outcome, Stage } from './outcome.ts'
import { isSettingName } from './setting.ts'
import type { Task } from './task.ts'

const ENVELOPE: readonly Stage[] = ['mail', 'rcpt', 'data', 'dot']

// Postfix puts off its checks of client and sender until RCPT (smtpd_delay_reject), so they are looked for there too;
// "User unknown in relay recipient table" is about the mailbox, not about relaying.
const RELAYING_DENIED =
  /\brelay(ing)? (access )?(is )?(denied|not (permitted|allowed)|prohibited)|(unable|not permitted|not allowed) to relay|do(es)? not relay|allowed rcpthosts/i
const NO_SUCH_MAILBOX =
  /(user|recipient|mailbox|address|account)( is)? (unknown|not found|unavailable|does not exist)|(no such|unknown|invalid) (user|recipient|mailbox|address|account)/i
const MAILBOX_FULL = /over ?quota|mailbox (is )?full|(exceeded|over) .{0,20}(quota|storage)|quota (is )?exceeded/i
const SENDER_NOT_ALLOWED =
  /SendAsDenied|not (allowed|permitted) to send as|permissions? to send as|sender address rejected|not owned by (user|auth)/i
const SENDING_LIMIT =
  /(daily|hourly) .{0,20}(sending|message|mail|submission).{0,10} (limit|quota)|sending (limit|quota)|SubmissionQuotaExceeded/i
const TLS_DEMANDED = /must issue a STARTTLS|encryption (is )?required|(TLS|SSL) (is )?required/i

// Longer than a file of ours should be, because it is one table and is read as one.
/** The table: the first row that fits says what it was. */
const ROWS: readonly Row[] = [
  // Our own codes.
  {
    kind: 'crashed',
    when: [{ codes: ['ECRASH'] }],
    outcome: 'unknown',
    title: 'The daemon died while sending',
    meaning: 'The daemon ended while this letter was under way: nobody knows whether the server took it.',
    advice: 'Nothing to do: the very same letter is sent again. If it happens again, read the log of posternd.',
    settings: [],
  },
  {
    kind: 'too-old',
    when: [{ codes: ['ETOOOLD'] }],
    outcome: 'refused',
    title: 'Too old to send',
    meaning: 'The letter could not leave within SERVICE_MAIL_RETRY_HOURS of its due time.',
    advice: 'Mend what held it up (its earlier attempts say what), then redo it.',
    settings: ['SERVICE_MAIL_RETRY_HOURS'],
  },
  {
    kind: 'cancelled',
    when: [{ codes: ['ECANCELLED'] }],
    outcome: 'refused',
    title: 'Cancelled',
    meaning: 'It was cancelled before its letter left.',
    advice: 'Redo it if the letter is wanted after all.',
    settings: [],
  },
  {
    kind: 'setting',
    when: [{ codes: ['ESETTING'] }],
    outcome: 'misconfigured',
    title: 'A mail setting is missing or cannot be used',
    meaning: 'Nothing was sent: a setting that is needed is empty, cannot be read or contradicts another one.',
    advice: 'Set what the text of the error names, then redo the letter.',
    settings: [],
  },
  {
    kind: 'portal-url',
    when: [{ codes: ['EPORTALURL'] }],
    outcome: 'refused',
    title: 'No link can be made',
    meaning:
      'The letter would bring a link, and links are built from SERVICE_PORTAL_URL alone: it is not set, or is no address that a secret may be sent to.',
    advice: 'Set SERVICE_PORTAL_URL to the https address of the portal, then redo the letter.',
    settings: ['SERVICE_PORTAL_URL'],
  },
  {
    kind: 'no-smtputf8',
    when: [{ codes: ['EUTF8'] }, { stages: ENVELOPE, class: 5, enhanced: ['5.6.7'] }],
    outcome: 'refused',
    title: 'Server lacks SMTPUTF8',
    meaning: 'An address has characters beyond ASCII before its "@", and the mail server cannot carry such addresses.',
    advice: 'Give the user an ASCII address, or use a mail server that offers SMTPUTF8.',
    settings: ['SERVICE_MAIL_HOST'],
  },
  {
    kind: 'address',
    when: [{ codes: ['EADDRESS'] }],
    outcome: 'refused',
    title: 'Not one valid e-mail address',
    meaning: 'The address is not exactly one like name@example.org, so nothing was said to the server.',
    advice: "Correct the user's address, then redo the letter.",
    settings: [],
  },
  {
    kind: 'template',
    when: [{ codes: ['ETEMPLATE'] }],
    outcome: 'refused',
    title: 'The letter could not be made',
    meaning: 'The template of this letter cannot be rendered.',
    advice: 'Correct the template, then redo the letter.',
    settings: [],
  },
  {
    kind: 'no-answer',
    when: [{ stages: ['dot'], class: 0 }],
    outcome: 'unknown',
    title: 'No answer after the letter was sent',
    meaning: 'The whole letter has left, but the server did not say whether it took it: it may have been delivered.',
    advice: 'Nothing to do: the very same letter is sent again, and a second copy of it does no harm.',
    settings: [],
  },
  {
    kind: 'aborted',
    when: [{ codes: ['EABORTED'] }],
    outcome: 'deferred',
    title: 'Stopped before the letter was sent',
    meaning: 'Sending was stopped from our side before the final dot: the server has not got the letter.',
    advice: 'Nothing to do: it is sent again.',
    settings: [],
  },
  {
    kind: 'check-cut-short',
    when: [{ codes: ['ECHECK'] }],
    outcome: 'deferred',
    title: 'The check was cut short',
    meaning: 'The daemon ended, or was stopped, before the check had: it says nothing more of the mail server.',
    advice: 'Check again. If it happens again, read the log of posternd.',
    settings: [],
  },
  // The way to the server.
  {
    kind: 'dns-down',
    when: [{ stages: ['dns'], causes: ['EAI_AGAIN', 'CONNECT_TIMEOUT'] }],
    title: 'Host names cannot be resolved',
    meaning: 'The resolver of this machine gave no answer for SERVICE_MAIL_HOST.',
    advice: 'Check the DNS of this machine (getent hosts NAME, /etc/resolv.conf), then SERVICE_MAIL_HOST.',
    settings: ['SERVICE_MAIL_HOST'],
  },
  {
    kind: 'dns',
    when: [{ stages: ['dns'] }],
    title: 'Host name not found',
    meaning: 'The name in SERVICE_MAIL_HOST does not exist, or the resolver does not know it.',
    advice: 'Correct SERVICE_MAIL_HOST, or mend the DNS of this machine.',
    settings: ['SERVICE_MAIL_HOST'],
  },
  {
    kind: 'connection-refused',
    when: [{ stages: ['tcp'], causes: ['ECONNREFUSED'] }],
    title: 'Connection refused',
    meaning: 'Nothing listens on that port of the mail server, or a firewall turns us away.',
    advice: 'Check SERVICE_MAIL_PORT (587 for smtp, 465 for smtps), SERVICE_MAIL_HOST and the firewall.',
    settings: ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_HOST'],
  },
  {
    kind: 'unreachable',
    when: [{ stages: ['tcp'] }],
    title: 'The mail server cannot be reached',
    meaning: 'No connection came about: a firewall or the provider blocks the way out, or the server is down.',
    advice:
      'Check the firewall and whether the provider blocks the port (25 and 587 often are), then the host and port.',
    settings: ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_HOST'],
  },
  {
    kind: 'no-greeting',
    when: [{ stages: ['greeting'], causes: ['GREETING_TIMEOUT'] }],
    title: 'The server never greeted',
    meaning:
      'The server takes the connection and says nothing, as a port does that wants TLS from the first byte (465).',
    advice: 'With SERVICE_MAIL_PORT=465 set SERVICE_MAIL_PROTOCOL=smtps; else check the host and port.',
    settings: ['SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_PORT'],
  },
  {
    kind: 'turned-away',
    when: [
      { stages: ['greeting', 'ehlo'], replies: [421, 454] },
      { stages: ['greeting', 'ehlo'], class: 4, enhanced: ['4.7.'] },
    ],
    throttled: true,
    title: 'The server turns us away for now',
    meaning: 'Too many connections or letters came from this machine, or the server is overloaded.',
    advice: 'Wait: it is tried again. If it lasts, lower SERVICE_MAIL_CONNECTIONS or ask the provider.',
    settings: ['SERVICE_MAIL_CONNECTIONS'],
  },
  {
    kind: 'refused-greeting',
    when: [{ stages: ['greeting'], class: 5 }],
    title: 'The server refuses this machine',
    meaning: 'The server refused us in its greeting; often the address of this machine is on a block list.',
    advice: 'Ask the provider, or send through a relay that knows this machine.',
    settings: ['SERVICE_MAIL_HOST', 'SERVICE_MAIL_PORT'],
  },
  {
    kind: 'busy-greeting',
    when: [{ stages: ['greeting'], class: 4 }],
    title: 'The server cannot serve now',
    meaning: 'The server refused us in its greeting for a passing reason.',
    advice: 'Wait: it is tried again.',
    settings: [],
  },
  {
    kind: 'not-smtp',
    when: [{ stages: ['greeting'], codes: ['EPROTOCOL'] }],
    title: 'Not an SMTP server',
    meaning: 'What answers on that port does not speak SMTP.',
    advice: 'Correct SERVICE_MAIL_HOST and SERVICE_MAIL_PORT.',
    settings: ['SERVICE_MAIL_HOST', 'SERVICE_MAIL_PORT'],
  },
  {
    kind: 'lost-greeting',
    when: [{ stages: ['greeting'] }],
    title: 'The server hung up without a greeting',
    meaning: 'The connection ended before the server said a word: a firewall, a proxy or an overloaded server.',
    advice: 'Wait: it is tried again. If it lasts, check SERVICE_MAIL_PORT and SERVICE_MAIL_PROTOCOL.',
    settings: ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_PROTOCOL'],
  },
  // TLS and EHLO.
  {
    kind: 'tls-on-plain-port',
    when: [{ stages: ['tls'], causes: ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'] }],
    outcome: 'misconfigured',
    title: 'The port does not speak TLS from the first byte',
    meaning: 'TLS was begun on a port where the server speaks in clear first.',
    advice: 'Set SERVICE_MAIL_PROTOCOL=smtp with SERVICE_MAIL_PORT=587, or use port 465 with smtps.',
    settings: ['SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_PORT'],
  },
  {
    kind: 'certificate-name',
    when: [{ stages: ['tls'], causes: ['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'] }],
    outcome: 'misconfigured',
    title: 'The certificate is for another name',
    meaning: "The server's certificate does not name what SERVICE_MAIL_HOST says.",
    advice: 'Set SERVICE_MAIL_HOST to a name that is in the certificate.',
    settings: ['SERVICE_MAIL_HOST'],
  },
  {
    kind: 'certificate-expired',
    when: [{ stages: ['tls'], causes: ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'] }],
    outcome: 'misconfigured',
    title: 'The certificate is not valid today',
    meaning: "The server's certificate has expired or is not valid yet, or the clock of this machine is wrong.",
    advice:
      'Check the date of this machine; if it is right, the administrator of the server must renew the certificate.',
    settings: [],
  },
  {
    kind: 'certificate-untrusted',
    when: [
      {
        stages: ['tls'],
        causes: ['DEPTH_ZERO_', 'SELF_SIGNED_', 'UNABLE_TO_', 'CERT_', 'INVALID_CA', 'INVALID_PURPOSE'],
      },
    ],
    outcome: 'misconfigured',
    title: 'The certificate is not trusted',
    meaning: "The server's certificate is signed by itself or by an authority that this machine does not know.",
    advice:
      "Name a PEM file with the authority's certificate in SERVICE_MAIL_CA_FILE; certificate checks are never off.",
    settings: ['SERVICE_MAIL_CA_FILE'],
  },
  {
    kind: 'tls-version',
    when: [{ stages: ['tls'], causes: ['ERR_SSL_', 'ERR_TLS_', 'EPROTO'] }],
    outcome: 'misconfigured',
    title: 'No TLS in common with the server',
    meaning: 'The server offers no version or cipher of TLS that is good enough: TLS 1.2 is the least.',
    advice: 'Check SERVICE_MAIL_PORT and SERVICE_MAIL_PROTOCOL; else the server must be brought up to date.',
    settings: ['SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_PORT'],
  },
  {
    kind: 'tls-not-now',
    when: [{ stages: ['tls'], class: 4 }],
    title: 'TLS is not available for now',
    meaning: 'The server put STARTTLS off, and nothing is sent without TLS.',
    advice: 'Wait: it is tried again. If it lasts, ask the administrator of the server; do not turn TLS off.',
    settings: ['SERVICE_MAIL_PORT'],
  },
  {
    kind: 'no-starttls',
    when: [{ stages: ['tls'], class: 5 }],
    title: 'The server does not offer STARTTLS',
    meaning: 'There is no STARTTLS on this port, or something in between takes it out; nothing is sent without TLS.',
    advice:
      'Use another port (465 with SERVICE_MAIL_PROTOCOL=smtps), or find the proxy that meddles; do not turn TLS off.',
    settings: ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_HOST'],
  },
  {
    kind: 'tls-lost',
    when: [{ stages: ['tls'] }],
    title: 'The connection broke while TLS was set up',
    meaning: 'The link was lost, or the server stopped answering, before the connection was secure.',
    advice: 'Wait: it is tried again. If it lasts, check SERVICE_MAIL_PROTOCOL, SERVICE_MAIL_PORT and the firewall.',
    settings: ['SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_PORT'],
  },
  {
    kind: 'ehlo-refused',
    when: [{ stages: ['ehlo'], class: 5 }],
    title: 'The server does not accept EHLO',
    meaning: 'The server refuses the name we give, or something in between takes out EHLO and with it STARTTLS.',
    advice: 'Set SERVICE_MAIL_CLIENT_NAME to a full host name or use another port; do not turn TLS off.',
    settings: ['SERVICE_MAIL_CLIENT_NAME', 'SERVICE_MAIL_PORT'],
  },
  {
    kind: 'ehlo-lost',
    when: [{ stages: ['ehlo'] }],
    title: 'The server did not get past EHLO',
    meaning: 'The server could not go on after our EHLO, or the link was lost.',
    advice: 'Wait: it is tried again.',
    settings: [],
  },
  // Signing in.
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
  // The envelope and the letter; first what may be said at any of their stages.
  {
    kind: 'sending-limit',
    when: [
      { stages: ENVELOPE, class: 5, enhanced: ['5.4.5', '5.1.90'] },
      { stages: ENVELOPE, class: 5, says: SENDING_LIMIT },
      // Amazon SES: "454 Throttling failure: Maximum sending rate exceeded", or "Daily message quota exceeded".
      { stages: ENVELOPE, replies: [454], says: /throttling failure/i },
    ],
    // The next letter would meet the same answer; this one will pass tomorrow.
    outcome: 'deferred',
    throttled: true,
    title: 'Sending limit reached',
    meaning: 'The account has sent as many letters as its provider allows in an hour or a day.',
    advice: 'Wait: it is tried again. For more letters use an account with a higher limit.',
    settings: ['SERVICE_MAIL_USERNAME'],
  },
  {
    kind: 'not-signed-in',
    when: [
      { stages: ENVELOPE, replies: [530] },
      { stages: ENVELOPE, class: 5, enhanced: ['5.7.57'] },
      { stages: ENVELOPE, class: 5, says: /client (was |is )?not authenticated/i },
      // Postfix with smtpd_client_restrictions=permit_sasl_authenticated,reject, as its submission service often has.
      { stages: ['mail', 'rcpt'], class: 5, says: /client host rejected: access denied/i },
    ],
    outcome: 'misconfigured',
    title: 'The server wants a sign-in',
    meaning: 'The server takes letters only from those who have signed in.',
    advice: 'Set SERVICE_MAIL_AUTH=true with SERVICE_MAIL_USERNAME and SERVICE_MAIL_PASSWORD.',
    settings: ['SERVICE_MAIL_AUTH', 'SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD'],
  },
  {
    kind: 'identity-not-verified',
    // Amazon SES says so of the sender, and in its sandbox of the recipient: either way all letters meet it.
    when: [{ stages: ENVELOPE, class: 5, says: /(email address|identit(y|ies)) (is|are) not verified/i }],
    outcome: 'misconfigured',
    title: 'The address is not verified at Amazon SES',
    meaning:
      'The sender is not verified in this region, or the account is in the sandbox, where recipients must be verified, too.',
    advice:
      'Verify the domain of SERVICE_MAIL_FROM_ADDRESS in the region that SERVICE_MAIL_HOST names, and ask for production access.',
    settings: ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_HOST'],
  },
  {
    kind: 'sender-not-allowed',
    when: [
      { stages: ENVELOPE, class: 5, enhanced: ['5.7.60', '5.2.252', '5.1.7', '5.1.8'] },
      { stages: ['mail', 'dot'], replies: [553], enhanced: ['5.7.1'] },
      { stages: ENVELOPE, class: 5, says: SENDER_NOT_ALLOWED },
    ],
    outcome: 'misconfigured',
    title: 'This sender is not allowed',
    meaning: 'The account that signs in may not send from SERVICE_MAIL_FROM_ADDRESS.',
    advice: "Set SERVICE_MAIL_FROM_ADDRESS to the account's own address, or have Send As granted to the account.",
    settings: ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_USERNAME'],
  },
  {
    kind: 'sender-domain',
    when: [{ stages: ENVELOPE, class: 5, enhanced: ['5.7.26', '5.7.23', '5.7.27', '5.7.30'] }],
    outcome: 'misconfigured',
    title: 'The sender is not authenticated (SPF, DKIM, DMARC)',
    meaning: 'The DNS records of the sender’s domain do not vouch for this mail server.',
    advice:
      'Add the mail server to the SPF record and DKIM keys of the domain, or set SERVICE_MAIL_FROM_ADDRESS to another domain.',
    settings: ['SERVICE_MAIL_FROM_ADDRESS'],
  },
  {
    kind: 'too-large',
    when: [
      { stages: ['mail'], codes: ['EMESSAGE'], class: 0 },
      { stages: ENVELOPE, class: 5, enhanced: ['5.3.4', '5.2.3'] },
      { stages: ENVELOPE, replies: [552], says: /too (large|big|long)|size/i },
    ],
    outcome: 'refused',
    title: 'The letter is too large',
    meaning: 'The letter is larger than the server takes.',
    advice: 'Make the template smaller, then redo the letter.',
    settings: [],
  },
  // Exchange Online puts each letter among the sent ones of the mailbox that sends it, by way of its "STOREDRV.Submission".
  {
    kind: 'sender-mailbox-full',
    when: [{ stages: ENVELOPE, class: 5, enhanced: ['5.2.2'], says: /STOREDRV\.Submission/ }],
    outcome: 'misconfigured',
    title: 'The sending mailbox is full',
    meaning: 'Microsoft 365 keeps a copy of each letter in the mailbox that sends it, and that one takes no more.',
    advice: 'Empty "Sent Items" of the mailbox in SERVICE_MAIL_USERNAME and give that folder a retention policy.',
    settings: ['SERVICE_MAIL_USERNAME'],
  },
  {
    kind: 'sender-mailbox-closed',
    when: [{ stages: ENVELOPE, class: 4, says: /MapiExceptionLogonFailed|mailbox logon failure/i }],
    title: 'Exchange cannot open the sending mailbox',
    meaning: 'Microsoft 365 took the sign-in, but not the letter: often the client has no permission on the mailbox.',
    advice:
      'It is tried again. If it lasts, give the service principal FullAccess to the mailbox in SERVICE_MAIL_USERNAME, and SendAs for SERVICE_MAIL_FROM_ADDRESS.',
    settings: ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_FROM_ADDRESS'],
  },
  {
    kind: 'mailbox-full',
    when: [
      { stages: ['rcpt', 'data', 'dot'], enhanced: ['5.2.2', '4.2.2'] },
      { stages: ['rcpt'], replies: [552] },
      { stages: ['rcpt', 'data', 'dot'], class: 5, says: MAILBOX_FULL },
    ],
    outcome: 'deferred',
    title: 'The mailbox is full',
    meaning: "The user's mailbox takes no more letters.",
    advice: 'Tell the user by another way; it is tried again.',
    settings: [],
  },
  {
    kind: 'sender-put-off',
    // Exchange Online says 432 to the fourth connection that sends at once, whatever it is about to say.
    when: [
      { stages: ['mail'], class: 4 },
      { stages: ENVELOPE, replies: [432] },
    ],
    throttled: true,
    title: 'The server takes no letters for now',
    meaning: 'The server put us off as soon as a letter was announced: too many came from us, or it is overloaded.',
    advice: 'Wait: it is tried again after 15 minutes or more. If it comes back, lower SERVICE_MAIL_CONNECTIONS.',
    settings: ['SERVICE_MAIL_CONNECTIONS'],
  },
  {
    kind: 'sender-refused',
    when: [{ stages: ['mail'], class: 5 }],
    title: 'The sender was refused',
    meaning: 'The server takes no letters from SERVICE_MAIL_FROM_ADDRESS.',
    advice: 'Set SERVICE_MAIL_FROM_ADDRESS to an address that the account may send from.',
    settings: ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_USERNAME'],
  },
  {
    kind: 'relaying-denied',
    when: [
      { stages: ['rcpt'], class: 5, enhanced: ['5.7.'], says: /relay/i },
      { stages: ['rcpt'], class: 5, says: RELAYING_DENIED },
    ],
    outcome: 'misconfigured',
    title: 'Relaying denied',
    meaning:
      'The server does not pass letters on to other domains for us: we have not signed in, or it is the wrong server.',
    advice: 'Set SERVICE_MAIL_AUTH=true with a user name and password, or have the server allow this machine to relay.',
    settings: ['SERVICE_MAIL_AUTH', 'SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_HOST'],
  },
  {
    kind: 'mailbox-disabled',
    when: [{ stages: ['rcpt', 'dot'], class: 5, enhanced: ['5.2.1'] }],
    title: 'The mailbox is disabled',
    meaning: "The user's mailbox exists but takes no letters.",
    advice: 'Ask the user for another address, correct it, then redo the letter.',
    settings: [],
  },
  {
    kind: 'no-mailbox',
    when: [
      // 5.4.1 is what Microsoft 365 says of an address that is not in its directory.
      { stages: ['rcpt', 'dot'], class: 5, enhanced: ['5.1.', '5.4.1', '5.4.4'] },
      { stages: ['rcpt'], class: 5, says: NO_SUCH_MAILBOX },
    ],
    title: 'No such mailbox',
    meaning: "The server says that the user's address does not exist.",
    advice: "Correct the user's address, then redo the letter.",
    settings: [],
  },
  {
    kind: 'put-off',
    when: [{ stages: ['rcpt'], class: 4 }],
    title: 'Put off by the server (greylisting or rate)',
    meaning:
      'The server wants to see this letter again later, which is how it tells mail servers from senders of spam.',
    advice: 'Wait: it is tried again.',
    settings: [],
  },
  {
    // Postfix's submission service with smtpd_relay_restrictions=permit_sasl_authenticated,reject says it to those who
    // have not signed in; but so it says of one address that its rules forbid, for which no queue may be paused.
    kind: 'access-denied',
    when: [{ stages: ['rcpt'], class: 5, says: /recipient address rejected: access denied/i }],
    title: 'The server denies access to this address',
    meaning: 'The server wants a sign-in before it takes letters, or its rules forbid this one address.',
    advice:
      'With SERVICE_MAIL_AUTH=false set it to true, with a user name and password; else ask the administrator of the server.',
    settings: ['SERVICE_MAIL_AUTH', 'SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD'],
  },
  {
    kind: 'policy',
    when: [{ stages: ['rcpt', 'data', 'dot'], class: 5, enhanced: ['5.7.'] }],
    title: 'Rejected by policy or as spam',
    meaning: 'The server does not like the letter, its sender or the address of this machine.',
    advice: 'Read the reply, which often links to the reason, and ask the provider; then redo the letter.',
    settings: ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_HOST'],
  },
  {
    kind: 'recipient-refused',
    when: [{ stages: ['rcpt'], class: 5 }],
    title: 'The recipient was refused',
    meaning: "The server does not take letters for the user's address.",
    advice: "Read the reply; correct the user's address or ask the provider, then redo the letter.",
    settings: [],
  },
  {
    kind: 'server-trouble',
    when: [{ stages: ['data', 'dot'], class: 4 }],
    title: 'The server is in trouble',
    meaning: 'The server could not take the letter for a passing reason.',
    advice: 'Wait: it is tried again.',
    settings: [],
  },
  {
    kind: 'letter-refused',
    when: [{ stages: ['data', 'dot'], class: 5 }],
    title: 'The letter was refused',
    meaning: 'The server does not take this letter.',
    advice: 'Read the reply and ask the provider, then redo the letter.',
    settings: [],
  },
  {
    kind: 'link-lost',
    when: [{ stages: ['mail', 'rcpt', 'data'] }],
    title: 'The connection broke before the letter was sent',
    meaning:
      'The link was lost, or the server stopped answering, before the final dot: the server has not got the letter.',
    advice: 'Nothing to do: it is sent again.',
    settings: [],
  },
  // Only a check comes here.
  {
    kind: 'reset-failed',
    when: [{ stages: ['reset'] }],
    title: 'The server did not take the check back',
    meaning: 'Sender and recipient were accepted, but RSET, which takes them back, was not answered as it should be.',
    advice: 'Send a test letter: letters may well leave all the same.',
    settings: [],
  },
]

/** For what no row knows: every stage but `letter` has a row of its own that fits the rest. */
const OTHER: Row = {
  kind: 'other',
  when: [],
  title: 'The letter could not be sent',
  meaning: 'Something that has no name here ended the attempt; the text of the error says what.',
  advice: 'Read the log of posternd, then redo the letter.',
  settings: [],
}

const classOf = ({ replyCode }: Happening): 0 | 4 | 5 => {
  const first = Math.floor((replyCode ?? 0) / 100)
  return first === 4 || first === 5 ? first : 0
}

/** Whether `value` is one of `wanted`, or begins with one of them that ends in `open`. */
const fitsOne = (value: string | null, wanted: readonly string[], open: '.' | '_'): boolean =>
  value !== null && wanted.some((code) => code === value || (code.endsWith(open) && value.startsWith(code)))

function fits(match: Match, happening: Happening): boolean {
  const { stage, code, originalCode, replyCode, enhancedCode, reply } = happening
  return (
    (match.stages === undefined || match.stages.includes(stage)) &&
    (match.codes === undefined || (code !== null && match.codes.includes(code))) &&
    (match.class === undefined || match.class === classOf(happening)) &&
    (match.replies === undefined || (replyCode !== null && match.replies.includes(replyCode))) &&
    (match.causes === undefined || fitsOne(originalCode, match.causes, '_')) &&
    (match.enhanced === undefined || fitsOne(enhancedCode, match.enhanced, '.')) &&
    (match.says === undefined || match.says.test(reply ?? ''))
  )
}

const rowFor = (happening: Happening): Row =>
  ROWS.find((row) => row.when.some((match) => fits(match, happening))) ?? OTHER

/**
 * What happened in an operator's words, what to do now and which settings mend it. Total: whatever happened, there is
 * a diagnosis.
 */
export function diagnose(happening: Happening): Diagnosis {
  const { kind, title, meaning, advice, settings } = rowFor(happening)
  // Which setting it is, only the error's own words know.
  const words: readonly string[] = (kind === 'setting' && happening.reply?.match(/SERVICE_[A-Z0-9_]+/g)) || []
  const named = words.filter(isSettingName)
  return { kind, title, meaning, advice, settings: named.length > 0 ? [...new Set(named)] : settings }
}

/** The kind of diagnosis of what a failed task failed for; null for any other task. */
export function diagnosisOf(task: Task): string | null {
  return task.status === 'failed' && task.cause !== null ? rowFor(task.cause).kind : null
}

/** The outcome by stage and by the reply's first digit; `0` is no reply: the link was lost or a deadline passed. */
const OUTCOMES: { readonly [At in Stage]: { readonly [Class in 0 | 4 | 5]: Outcome } } = {
  letter: { 4: 'refused', 5: 'refused', 0: 'refused' },
  dns: { 4: 'unreachable', 5: 'unreachable', 0: 'unreachable' },
  tcp: { 4: 'unreachable', 5: 'unreachable', 0: 'unreachable' },
  greeting: { 4: 'unreachable', 5: 'unreachable', 0: 'unreachable' },
  tls: { 4: 'unreachable', 5: 'misconfigured', 0: 'unreachable' },
  ehlo: { 4: 'unreachable', 5: 'misconfigured', 0: 'unreachable' },
  auth: { 4: 'unreachable', 5: 'misconfigured', 0: 'unreachable' },
  mail: { 4: 'deferred', 5: 'misconfigured', 0: 'deferred' },
  rcpt: { 4: 'deferred', 5: 'refused', 0: 'deferred' },
  data: { 4: 'deferred', 5: 'refused', 0: 'deferred' },
  dot: { 4: 'deferred', 5: 'refused', 0: 'unknown' },
  reset: { 4: 'deferred', 5: 'deferred', 0: 'deferred' },
}

/**
 * What the attempt came to, and whether the server wants us to slow down (wait 15 minutes or more, use fewer
 * connections). Total, too.
 */
export function outcomeOf(happening: Happening): { readonly outcome: Outcome; readonly throttled: boolean } {
  const row = rowFor(happening)
  const outcome = row.outcome ?? OUTCOMES[happening.stage][classOf(happening)]
  return { outcome, throttled: row.throttled ?? false }
}
