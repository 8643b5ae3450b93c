import type { Row } from './diagnosis-row.ts'

/** Rows of the table for the way to the server: DNS, TCP and the greeting. */
export const WAY_ROWS: readonly Row[] = [
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
]
