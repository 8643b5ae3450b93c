import type { Row } from './diagnosis-row.ts'

/** Rows of the table for TLS and EHLO. */
export const TLS_ROWS: readonly Row[] = [
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
]
