import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
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
import { pathOf } from './needs.ts'

/** Starts Debian's Postfix with a configuration, a queue and a mailbox of its own; a test asks for it with `needs`. */
export async function startPostfix(): Promise<MailServer> {
  const premises = await makePremises('postfix')
  const { directory, mailbox, ports, ca, caFile } = premises
  const [smtps, submission, plain, open] = ports
  const config = join(directory, 'etc')
  lay(config, premises)
  const log = () => textOf(join(directory, 'log'))
  run('postfix', ['-c', config, 'start'], log)
  await answering(ports, log, () => false)
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
      run('postfix', ['-c', config, 'stop'], log)
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function run(program: string, args: readonly string[], log: () => string, input = ''): string {
  const path = pathOf(program)
  if (path === undefined) throw new Error(`${program} is not there; the test should have asked for it`)
  const { status, stdout, stderr } = spawnSync(path, args, { encoding: 'utf8', input })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stdout}${stderr}\n${log()}`)
  return stdout.trim()
}

/** Writes what Postfix reads. Passwords are in a sasldb of Cyrus SASL, which Debian's Postfix finds through `sasl/smtpd.conf` beside its `main.cf`. */
function lay(config: string, { directory, mailbox, ports, certificate }: Premises): void {
  const none = () => ''
  const [uid, gid] = [Number(run('id', ['-u', 'postfix'], none)), Number(run('id', ['-g', 'postfix'], none))]
  for (const name of ['etc', 'etc/sasl', 'queue', 'data']) mkdirSync(join(directory, name))
  chownSync(join(directory, 'data'), uid, gid)
  chmodSync(join(directory, 'data'), 0o700)
  chownSync(mailbox, uid, gid)
  const chain = join(directory, 'chain.pem')
  writeFileSync(chain, certificate.key + certificate.certificate, { mode: 0o600 })

  const passwords = join(directory, 'sasldb2')
  run('saslpasswd2', ['-p', '-c', '-f', passwords, '-u', 'mail.example', ACCOUNT.username], none, ACCOUNT.password)
  chownSync(passwords, uid, gid)
  writeFileSync(
    join(config, 'sasl', 'smtpd.conf'),
    `pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: ${passwords}\nmech_list: PLAIN LOGIN CRAM-MD5\n`,
  )

  const main = {
    compatibility_level: '3.6',
    myhostname: 'postfix.example',
    mydestination: '',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    mynetworks: '',
    queue_directory: join(directory, 'queue'),
    data_directory: join(directory, 'data'),
    maillog_file: join(directory, 'log'),
    maillog_file_prefixes: directory,
    // Every address has the one mailbox.
    virtual_mailbox_domains: 'static:all',
    virtual_mailbox_maps: 'static:/',
    virtual_mailbox_base: mailbox,
    virtual_uid_maps: `static:${uid}`,
    virtual_gid_maps: `static:${gid}`,
    virtual_minimum_uid: String(Math.min(uid, 100)),
    smtpd_tls_chain_files: chain,
    smtpd_tls_received_header: 'yes',
    smtpd_sasl_type: 'cyrus',
    smtpd_sasl_local_domain: 'mail.example',
    smtpd_sasl_authenticated_header: 'yes',
    smtpd_relay_restrictions: 'permit_sasl_authenticated, reject',
    smtpd_recipient_restrictions: `check_recipient_access inline:{{${NOBODY}@example.com=550 5.1.1 No such user here}}`,
    // Fewer than the usual 20, and without making the test wait.
    smtpd_hard_error_limit: '7',
    smtpd_error_sleep_time: '0',
    smtpd_peername_lookup: 'no',
  }
  const text = Object.entries(main).map(([name, value]) => `${name} = ${value}\n`)
  writeFileSync(join(config, 'main.cf'), text.join(''))
  writeFileSync(join(config, 'master.cf'), master(ports))
}

/** The programs of Postfix that taking and delivering letters needs, none in a chroot. */
function master([smtps, submission, plain, open]: Premises['ports']): string {
  const rows = [
    `127.0.0.1:${smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes`,
    `127.0.0.1:${submission} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt -o smtpd_tls_auth_only=yes -o smtpd_sasl_auth_enable=yes`,
    `127.0.0.1:${plain} inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_sasl_auth_enable=yes`,
    `127.0.0.1:${open} inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_relay_restrictions=reject_unauth_destination`,
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'proxymap unix - - n - - proxymap',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'anvil unix - - n - 1 anvil',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'virtual unix - n n - - virtual',
    'postlog unix-dgram n - n - 1 postlogd',
  ]
  return `${rows.join('\n')}\n`
}
