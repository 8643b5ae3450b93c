import { ENVELOPE, type Row } from './diagnosis-row.ts'

// "User unknown in relay recipient table" is about the mailbox, not about relaying.
const RELAYING_DENIED =
  /\brelay(ing)? (access )?(is )?(denied|not (permitted|allowed)|prohibited)|(unable|not permitted|not allowed) to relay|do(es)? not relay|allowed rcpthosts/i
const NO_SUCH_MAILBOX =
  /(user|recipient|mailbox|address|account)( is)? (unknown|not found|unavailable|does not exist)|(no such|unknown|invalid) (user|recipient|mailbox|address|account)/i
const MAILBOX_FULL = /over ?quota|mailbox (is )?full|(exceeded|over) .{0,20}(quota|storage)|quota (is )?exceeded/i

/** Rows of the table for the envelope and the letter by stage, from MAIL to the final dot, and for the RSET of a check. */
export const ENVELOPE_ROWS: readonly Row[] = [
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
