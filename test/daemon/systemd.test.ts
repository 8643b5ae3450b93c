import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DgramSocket } from 'node-unix-socket'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { notify } from '../../src/daemon/systemd.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'postern-notify-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

/** A real datagram socket where systemd would listen, and what it has received. */
function aListener(path: string) {
  const socket = new DgramSocket()
  const received: string[] = []
  socket.on('data', (datagram: Buffer) => received.push(datagram.toString()))
  socket.bind(path)
  return { received, [Symbol.dispose]: () => socket.close() }
}

describe('telling systemd', () => {
  it('arrives, one datagram each, in order', async () => {
    const path = join(directory, 'notify')
    using listener = aListener(path)
    for (const notice of ['READY=1', 'STATUS=3 letters wait, Größe 5', 'WATCHDOG=1', 'STOPPING=1'] as const)
      expect(await notify(path, notice)).toBe(true)
    await vi.waitFor(() => expect(listener.received).toHaveLength(4))
    expect(listener.received).toEqual(['READY=1', 'STATUS=3 letters wait, Größe 5', 'WATCHDOG=1', 'STOPPING=1'])
  })

  it('arrives at an abstract socket, written with an @', async () => {
    const name = `postern-notify-${process.pid}-${Date.now()}`
    using listener = aListener(`\0${name}`)
    expect(await notify(`@${name}`, 'READY=1')).toBe(true)
    await vi.waitFor(() => expect(listener.received).toEqual(['READY=1']))
  })

  it('says nothing but its status in a status of several lines', async () => {
    const path = join(directory, 'notify')
    using listener = aListener(path)
    await notify(path, 'STATUS=paused:\nSTOPPING=1')
    await vi.waitFor(() => expect(listener.received).toEqual(['STATUS=paused: STOPPING=1']))
  })

  it('is no matter where systemd did not start the daemon', async () => {
    expect(await notify(null, 'READY=1')).toBe(false)
  })

  it.each([
    ['nobody listens any more', (path: string) => path],
    ['the path is longer than a socket may have', (path: string) => path + 'x'.repeat(200)],
    ['the path is empty', () => ''],
    ['nobody has the abstract name', () => '@postern-nobody'],
  ])('says that it was not sent when %s', async (_what, pathOf) => {
    const path = join(directory, 'notify')
    aListener(path)[Symbol.dispose]()
    expect(await notify(pathOf(path), 'READY=1')).toBe(false)
  })

  it('says that it was not sent to a socket of another kind', async () => {
    const path = join(directory, 'stream')
    await using server = createServer().listen(path)
    await vi.waitFor(() => expect(server.listening).toBe(true))
    expect(await notify(path, 'READY=1')).toBe(false)
  })

  it('does not wait for a systemd that has stopped reading', async () => {
    const path = join(directory, 'notify')
    const program = `new (require('node-unix-socket').DgramSocket)().bind(process.argv[1]); console.log('bound')`
    const stuck = spawn(process.execPath, ['-e', program, path], { cwd: import.meta.dirname })
    try {
      await once(stuck.stdout, 'data')
      stuck.kill('SIGSTOP')
      let sent = 0
      while (await notify(path, 'WATCHDOG=1')) sent++
      // net.unix.max_dgram_qlen datagrams find a place, 10 by default.
      expect(sent).toBeGreaterThan(0)
    } finally {
      stuck.kill('SIGKILL')
    }
  })
})
