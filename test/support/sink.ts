import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathOf } from './needs.ts'

/** A letter as the sink wrote it down. */
export interface SunkLetter {
  readonly to: string
  /** The letter's bytes behind the lines that the sink put before it. */
  readonly bytes: string
}

/** Debian's smtp-sink: a real SMTP server that is not ours, on a loopback port, keeping each letter in a file. */
export interface Sink {
  readonly port: number
  letters(): SunkLetter[]
  /** How many letters are there: cheaper than reading them. */
  count(): number
  stop(): Promise<void>
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return address.port
}

/** Resolves when something listens on the port. */
async function listening(port: number): Promise<void> {
  for (;;) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('connect', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
    if (up) return
    await new Promise(setImmediate)
  }
}

/** Starts smtp-sink; `flags` are its own, such as `-w 1` for a slow one. */
export async function startSink(flags: readonly string[] = []): Promise<Sink> {
  const program = pathOf('smtp-sink')
  if (program === undefined) throw new Error('smtp-sink is not there; the test should have asked for it')
  const directory = mkdtempSync(join(tmpdir(), 'postern-sink-'))
  // As root it becomes nobody, who must be able to write here.
  chmodSync(directory, 0o777)
  const port = await freePort()
  const user = process.getuid?.() === 0 ? ['-u', 'nobody', '-R', directory] : ['-R', directory]
  const sink: ChildProcess = spawn(program, [...user, ...flags, '-d', 'letter.', `127.0.0.1:${port}`, '256'], {
    stdio: 'ignore',
  })
  await listening(port)
  const files = () => readdirSync(directory).filter((name) => name.startsWith('letter.'))
  return {
    port,
    count: () => files().length,
    letters: () => files().map((name) => parse(readFileSync(join(directory, name), 'latin1'))),
    async stop() {
      const gone = new Promise((resolve) => sink.once('exit', resolve))
      sink.kill()
      await gone
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function parse(dump: string): SunkLetter {
  const to = /^X-Rcpt-Args: <([^>]*)>/m.exec(dump)?.[1] ?? ''
  // Its own lines end with "Received:" and that header's folded lines.
  const received = dump.indexOf('\nReceived:')
  const end = /\n(?![ \t])/g
  end.lastIndex = received + 1
  const own = end.exec(dump)
  return { to, bytes: dump.slice((own?.index ?? 0) + 1) }
}
