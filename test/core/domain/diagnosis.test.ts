import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diagnose, outcomeOf, taskFailedBy } from '../../../src/core/domain/diagnosis.ts'
import { type Happening, OUTCOMES, type Outcome, STAGES, type Stage } from '../../../src/core/domain/outcome.ts'
import { isSettingName, type SettingName } from '../../../src/core/domain/setting.ts'
import { anEndedTask, aTask, ids } from '../../support/builders.ts'

/** A happening as the courier would tell it, its codes read from the reply's own words. */
function happening(
  stage: Stage,
  code: string | null,
  reply: string | null,
  originalCode: string | null = null,
): Happening {
  const digits = /^([0-9]{3})[ -](?:([245]\.[0-9]+\.[0-9]+))?/.exec(reply ?? '')
  return {
    stage,
    code,
    originalCode,
    replyCode: digits === null ? null : Number(digits[1]),
    enhancedCode: digits?.[2] ?? null,
    reply,
  }
}

interface Expected {
  kind: string
  outcome: Outcome
  throttled?: true
  settings?: readonly SettingName[]
}
type Case = readonly [what: string, happening: Happening, expected: Expected]

const GMAIL_535 =
  '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials 5b1f17b1804b1-43a2e8sm - gsmtp'

const CASES: readonly Case[] = [
  // The way to the server.
  [
    'a host name that does not exist',
    happening('dns', 'EDNS', 'getaddrinfo ENOTFOUND smtp.gmial.com', 'ENOTFOUND'),
    { kind: 'dns', outcome: 'unreachable', settings: ['SERVICE_MAIL_HOST'] },
  ],
  [
    'a resolver that is down',
    happening('dns', 'EDNS', 'getaddrinfo EAI_AGAIN smtp.gmail.com', 'EAI_AGAIN'),
    { kind: 'dns-down', outcome: 'unreachable', settings: ['SERVICE_MAIL_HOST'] },
  ],
  [
    'nothing on that port',
    happening('tcp', 'ESOCKET', 'connect ECONNREFUSED 192.0.2.1:587', 'ECONNREFUSED'),
    { kind: 'connection-refused', outcome: 'unreachable', settings: ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_HOST'] },
  ],
  [
    'a network without a way there',
    happening('tcp', 'ESOCKET', 'connect EHOSTUNREACH 192.0.2.1:587', 'EHOSTUNREACH'),
    { kind: 'unreachable', outcome: 'unreachable' },
  ],
  [
    'a blocked port',
    happening('tcp', 'ETIMEDOUT', 'The server did not answer in time.', 'CONNECT_TIMEOUT'),
    { kind: 'unreachable', outcome: 'unreachable', settings: ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_HOST'] },
  ],
  [
    'port 465 without smtps',
    happening('greeting', 'ETIMEDOUT', 'The server did not answer in time.', 'GREETING_TIMEOUT'),
    { kind: 'no-greeting', outcome: 'unreachable', settings: ['SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_PORT'] },
  ],
  [
    'port 587 with smtps',
    happening('tls', 'ESOCKET', 'write EPROTO wrong version number', 'ERR_SSL_WRONG_VERSION_NUMBER'),
    { kind: 'tls-on-plain-port', outcome: 'misconfigured', settings: ['SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_PORT'] },
  ],
  [
    'a self-signed certificate',
    happening('tls', 'ESOCKET', 'self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
    { kind: 'certificate-untrusted', outcome: 'misconfigured', settings: ['SERVICE_MAIL_CA_FILE'] },
  ],
  [
    'a private authority',
    happening('tls', 'ESOCKET', 'unable to verify the first certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
    { kind: 'certificate-untrusted', outcome: 'misconfigured', settings: ['SERVICE_MAIL_CA_FILE'] },
  ],
  [
    'a private authority that is sent along',
    happening('tls', 'ESOCKET', 'self-signed certificate in certificate chain', 'SELF_SIGNED_CERT_IN_CHAIN'),
    { kind: 'certificate-untrusted', outcome: 'misconfigured' },
  ],
  [
    'a certificate for another name',
    happening('tls', 'ESOCKET', "Hostname/IP does not match certificate's altnames", 'ERR_TLS_CERT_ALTNAME_INVALID'),
    { kind: 'certificate-name', outcome: 'misconfigured', settings: ['SERVICE_MAIL_HOST'] },
  ],
  [
    'an expired certificate',
    happening('tls', 'ESOCKET', 'certificate has expired', 'CERT_HAS_EXPIRED'),
    { kind: 'certificate-expired', outcome: 'misconfigured', settings: [] },
  ],
  [
    'no version of TLS in common',
    happening('tls', 'ESOCKET', 'unsupported protocol', 'ERR_SSL_UNSUPPORTED_PROTOCOL'),
    { kind: 'tls-version', outcome: 'misconfigured' },
  ],
  [
    'STARTTLS that does not exist',
    happening('tls', 'ETLS', '502 5.5.1 Error: command not implemented'),
    {
      kind: 'no-starttls',
      outcome: 'misconfigured',
      settings: ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_PROTOCOL', 'SERVICE_MAIL_HOST'],
    },
  ],
  [
    'STARTTLS that is not available now',
    happening('tls', 'ETLS', '454 4.7.0 TLS not available due to local problem'),
    { kind: 'tls-not-now', outcome: 'unreachable' },
  ],
  [
    'a link lost in the handshake',
    happening('tls', 'ESOCKET', 'read ECONNRESET', 'ECONNRESET'),
    { kind: 'tls-lost', outcome: 'unreachable' },
  ],
  [
    'EHLO refused',
    happening('ehlo', 'ECONNECTION', '550 5.7.1 Invalid HELO name (See RFC2821 4.1.1.1)'),
    { kind: 'ehlo-refused', outcome: 'misconfigured', settings: ['SERVICE_MAIL_CLIENT_NAME', 'SERVICE_MAIL_PORT'] },
  ],
  [
    'Gmail hanging up at EHLO',
    happening('ehlo', 'ECONNECTION', '421-4.7.0 Try again later, closing connection. (EHLO)'),
    { kind: 'turned-away', outcome: 'unreachable', throttled: true },
  ],
  [
    'a full server at the greeting',
    happening('greeting', 'EPROTOCOL', '421 4.7.0 mx.example.com Error: too many connections from 192.0.2.7'),
    { kind: 'turned-away', outcome: 'unreachable', throttled: true, settings: ['SERVICE_MAIL_CONNECTIONS'] },
  ],
  [
    'a block list at the greeting',
    happening(
      'greeting',
      'EPROTOCOL',
      '554 5.7.1 Service unavailable; client [192.0.2.7] blocked using zen.spamhaus.org',
    ),
    { kind: 'refused-greeting', outcome: 'unreachable' },
  ],
  [
    'a web server',
    happening('greeting', 'EPROTOCOL', 'Invalid greeting. response=HTTP/1.1 400 Bad Request'),
    { kind: 'not-smtp', outcome: 'unreachable', settings: ['SERVICE_MAIL_HOST', 'SERVICE_MAIL_PORT'] },
  ],
  [
    'an endless line',
    happening('greeting', 'EPROTOCOL', 'Server response exceeds maximum allowed size'),
    { kind: 'not-smtp', outcome: 'unreachable' },
  ],
  // Signing in.
  [
    "Gmail's wrong password",
    happening('auth', 'EAUTH', GMAIL_535),
    { kind: 'sign-in-refused', outcome: 'misconfigured', settings: ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD'] },
  ],
  [
    "Postfix's wrong password",
    happening('auth', 'EAUTH', '535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6'),
    { kind: 'sign-in-refused', outcome: 'misconfigured' },
  ],
  [
    'a wrong password without an enhanced code',
    happening('auth', 'EAUTH', '535 Incorrect authentication data'),
    { kind: 'sign-in-refused', outcome: 'misconfigured', settings: ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD'] },
  ],
  [
    '2-step verification',
    happening(
      'auth',
      'EAUTH',
      '534-5.7.9 Application-specific password required. For more information, go to\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor - gsmtp',
    ),
    {
      kind: 'app-password',
      outcome: 'misconfigured',
      settings: ['SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_AUTH_METHOD'],
    },
  ],
  [
    'a browser asked for',
    happening(
      'auth',
      'EAUTH',
      '534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log in via\n534-5.7.14 your web browser and then try again.',
    ),
    { kind: 'browser-sign-in', outcome: 'misconfigured' },
  ],
  [
    'too many sign-ins',
    happening('auth', 'EAUTH', '454 4.7.0 Too many login attempts, please try again later. - gsmtp'),
    { kind: 'throttled-sign-in', outcome: 'unreachable', throttled: true, settings: ['SERVICE_MAIL_CONNECTIONS'] },
  ],
  [
    'too many sign-ins, hanging up',
    happening('auth', 'EAUTH', '421 4.7.0 Too many errors, closing connection'),
    { kind: 'throttled-sign-in', outcome: 'unreachable', throttled: true },
  ],
  [
    'SMTP AUTH turned off',
    happening(
      'auth',
      'EAUTH',
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information.',
    ),
    { kind: 'smtp-auth-disabled', outcome: 'misconfigured', settings: ['SERVICE_MAIL_USERNAME'] },
  ],
  [
    'security defaults',
    happening(
      'auth',
      'EAUTH',
      "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.",
    ),
    { kind: 'sign-in-policy', outcome: 'misconfigured' },
  ],
  [
    'criteria not met',
    happening(
      'auth',
      'EAUTH',
      '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully.',
    ),
    {
      kind: 'sign-in-policy',
      outcome: 'misconfigured',
      settings: ['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_AUTH_METHOD'],
    },
  ],
  [
    "Microsoft 365's wrong password",
    happening('auth', 'EAUTH', '535 5.7.3 Authentication unsuccessful [AM0PR01CA0123.eurprd01.prod.exchangelabs.com]'),
    { kind: 'sign-in-exchange', outcome: 'misconfigured' },
  ],
  [
    'basic authentication ended',
    happening('auth', 'EAUTH', '550 5.7.30 Basic authentication is not supported for Client Submission.'),
    { kind: 'basic-auth-ended', outcome: 'misconfigured' },
  ],
  [
    'basic authentication ended, said at MAIL',
    happening('mail', 'EENVELOPE', '550 5.7.30 Basic authentication is not supported for Client Submission.'),
    { kind: 'basic-auth-ended', outcome: 'misconfigured' },
  ],
  [
    'a token refused',
    happening('auth', 'EOAUTH2', 'login.microsoftonline.com gave no token: invalid_grant: AADSTS700082'),
    { kind: 'token-revoked', outcome: 'misconfigured' },
  ],
  [
    'a token refused in JSON',
    happening('auth', 'EAUTH', '334 {"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'),
    { kind: 'token-not-accepted', outcome: 'misconfigured' },
  ],
  [
    'no AUTH offered',
    happening('auth', 'EAUTH', 'The server does not offer AUTH.', 'NO_AUTH'),
    {
      kind: 'no-auth',
      outcome: 'misconfigured',
      settings: ['SERVICE_MAIL_PORT', 'SERVICE_MAIL_AUTH', 'SERVICE_MAIL_HOST'],
    },
  ],
  [
    'only OAuth offered',
    happening('auth', 'EAUTH', 'The server offers only XOAUTH2 to sign in.', 'NO_MECHANISM'),
    { kind: 'no-mechanism', outcome: 'misconfigured' },
  ],
  [
    'a link lost while signing in',
    happening('auth', 'ECONNECTION', 'Connection closed unexpectedly'),
    { kind: 'sign-in-lost', outcome: 'unreachable' },
  ],
  // MAIL.
  [
    'Amazon SES without a verified sender',
    happening(
      'dot',
      'EMESSAGE',
      '554 Message rejected: Email address is not verified. The following identities failed the check in region US-EAST-1: a@example.org',
    ),
    {
      kind: 'identity-not-verified',
      outcome: 'misconfigured',
      settings: ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_HOST'],
    },
  ],
  [
    'Exchange Online: too many connections at once',
    happening(
      'dot',
      'EMESSAGE',
      '432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending',
    ),
    { kind: 'sender-put-off', outcome: 'deferred', throttled: true, settings: ['SERVICE_MAIL_CONNECTIONS'] },
  ],
  [
    'Exchange Online: the mailbox that sends is full, not the one that is written to',
    happening(
      'dot',
      'EMESSAGE',
      '554 5.2.2 mailbox full; STOREDRV.Submission.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded',
    ),
    { kind: 'sender-mailbox-full', outcome: 'misconfigured', settings: ['SERVICE_MAIL_USERNAME'] },
  ],
  [
    'Exchange Online: no permission on the mailbox',
    happening(
      'dot',
      'EMESSAGE',
      '430 4.2.0 STOREDRV; mailbox logon failure; STOREDRV.Submission.Exception:ConnectionFailedTransientException.MapiExceptionLogonFailed',
    ),
    { kind: 'sender-mailbox-closed', outcome: 'deferred' },
  ],
  [
    'Amazon SES over its daily quota',
    happening('dot', 'EMESSAGE', '454 Throttling failure: Daily message quota exceeded.'),
    { kind: 'sending-limit', outcome: 'deferred', throttled: true },
  ],
  [
    'TLS demanded',
    happening('mail', 'EENVELOPE', '530 5.7.0 Must issue a STARTTLS command first. - gsmtp'),
    { kind: 'tls-demanded', outcome: 'misconfigured', settings: ['SERVICE_MAIL_TLS', 'SERVICE_MAIL_PROTOCOL'] },
  ],
  [
    'Exchange without a sign-in',
    happening('mail', 'EENVELOPE', '530 5.7.57 Client not authenticated to send mail.'),
    {
      kind: 'not-signed-in',
      outcome: 'misconfigured',
      settings: ['SERVICE_MAIL_AUTH', 'SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD'],
    },
  ],
  [
    'Postfix without a sign-in, by its rule for clients',
    happening('rcpt', 'EENVELOPE', '554 5.7.1 <unknown[192.0.2.7]>: Client host rejected: Access denied'),
    { kind: 'not-signed-in', outcome: 'misconfigured' },
  ],
  [
    'Postfix without a sign-in, by its rule for relaying',
    happening('rcpt', 'EENVELOPE', '554 5.7.1 <user@example.com>: Recipient address rejected: Access denied'),
    {
      kind: 'access-denied',
      outcome: 'refused',
      settings: ['SERVICE_MAIL_AUTH', 'SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD'],
    },
  ],
  [
    'Gmail without a sign-in',
    happening(
      'mail',
      'EENVELOPE',
      '530-5.5.1 Authentication Required. Learn more at\n530 5.5.1  https://support.google.com/mail/?p=WantAuthError',
    ),
    { kind: 'not-signed-in', outcome: 'misconfigured' },
  ],
  [
    'a sender that is not the login',
    happening('mail', 'EENVELOPE', '553 5.7.1 <boss@example.org>: Sender address rejected: not owned by user postern'),
    {
      kind: 'sender-not-allowed',
      outcome: 'misconfigured',
      settings: ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_USERNAME'],
    },
  ],
  [
    'the same as Postfix says it, at RCPT',
    happening('rcpt', 'EENVELOPE', '553 5.7.1 <boss@example.org>: Sender address rejected: not owned by user postern'),
    { kind: 'sender-not-allowed', outcome: 'misconfigured' },
  ],
  [
    'a sender that is just refused',
    happening('mail', 'EENVELOPE', '550 5.7.0 Access denied'),
    {
      kind: 'sender-refused',
      outcome: 'misconfigured',
      settings: ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_USERNAME'],
    },
  ],
  [
    'throttling at MAIL',
    happening('mail', 'EENVELOPE', '451 4.7.0 Temporary server error. Please try again later. PRX5'),
    { kind: 'sender-put-off', outcome: 'deferred', throttled: true },
  ],
  [
    'the server hanging up at MAIL',
    happening('mail', 'EENVELOPE', '421 4.3.2 Service shutting down'),
    { kind: 'sender-put-off', outcome: 'deferred', throttled: true },
  ],
  [
    'a link lost at MAIL',
    happening('mail', 'ECONNECTION', 'Connection closed unexpectedly'),
    { kind: 'link-lost', outcome: 'deferred' },
  ],
  [
    'a daily limit',
    happening(
      'mail',
      'EENVELOPE',
      '550-5.4.5 Daily user sending limit exceeded. For more information on Gmail\n550 5.4.5 sending limits go to',
    ),
    { kind: 'sending-limit', outcome: 'deferred', throttled: true },
  ],
  // RCPT.
  [
    'no such mailbox',
    happening(
      'rcpt',
      'EENVELOPE',
      '550 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown in relay recipient table',
    ),
    { kind: 'no-mailbox', outcome: 'refused', settings: [] },
  ],
  [
    'no such mailbox, says Exchange',
    happening(
      'rcpt',
      'EENVELOPE',
      '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient nobody@example.com not found by SMTP address lookup',
    ),
    { kind: 'no-mailbox', outcome: 'refused' },
  ],
  [
    'no such mailbox, without an enhanced code',
    happening('rcpt', 'EENVELOPE', '550 No such user here'),
    { kind: 'no-mailbox', outcome: 'refused' },
  ],
  [
    'a disabled mailbox',
    happening('rcpt', 'EENVELOPE', '550 5.2.1 The email account that you tried to reach is disabled.'),
    { kind: 'mailbox-disabled', outcome: 'refused' },
  ],
  [
    'relaying denied',
    happening('rcpt', 'EENVELOPE', '554 5.7.1 <user@example.com>: Relay access denied'),
    {
      kind: 'relaying-denied',
      outcome: 'misconfigured',
      settings: ['SERVICE_MAIL_AUTH', 'SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_HOST'],
    },
  ],
  [
    'relaying denied, says Exchange',
    happening('rcpt', 'EENVELOPE', '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain'),
    { kind: 'relaying-denied', outcome: 'misconfigured' },
  ],
  [
    'relaying denied, without an enhanced code',
    happening('rcpt', 'EENVELOPE', '550 relaying denied'),
    { kind: 'relaying-denied', outcome: 'misconfigured' },
  ],
  [
    'greylisting',
    happening(
      'rcpt',
      'EENVELOPE',
      '450 4.2.0 <user@example.com>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help',
    ),
    { kind: 'put-off', outcome: 'deferred' },
  ],
  [
    'a rate',
    happening('rcpt', 'EENVELOPE', '451 4.7.1 Greylisting in action, please come back later'),
    { kind: 'put-off', outcome: 'deferred' },
  ],
  [
    'a full mailbox, for now',
    happening('rcpt', 'EENVELOPE', '452-4.2.2 The email account that you tried to reach is over quota.'),
    { kind: 'mailbox-full', outcome: 'deferred', settings: [] },
  ],
  [
    'a full mailbox, for good',
    happening('rcpt', 'EENVELOPE', '552 5.2.2 The email account that you tried to reach is over quota'),
    { kind: 'mailbox-full', outcome: 'deferred' },
  ],
  [
    'an internationalised address',
    happening('rcpt', 'EENVELOPE', '553 5.6.7 Non-ASCII address not permitted'),
    { kind: 'no-smtputf8', outcome: 'refused' },
  ],
  [
    'a block list, says Postfix at RCPT',
    happening(
      'rcpt',
      'EENVELOPE',
      '554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org',
    ),
    { kind: 'policy', outcome: 'refused' },
  ],
  [
    'something else at RCPT',
    happening('rcpt', 'EENVELOPE', '550 5.0.0 I do not like you'),
    { kind: 'recipient-refused', outcome: 'refused' },
  ],
  [
    'a link lost at RCPT',
    happening('rcpt', 'ECONNECTION', 'Connection closed unexpectedly'),
    { kind: 'link-lost', outcome: 'deferred' },
  ],
  // DATA and the dot.
  [
    'DATA put off',
    happening('data', 'EENVELOPE', '451 4.3.0 Error: queue file write error'),
    { kind: 'server-trouble', outcome: 'deferred' },
  ],
  [
    'DATA refused',
    happening('data', 'EENVELOPE', '554 5.5.1 Error: no valid recipients'),
    { kind: 'letter-refused', outcome: 'refused' },
  ],
  [
    'a link lost before the dot',
    happening('data', 'ECONNECTION', 'Connection closed unexpectedly'),
    { kind: 'link-lost', outcome: 'deferred' },
  ],
  [
    'a letter that is too large',
    happening('dot', 'EMESSAGE', '552 5.3.4 Message size exceeds fixed limit'),
    { kind: 'too-large', outcome: 'refused', settings: [] },
  ],
  [
    'a letter larger than the server said',
    happening('mail', 'EMESSAGE', 'Message size larger than allowed 100'),
    { kind: 'too-large', outcome: 'refused' },
  ],
  [
    'SPF, DKIM and DMARC',
    happening(
      'dot',
      'EMESSAGE',
      '550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n550 5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.',
    ),
    { kind: 'sender-domain', outcome: 'misconfigured', settings: ['SERVICE_MAIL_FROM_ADDRESS'] },
  ],
  [
    'SendAsDenied',
    happening(
      'dot',
      'EMESSAGE',
      '554 5.2.252 SendAsDenied; postern@example.org not allowed to send as boss@example.org; STOREDRV.Submission.Exception:SendAsDeniedException',
    ),
    {
      kind: 'sender-not-allowed',
      outcome: 'misconfigured',
      settings: ['SERVICE_MAIL_FROM_ADDRESS', 'SERVICE_MAIL_USERNAME'],
    },
  ],
  [
    'no permission to send as',
    happening('dot', 'EMESSAGE', '550 5.7.60 SMTP; Client does not have permissions to send as this sender'),
    { kind: 'sender-not-allowed', outcome: 'misconfigured' },
  ],
  [
    'spam',
    happening(
      'dot',
      'EMESSAGE',
      '550-5.7.1 [192.0.2.7] Our system has detected that this message is likely unsolicited mail.',
    ),
    { kind: 'policy', outcome: 'refused' },
  ],
  [
    'policy',
    happening('dot', 'EMESSAGE', '554 5.7.0 Message rejected under suspicion of SPAM'),
    { kind: 'policy', outcome: 'refused' },
  ],
  [
    'a full mailbox at the dot',
    happening('dot', 'EMESSAGE', '552 5.2.2 Mailbox full'),
    { kind: 'mailbox-full', outcome: 'deferred' },
  ],
  [
    'a server in trouble',
    happening('dot', 'EMESSAGE', '451 4.3.0 Temporary server error. Please try again later'),
    { kind: 'server-trouble', outcome: 'deferred' },
  ],
  [
    'a full disk',
    happening('dot', 'EMESSAGE', '452 4.3.1 Insufficient system storage'),
    { kind: 'server-trouble', outcome: 'deferred' },
  ],
  [
    'a server that shuts down',
    happening('dot', 'EMESSAGE', '421 4.3.2 Service shutting down, closing channel'),
    { kind: 'server-trouble', outcome: 'deferred' },
  ],
  [
    'something else at the dot',
    happening('dot', 'EMESSAGE', '554 Transaction failed'),
    { kind: 'letter-refused', outcome: 'refused' },
  ],
  [
    'a link lost after the dot',
    happening('dot', 'ECONNECTION', 'Connection closed unexpectedly'),
    { kind: 'no-answer', outcome: 'unknown' },
  ],
  [
    'a reset after the dot',
    happening('dot', 'ESOCKET', 'read ECONNRESET', 'ECONNRESET'),
    { kind: 'no-answer', outcome: 'unknown' },
  ],
  [
    'silence after the dot',
    happening('dot', 'ETIMEDOUT', 'The server did not answer in time.', 'DOT_TIMEOUT'),
    { kind: 'no-answer', outcome: 'unknown' },
  ],
  [
    'an answer after the dot that is none',
    happening('dot', 'EMESSAGE', '354 go ahead'),
    { kind: 'no-answer', outcome: 'unknown' },
  ],
  // Ours.
  ['a crash', happening('letter', 'ECRASH', null), { kind: 'crashed', outcome: 'unknown' }],
  [
    'a letter that could not leave in time',
    happening('letter', 'ETOOOLD', null),
    { kind: 'too-old', outcome: 'refused', settings: ['SERVICE_MAIL_RETRY_HOURS'] },
  ],
  [
    'a missing setting',
    happening('letter', 'ESETTING', 'SERVICE_MAIL_PASSWORD cannot be opened with the present master key.'),
    { kind: 'setting', outcome: 'misconfigured', settings: ['SERVICE_MAIL_PASSWORD'] },
  ],
  [
    'a server without SMTPUTF8',
    happening('mail', 'EUTF8', 'The server lacks SMTPUTF8.'),
    { kind: 'no-smtputf8', outcome: 'refused' },
  ],
  [
    'two addresses in one',
    happening('letter', 'EADDRESS', 'it must be exactly one address'),
    { kind: 'address', outcome: 'refused', settings: [] },
  ],
  [
    'a broken template',
    happening('letter', 'ETEMPLATE', 'tag "if" not closed'),
    { kind: 'template', outcome: 'refused' },
  ],
  [
    'stopped before the dot',
    happening('rcpt', 'EABORTED', 'Sending was stopped.'),
    { kind: 'aborted', outcome: 'deferred' },
  ],
  [
    'stopped before it began',
    happening('letter', 'EABORTED', 'Sending was stopped.'),
    { kind: 'aborted', outcome: 'deferred' },
  ],
  [
    'stopped after the dot',
    happening('dot', 'EABORTED', 'Sending was stopped.'),
    { kind: 'no-answer', outcome: 'unknown' },
  ],
]

describe('diagnosis and outcome', () => {
  it.each(CASES)('%s', (_what, happened, expected) => {
    const diagnosis = diagnose(happened)
    const { outcome, throttled } = outcomeOf(happened)
    expect({ kind: diagnosis.kind, outcome, throttled }).toEqual({
      kind: expected.kind,
      outcome: expected.outcome,
      throttled: expected.throttled ?? false,
    })
    if (expected.settings !== undefined) expect(diagnosis.settings).toEqual(expected.settings)
  })

  it('says what operators know from Gmail, and that an app password is needed', () => {
    const diagnosis = diagnose(happening('auth', 'EAUTH', GMAIL_535))
    expect(diagnosis.title).toBe('Username and Password not accepted')
    expect(`${diagnosis.meaning} ${diagnosis.advice}`).toContain('app password')
    expect(diagnosis.settings).toEqual(['SERVICE_MAIL_USERNAME', 'SERVICE_MAIL_PASSWORD'])
  })

  it('never advises to turn TLS or the checks of certificates off', () => {
    for (const [, happened] of CASES) {
      const { advice, settings } = diagnose(happened)
      expect(advice).not.toMatch(/SERVICE_MAIL_TLS=false/)
      if (happened.stage === 'tls') expect(settings).not.toContain('SERVICE_MAIL_TLS')
    }
  })
})

/** The table of outcomes as the design states it, for replies that no row of the diagnoses overrides. */
const BY_STAGE: readonly (readonly [Stage, Outcome, Outcome, Outcome])[] = [
  ['dns', 'unreachable', 'unreachable', 'unreachable'],
  ['tcp', 'unreachable', 'unreachable', 'unreachable'],
  ['greeting', 'unreachable', 'unreachable', 'unreachable'],
  ['tls', 'unreachable', 'misconfigured', 'unreachable'],
  ['ehlo', 'unreachable', 'misconfigured', 'unreachable'],
  ['auth', 'unreachable', 'misconfigured', 'unreachable'],
  ['mail', 'deferred', 'misconfigured', 'deferred'],
  ['rcpt', 'deferred', 'refused', 'deferred'],
  ['data', 'deferred', 'refused', 'deferred'],
  ['dot', 'deferred', 'refused', 'unknown'],
]

describe('outcome by stage', () => {
  it.each(BY_STAGE)('%s: %s after 4xx, %s after 5xx, %s when the link is lost', (stage, transient, permanent, lost) => {
    expect(outcomeOf(happening(stage, 'ECONNECTION', '450 4.0.0 Not now')).outcome).toBe(transient)
    expect(outcomeOf(happening(stage, 'ECONNECTION', '500 5.0.0 Never')).outcome).toBe(permanent)
    expect(outcomeOf(happening(stage, 'ECONNECTION', null)).outcome).toBe(lost)
  })

  it.each(['greeting', 'auth', 'mail'] as const)('%s: 421, 454 and 4.7.x mean to slow down', (stage) => {
    for (const reply of ['421 Too busy', '454 Not now', '450 4.7.1 Rate']) {
      expect(outcomeOf(happening(stage, null, reply)).throttled, reply).toBe(true)
    }
    expect(outcomeOf(happening(stage, 'ECONNECTION', null)).throttled).toBe(false)
  })
})

describe('whatever happens', () => {
  const text = fc.option(fc.oneof(fc.string(), fc.constantFrom('', 'relay', 'over quota', '\u001b]52;c;x\u0007')))
  const happenings = fc.record<Happening>({
    stage: fc.constantFrom(...STAGES),
    code: fc.option(fc.oneof(fc.string(), fc.constantFrom('EAUTH', 'ESOCKET', 'EPROTOCOL', 'ESETTING', 'EABORTED'))),
    originalCode: fc.option(fc.oneof(fc.string(), fc.constantFrom('CERT_HAS_EXPIRED', 'ECONNREFUSED', 'NO_AUTH'))),
    replyCode: fc.option(fc.integer({ min: -1, max: 1000 })),
    enhancedCode: fc.option(fc.oneof(fc.string(), fc.constantFrom('5.7.1', '4.7.0', '5.2.2'))),
    reply: text,
  })

  it('there is a diagnosis, an outcome and nothing but known settings', () => {
    fc.assert(
      fc.property(happenings, (happened) => {
        const { kind, title, meaning, advice, settings } = diagnose(happened)
        for (const words of [kind, title, meaning, advice]) expect(words).not.toBe('')
        expect(settings.every(isSettingName)).toBe(true)
        expect(OUTCOMES).toContain(outcomeOf(happened).outcome)
      }),
    )
  })

  it('a failure is never called delivered, and only what may have arrived is called unknown', () => {
    fc.assert(
      fc.property(happenings, (happened) => {
        const { outcome } = outcomeOf(happened)
        expect(outcome).not.toBe('delivered')
        if (outcome === 'unknown') expect(happened.stage === 'dot' || happened.code === 'ECRASH').toBe(true)
      }),
    )
  })

  it('after the final dot without a refusal the outcome is unknown, whatever else is known', () => {
    const dots = happenings.map((happened): Happening => ({ ...happened, stage: 'dot', code: null, replyCode: null }))
    fc.assert(
      fc.property(dots, (happened) => {
        expect(outcomeOf(happened).outcome).toBe('unknown')
      }),
    )
  })
})

describe('whether a task failed by something', () => {
  const refusal = happening('auth', 'EAUTH', '535 5.7.8 Username and Password not accepted')
  const attempt = { id: ids.attempt(), round: 1, at: 0, durationMs: 1, code: '5.7.8', reply: refusal.reply }
  const failed = {
    ...anEndedTask({ status: 'failed' }),
    cause: refusal,
    attempts: [{ ...attempt, outcome: 'misconfigured' as const }],
  }
  const put = (outcome: Outcome) => ({ ...aTask(), attempts: [{ ...attempt, outcome }] })

  it.each(['535', '5.7.8', '535 5.7.8', 'eauth', 'sign-in-refused'])('is found by %s', (error) => {
    expect(taskFailedBy(failed, error)).toBe(true)
  })

  it('and by nothing else', () => {
    for (const error of ['53', '5.7', '550', 'no-mailbox', '535 5.7.9']) expect(taskFailedBy(failed, error)).toBe(false)
  })

  it('by the code of the system below, too', () => {
    const cause = happening('tcp', 'ESOCKET', null, 'ECONNREFUSED')
    for (const error of ['esocket', 'econnrefused'])
      expect(taskFailedBy({ ...failed, cause, attempts: [] }, error)).toBe(true)
  })

  it('also of one that waits for its next try, and of none that was delivered', () => {
    expect(taskFailedBy(put('deferred'), '535')).toBe(true)
    expect(taskFailedBy(put('delivered'), '535')).toBe(false)
    expect(taskFailedBy(aTask(), '535')).toBe(false)
  })
})
