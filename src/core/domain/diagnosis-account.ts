import { ENVELOPE, type Row } from './diagnosis-row.ts'

const SENDER_NOT_ALLOWED =
  /SendAsDenied|not (allowed|permitted) to send as|permissions? to send as|sender address rejected|not owned by (user|auth)/i
const SENDING_LIMIT =
  /(daily|hourly) .{0,20}(sending|message|mail|submission).{0,10} (limit|quota)|sending (limit|quota)|SubmissionQuotaExceeded/i

/**
 * Rows of the table for what a server has against the account, the sender or the letter, at whichever stage of the
 * envelope and the letter it says so: Postfix puts off its checks of client and sender until RCPT (smtpd_delay_reject).
 */
export const ACCOUNT_ROWS: readonly Row[] = [
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
]
