/**
 * Letters a second of the courier, of raw SMTPConnection lanes and of a bare nodemailer pool that composes each letter,
 * in one run: `node bench/courier.ts [letters] [connections] [rounds]`. Needs Debian's smtp-sink (package postfix).
 * Absolute figures swing with the machine: read the ratios.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { messageOf } from '../src/core/letters/message.ts'
import { Courier } from '../src/daemon/courier/courier.ts'

const SINK = '/usr/sbin/smtp-sink'
const [letters = 10_000, connections = 10, rounds = 5] = process.argv.slice(2).map(Number)
const host = '127.0.0.1'
const from = 'postern@example.org'
const to = (n: number) => `user-${n}@example.com`
const text = `${'The way back in is open again for ten minutes. '.repeat(18)}\n`
const html = `<p>${text}</p>`

const message = Buffer.from(
  [
    `From: ${from}`,
    'To: user@example.com',
    'Subject: Your temporary password',
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text.trim().replace(/(.{70})/g, '$1\r\n'),
    '--b',
    'Content-Type: text/html; charset=utf-8',
    '',
    html.trim().replace(/(.{70})/g, '$1\r\n'),
    '--b--',
    '',
  ].join('\r\n'),
)

interface Speed {
  readonly perSecond: number
  /** Of this process, in µs a letter: steadier than the time. */
  readonly cpu: number
}

/** Runs `send(n)` for every letter, `lanes` at a time. */
async function race(lanes: number, send: (n: number, lane: number) => Promise<unknown>): Promise<Speed> {
  const started = performance.now()
  const used = process.cpuUsage()
  let next = 0
  const run = async (lane: number) => {
    while (next < letters) await send(next++, lane)
  }
  await Promise.all(Array.from({ length: lanes }, (_, lane) => run(lane)))
  const { user, system } = process.cpuUsage(used)
  return { perSecond: letters / ((performance.now() - started) / 1000), cpu: (user + system) / letters }
}

async function courier(port: number): Promise<Speed> {
  const settings = { host, port, protocol: 'smtp', tls: false, signIn: null, ca: null, clientName: 'bench' } as const
  const courier = new Courier(settings, { connections })
  const speed = await race(connections, async (n) => {
    const { outcome, happening } = await courier.send({
      from,
      to: to(n),
      message: messageOf(message.toString('latin1')),
    })
    if (outcome !== 'delivered') throw new Error(`letter ${n}: ${outcome} ${JSON.stringify(happening)}`)
  })
  await courier.close()
  return speed
}

async function rawLanes(port: number): Promise<Speed> {
  const lanes = await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = new SMTPConnection({ host, port, ignoreTLS: true, name: 'bench' })
      // The sink is killed in the end.
      connection.on('error', () => undefined)
      await new Promise<void>((resolve) => connection.connect(() => resolve()))
      return connection
    }),
  )
  const speed = await race(connections, (n, lane) => {
    return new Promise<void>((resolve, reject) => {
      const envelope = { from, to: [to(n)], size: message.length }
      lanes[lane]?.send(envelope, message, (error) => (error === null ? resolve() : reject(error)))
    })
  })
  for (const lane of lanes) lane.quit()
  return speed
}

async function composingPool(port: number): Promise<Speed> {
  const pool = createTransport({
    host,
    port,
    ignoreTLS: true,
    pool: true,
    maxConnections: connections,
    maxMessages: 1e9,
  })
  const speed = await race(connections * 2, (n) => {
    return pool.sendMail({ from, to: to(n), subject: 'Your temporary password', text, html })
  })
  pool.close()
  return speed
}

/** A port that nothing listens on, as likely as can be. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Resolves as soon as somebody answers on `port`; throws when nobody does for five seconds. */
async function answered(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(port, host, () => resolve(true)).on('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (up) return
    await setTimeout(50)
  }
  throw new Error(`${SINK} does not answer.`)
}

if (!existsSync(SINK)) {
  console.error(`${SINK} is missing: install Debian's package postfix.`)
  process.exit(1)
}
const port = await freePort()
// smtp-sink refuses to run as root.
const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
const sink = spawn(SINK, [...user, '-h', 'x', `${host}:${port}`, '256'], { stdio: 'inherit' })
try {
  await answered(port)
  const competitors = { courier, 'raw lanes': rawLanes, 'composing pool': composingPool }
  console.log(
    `${letters} letters of ${message.length} bytes over ${connections} connections, the median of ${rounds} rounds`,
  )
  const speeds = new Map<string, Speed[]>()
  for (let round = 0; round < rounds; round++) {
    for (const [name, compete] of Object.entries(competitors)) {
      speeds.set(name, [...(speeds.get(name) ?? []), await compete(port)])
    }
  }
  const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
  const base = median((speeds.get('raw lanes') ?? []).map(({ perSecond }) => perSecond))
  for (const [name, measured] of speeds) {
    const perSecond = median(measured.map((speed) => speed.perSecond))
    const cpu = median(measured.map((speed) => speed.cpu))
    const ratio = (perSecond / base).toFixed(2)
    console.log(
      `${name.padEnd(14)} ${perSecond.toFixed(0).padStart(6)} letters/s  ${ratio} of raw lanes  ${cpu.toFixed(0)} µs CPU`,
    )
  }
} finally {
  sink.kill()
}
