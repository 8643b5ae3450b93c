import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { pathOf } from './needs.ts'

/** A machine in between: it passes everything on to `port` and keeps every byte. */
export interface Middlebox {
  readonly port: number
  /** All that came from the client, as it came, and all that the client got, over all connections. */
  readonly fromClient: () => Buffer
  readonly toClient: () => Buffer
  close(): Promise<void>
}

/** How a middlebox changes what passes; bytes for bytes where it leaves it alone. */
export interface Meddling {
  readonly fromClient?: (chunk: Buffer) => Buffer
  readonly toClient?: (chunk: Buffer) => Buffer
}

/** As firewalls with an "SMTP inspection" do: STARTTLS is not offered, and who asks for it all the same is not heard. */
export const STRIPS_STARTTLS: Meddling = {
  fromClient: (chunk) => Buffer.from(chunk.toString('latin1').replace(/^STARTTLS\r\n/m, 'XXXXXXXX\r\n'), 'latin1'),
  toClient: (chunk) =>
    Buffer.from(chunk.toString('latin1').replace(/^250([ -])STARTTLS\r\n/m, '250$1XXXXXXXA\r\n'), 'latin1'),
}

export async function startMiddlebox(port: number, meddling: Meddling = {}): Promise<Middlebox> {
  const said: Buffer[] = []
  const heard: Buffer[] = []
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    for (const [from, to, kept, change] of [
      [client, upstream, said, meddling.fromClient],
      [upstream, client, heard, meddling.toClient],
    ] as const) {
      open.add(from)
      from.on('data', (chunk) => {
        // What the client says is kept as it says it, what it gets as it gets it.
        const passed = change?.(chunk) ?? chunk
        kept.push(kept === said ? chunk : passed)
        to.write(passed)
      })
      from.on('end', () => to.end())
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  return {
    port: address.port,
    fromClient: () => Buffer.concat(said),
    toClient: () => Buffer.concat(heard),
    close: () => {
      for (const socket of open) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** What tcpdump has seen of the loopback interface. */
export interface Capture {
  /** All packets so far, those included that were sent before the call. */
  packets(): Promise<Buffer>
  stop(): Promise<void>
}

/** Starts tcpdump on `lo` for all that goes to or from `port`; the test asks for it with `needs`. */
export async function startCapture(port: number): Promise<Capture> {
  const program = pathOf('tcpdump')
  if (program === undefined) throw new Error('tcpdump is not there; the test should have asked for it')
  const directory = mkdtempSync(join(tmpdir(), 'postern-capture-'))
  const file = join(directory, 'packets')
  const beacon = createServer((socket) => socket.resume())
  await new Promise<void>((resolve) => beacon.listen(0, '127.0.0.1', resolve))
  const address = beacon.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  const filter = `tcp port ${port} or tcp port ${address.port}`
  const flags = ['-i', 'lo', '-s', '0', '-U', '--immediate-mode', '-Z', 'root', '-w', file]
  const tcpdump: ChildProcess = spawn(program, [...flags, filter], { stdio: ['ignore', 'ignore', 'pipe'] })
  let words = ''
  tcpdump.stderr?.on('data', (chunk) => {
    words += String(chunk)
  })
  await vi
    .waitUntil(() => words.includes('listening on lo'), { timeout: 30_000 })
    .catch(() => {
      throw new Error(`tcpdump does not listen: ${words}`)
    })
  let beacons = 0
  return {
    async packets() {
      // Packets are written down in their order: when the beacon is there, so is all that was sent before it.
      const mark = `beacon ${++beacons} of ${directory}`
      const socket = connect(address.port, '127.0.0.1')
      socket.end(mark)
      await once(socket, 'close')
      await vi.waitUntil(() => readFileSync(file).includes(mark), { timeout: 30_000 })
      return readFileSync(file)
    },
    async stop() {
      const gone = once(tcpdump, 'exit')
      tcpdump.kill('SIGINT')
      await gone
      await new Promise((resolve) => beacon.close(resolve))
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
