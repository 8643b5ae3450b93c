import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { needs } from '../../support/needs.ts'

needs('root', 'nftables').it(
  'case 44: names, ports and networks that cannot be reached, each with its diagnosis',
  () => {
    const worker = join(import.meta.dirname, 'blocked-worker.ts')
    const { stdout, stderr } = spawnSync('unshare', ['-n', process.execPath, worker], { encoding: 'utf8' })
    expect(stderr).toBe('')
    const told = stdout
      .trimEnd()
      .split('\n')
      .map((line) => Object.values(JSON.parse(line)).join(' | '))
    expect(told).toEqual([
      'SYN dropped | unreachable | tcp | CONNECT_TIMEOUT | unreachable',
      'ICMP host unreachable | unreachable | tcp | EHOSTUNREACH | unreachable',
      expect.stringMatching(/^ICMP prohibited \| unreachable \| tcp \| (EHOSTUNREACH|EACCES) \| unreachable$/),
      'reset by the firewall | unreachable | tcp | ECONNREFUSED | connection-refused',
      'nobody listens | unreachable | tcp | ECONNREFUSED | connection-refused',
      'no route | unreachable | tcp | ENETUNREACH | unreachable',
      'no resolver | unreachable | dns | EAI_AGAIN | dns-down',
    ])
  },
)
