// Tries to send a letter each way in which a network can stand against it, in a network of this process's own, and
// prints one line of JSON each.
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { diagnose } from '../../../src/core/domain/diagnosis.ts'
import { messageOf } from '../../../src/core/letters/message.ts'
import { Courier } from '../../../src/daemon/courier/courier.ts'

/** TEST-NET-1 (RFC 5737), given to this machine; the filter stands before it as a firewall on the way would. */
const SERVER = '192.0.2.1'
const RULES: readonly (readonly [port: number, verdict: string])[] = [
  [25, 'drop'],
  [26, 'reject with icmp type host-unreachable'],
  [27, 'reject with icmp type admin-prohibited'],
  [28, 'reject with tcp reset'],
]
const CASES: readonly (readonly [what: string, host: string, port: number])[] = [
  ['SYN dropped', SERVER, 25],
  ['ICMP host unreachable', SERVER, 26],
  ['ICMP prohibited', SERVER, 27],
  ['reset by the firewall', SERVER, 28],
  ['nobody listens', SERVER, 29],
  ['no route', '198.51.100.1', 587],
  ['no resolver', 'mail.example.com', 587],
]

/** Where Debian keeps its administrators' programs; not every PATH has it. */
const SBIN = '/usr/sbin'
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:${SBIN}` }
const run = (program: string, ...args: readonly string[]) => execFileSync(program, args, { env })
run('ip', 'link', 'set', 'lo', 'up')
run('ip', 'address', 'add', `${SERVER}/32`, 'dev', 'lo')
run('nft', 'add table ip postern')
run('nft', 'add chain ip postern way { type filter hook input priority 0; }')
for (const [port, verdict] of RULES) run('nft', `add rule ip postern way tcp dport ${port} ${verdict}`)
const listeners = RULES.map(([port]) => createServer((socket) => socket.end('220 hello\r\n')).listen(port, SERVER))

for (const [what, host, port] of CASES) {
  const settings = {
    host,
    port,
    protocol: 'smtp',
    tls: true,
    signIn: null,
    ca: null,
    clientName: 'postern.example',
  } as const
  const courier = new Courier(settings, { connections: 1, deadlines: { connect: 1500 } })
  const report = await courier.send({
    from: 'a@example.org',
    to: 'b@example.org',
    message: messageOf('Subject: x\r\n\r\n'),
  })
  const { happening, outcome } = report
  const kind = happening === null ? null : diagnose(happening).kind
  console.log(JSON.stringify({ what, outcome, stage: happening?.stage, cause: happening?.originalCode, kind }))
  await courier.close()
}
for (const listener of listeners) listener.close()
