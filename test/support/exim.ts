import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  ACCOUNT,
  answering,
  letterWith,
  type MailServer,
  maildir,
  makePremises,
  NOBODY,
  type Premises,
  textOf,
} from './mail-server.ts'
import { eximPath } from './needs.ts'

/** Starts Debian's Exim with a configuration, a spool and a mailbox of its own; a test asks for it with `needs`. */
export async function startExim(): Promise<MailServer> {
  const program = eximPath()
  if (program === undefined) throw new Error('Exim is not there; the test should have asked for it')
  const premises = await makePremises('exim')
  const { directory, mailbox, ports, ca, caFile } = premises
  const [smtps, submission, plain, open] = ports
  const config = join(directory, 'exim.conf')
  writeFileSync(config, configuration(program, premises))
  for (const [name, text] of [
    ['certificate.pem', premises.certificate.certificate],
    ['key.pem', premises.certificate.key],
  ] as const) {
    // A key for a test of a minute; Exim reads it as its own user.
    writeFileSync(join(directory, name), text)
  }
  for (const name of ['spool', 'log']) {
    mkdirSync(join(directory, name))
    chmodSync(join(directory, name), 0o777)
  }
  // A process group of its own: who serves a connection still writes to the log when the listener has ended.
  const exim = spawn(program, ['-C', config, '-bdf'], { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  let complaints = ''
  exim.stderr.on('data', (bytes) => {
    complaints += String(bytes)
  })
  const log = () => `${complaints}${textOf(join(directory, 'log', 'main'))}${textOf(join(directory, 'log', 'panic'))}`
  await answering(ports, log, () => exim.exitCode !== null)
  const letters = () => maildir(mailbox)
  return {
    smtps,
    submission,
    plain,
    open,
    ca,
    caFile,
    letters,
    letter: (part) => letterWith(letters, part, log),
    log,
    async stop() {
      const { pid } = exim
      // All of them have ended when nobody holds the pipe any more.
      const gone = once(exim, 'close')
      if (pid !== undefined) process.kill(-pid, 'SIGTERM')
      await gone
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function configuration(program: string, { directory, mailbox, ports }: Premises): string {
  const [smtps, , plain, open] = ports
  const isPlain = `eq{$received_port}{${plain}}`
  return `
exim_path = ${program}
primary_hostname = exim.example
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${ports.join(' : ')}
tls_on_connect_ports = ${smtps}
tls_advertise_hosts = \${if or{{${isPlain}}{eq{$received_port}{${open}}}}{}{*}}
tls_certificate = ${join(directory, 'certificate.pem')}
tls_privatekey = ${join(directory, 'key.pem')}
auth_advertise_hosts = \${if or{{def:tls_in_cipher}{${isPlain}}}{*}{}}
smtputf8_advertise_hosts = *
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
spool_directory = ${join(directory, 'spool')}
log_file_path = ${join(directory, 'log')}/%s
log_selector = +smtp_protocol_error +smtp_syntax_error +received_recipients
acl_smtp_rcpt = recipient
message_size_limit = 10M
# Fewer than the usual 1,000: the test of it would take long.
smtp_accept_max_per_connection = 7

begin acl
recipient:
  deny local_parts = ${NOBODY}
       message = No such user here
  accept authenticated = *
         add_header = :at_start:X-Signed-In: $authenticated_id
  accept condition = \${if eq{$received_port}{${open}}}
  deny message = relay not permitted

begin routers
everyone:
  driver = accept
  transport = mailbox

begin transports
mailbox:
  driver = appendfile
  directory = ${mailbox}
  maildir_format
  user = Debian-exim
  create_file = anywhere

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = \${if and{{eq{$auth2}{${ACCOUNT.username}}}{eq{$auth3}{${ACCOUNT.password}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = \${if and{{eq{$auth1}{${ACCOUNT.username}}}{eq{$auth2}{${ACCOUNT.password}}}}}
  server_set_id = $auth1
`
}
