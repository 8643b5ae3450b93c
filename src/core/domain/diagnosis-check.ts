import { diagnose } from './diagnosis.ts'
import type { Diagnosis } from './diagnosis-row.ts'
import type { Happening } from './outcome.ts'

type Words = Partial<Pick<Diagnosis, 'title' | 'meaning' | 'advice'>>

const LATER: Words = { advice: 'Wait, then check again.' }
const OVERLOADED: Words = {
  advice: 'Wait 15 minutes or more, then check again. If it comes back, lower SERVICE_MAIL_CONNECTIONS.',
}

/**
 * What a check says in place of the table's words, by kind: the table speaks of a letter, which is tried again by itself
 * or redone, and of its user. A check sends no letter, nobody repeats it, and its address may be anybody's.
 */
export const CHECK_WORDS: ReadonlyMap<string, Words> = new Map([
  ['setting', { advice: 'Set what the text of the error names, then check again.' }],
  ['no-smtputf8', { advice: 'Use an ASCII address, or a mail server that offers SMTPUTF8.' }],
  ['address', { advice: 'Correct the address, then check again.' }],
  [
    'aborted',
    {
      title: 'Stopped before the check had ended',
      meaning: 'It was stopped from our side: it says nothing more of the mail server.',
      advice: 'Check again. If it happens again, read the log of posternd.',
    },
  ],
  [
    'turned-away',
    { advice: 'Wait, then check again. If it lasts, lower SERVICE_MAIL_CONNECTIONS or ask the provider.' },
  ],
  ['busy-greeting', LATER],
  [
    'lost-greeting',
    { advice: 'Wait, then check again. If it lasts, check SERVICE_MAIL_PORT and SERVICE_MAIL_PROTOCOL.' },
  ],
  [
    'tls-not-now',
    { advice: 'Wait, then check again. If it lasts, ask the administrator of the server; do not turn TLS off.' },
  ],
  [
    'tls-lost',
    {
      advice: 'Wait, then check again. If it lasts, check SERVICE_MAIL_PROTOCOL, SERVICE_MAIL_PORT and the firewall.',
    },
  ],
  ['ehlo-lost', LATER],
  ['token-throttled', { advice: 'Wait 15 minutes or more, then check again.' }],
  ['token-endpoint-down', { advice: "Wait, then check again. If it lasts, look at the provider's status page." }],
  ['token-endpoint-unreachable', { advice: 'Let this machine reach the provider on port 443, then check again.' }],
  ['throttled-sign-in', OVERLOADED],
  ['sign-in-lost', LATER],
  ['sending-limit', { advice: 'Wait, then check again. For more letters use an account with a higher limit.' }],
  [
    'too-large',
    {
      title: 'The server calls a letter too large before it has seen one',
      meaning: 'A check announces a sender and a recipient alone, and no size.',
      advice: 'Read the reply and ask the provider, then check again.',
    },
  ],
  [
    'sender-mailbox-closed',
    {
      meaning: 'Microsoft 365 took the sign-in, and no more: often the client has no permission on the mailbox.',
      advice:
        'Give the service principal FullAccess to the mailbox in SERVICE_MAIL_USERNAME, and SendAs for SERVICE_MAIL_FROM_ADDRESS, then check again.',
    },
  ],
  [
    'mailbox-full',
    { meaning: 'The mailbox of that address takes no more letters.', advice: 'Check with another address (--to).' },
  ],
  ['sender-put-off', OVERLOADED],
  [
    'mailbox-disabled',
    { meaning: 'The mailbox of that address takes no letters.', advice: 'Check with another address (--to).' },
  ],
  [
    'no-mailbox',
    {
      meaning: 'The server says that the address does not exist.',
      advice: 'Correct the address, or check with another one (--to).',
    },
  ],
  [
    'put-off',
    {
      meaning:
        'The server wants to see the same sender and recipient again later, which is how it tells mail servers from senders of spam.',
      advice: 'Wait some minutes, then check again; letters are tried again by themselves.',
    },
  ],
  [
    'policy',
    {
      meaning: 'The server does not like the sender, the recipient or the address of this machine.',
      advice: 'Read the reply, which often links to the reason, and ask the provider; then check again.',
    },
  ],
  [
    'recipient-refused',
    {
      meaning: 'The server takes no letters for that address.',
      advice: 'Read the reply; correct the address, or check with another one (--to).',
    },
  ],
  [
    'link-lost',
    {
      title: 'The connection broke',
      meaning: 'The link was lost, or the server stopped answering, before sender and recipient were accepted.',
      advice: 'Check again. If it lasts, ask the administrator of the server.',
    },
  ],
])

/** What ended a check, in the words of the table as far as they fit one. Total, as `diagnose` is. */
export function diagnoseCheck(happening: Happening): Diagnosis {
  const diagnosis = diagnose(happening)
  return { ...diagnosis, ...CHECK_WORDS.get(diagnosis.kind) }
}
