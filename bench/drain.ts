/**
 * How fast a queue drains, against a bare nodemailer pool that composes and sends the same letters without any store.
 * Both send to Debian's smtp-sink over 10 connections, in turn, in one run. `--small` for a quick look.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Actor } from '../src/core/domain/actor.ts'
import type { UserId } from '../src/core/domain/ids.ts'
import { SETTING_NAMES } from '../src/core/domain/setting.ts'
import { systemClock } from '../src/core/host/clock.ts'
import { systemIds } from '../src/core/host/random.ts'
import { loadTemplates } from '../src/core/letters/overrides.ts'
import { renderLetter } from '../src/core/letters/render.ts'
import { createMasterKey } from '../src/core/secrets/create-master-key.ts'
import { createStore } from '../src/core/store/embedded/create.ts'
import { EmbeddedStore } from '../src/core/store/embedded/embedded-store.ts'
import { importUsers } from '../src/core/usecases/import.ts'
import { requestResets } from '../src/core/usecases/reset.ts'
import { setSettings } from '../src/core/usecases/settings.ts'
import { beginDaemon } from '../src/daemon/begin.ts'
import { noLog } from '../src/daemon/log.ts'

const CONNECTIONS = 10
const SINK = '/usr/sbin/smtp-sink'
const actor: Actor = { name: 'bench', uid: 0, door: 'command line', address: null }

async function freePort(): Promise<number> {
  const server: Server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function withSink<Result>(work: (port: number) => Promise<Result>): Promise<Result> {
  const port = await freePort()
  const sink = spawn(SINK, ['-u', 'nobody', `127.0.0.1:${port}`, '256'], { stdio: 'ignore' })
  try {
    await new Promise((resolve) => setTimeout(resolve, 300))
    return await work(port)
  } finally {
    sink.kill()
  }
}

interface Drained {
  readonly perSecond: number
  /** Of the process that sends, in µs a letter: steadier than the time. */
  readonly cpu: number
  readonly rssMb: number
}

/** What stops the watch: the rate and the CPU of `letters` letters since then. */
function watchFor(letters: number): () => Pick<Drained, 'perSecond' | 'cpu'> {
  const begun = performance.now()
  const used = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(used)
    return { perSecond: letters / ((performance.now() - begun) / 1000), cpu: (user + system) / letters }
  }
}

/** The most that this process has had in memory since it began. */
const peakRssMb = () => process.resourceUsage().maxRSS / 1024

/** Makes a store in which `letters` reset letters are due, for a server on `port`. */
async function prepare(data: string, letters: number, port: number): Promise<void> {
  await createMasterKey(data)
  await createStore(data)
  const store = await EmbeddedStore.open(data, { clock: systemClock })
  const context = { store, actor, ids: systemIds }
  const settings = {
    SERVICE_MAIL_ENABLE: true,
    SERVICE_MAIL_AUTH: false,
    SERVICE_MAIL_TLS: false,
    SERVICE_MAIL_HOST: '127.0.0.1',
    SERVICE_MAIL_PORT: port,
    SERVICE_MAIL_FROM_ADDRESS: 'postern@example.org',
    SERVICE_MAIL_FROM_NAME: 'Accounts',
    SERVICE_MAIL_CONNECTIONS: CONNECTIONS,
    SERVICE_SIGN_IN_URL: 'https://accounts.example.org/login',
  } as const
  await setSettings(
    context,
    SETTING_NAMES.flatMap((name) =>
      name in settings ? [{ name, value: settings[name as keyof typeof settings], version: null }] : [],
    ),
  )
  const rows = Array.from({ length: letters }, (_, n) => ({
    line: n + 2,
    fields: { username: `user${n}`, email: `user${n}@example.org`, name: `User Number ${n}`, locale: 'en' },
  }))
  await importUsers(context, rows, false)
  const users: UserId[] = []
  for (let after: string | undefined; ; ) {
    const page = await store.users({ limit: 10_000, after })
    users.push(...page.items.map(({ id }) => id))
    if (page.next === null) break
    after = page.next
  }
  await requestResets(context, users, { kind: 'now' })
  await store.fold()
  await store.close()
}

/** Lets a daemon drain what is due in the store: what the process is that is measured. */
async function drain(data: string, letters: number): Promise<Drained> {
  const store = await EmbeddedStore.open(data, { clock: systemClock })
  const daemon = await beginDaemon(data, store, noLog, 'on demand')
  const stop = watchFor(letters)
  await daemon.drain()
  const speed = stop()
  const counts = await store.taskCounts()
  if (counts['carried-out'] !== letters) throw new Error(`only ${counts['carried-out']} of ${letters} were carried out`)
  await daemon.stop()
  await store.close()
  return { ...speed, rssMb: peakRssMb() }
}

/** The same letters through a bare nodemailer pool. */
async function bare(port: number, letters: number): Promise<Drained> {
  // Loaded here: the daemon has of nodemailer what it uses, and no more.
  const { createTransport } = await import('nodemailer')
  const { template } = loadTemplates('/nonexistent').find('reset-password', 'en')
  const pool = createTransport({
    pool: true,
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    maxConnections: CONNECTIONS,
    maxMessages: Number.POSITIVE_INFINITY,
  })
  const stop = watchFor(letters)
  let next = 0
  const lane = async () => {
    while (next < letters) {
      const n = next++
      const variables = {
        username: `user${n}`,
        name: `User Number ${n}`,
        sign_in_url: 'https://accounts.example.org/login',
        hours: 24,
        sender: 'Accounts',
      }
      const { subject, text, html } = renderLetter(template, variables, 'ABCD-EFGH-JKMN-PQRS-TVWX-YZ01')
      await pool.sendMail({
        from: { name: 'Accounts', address: 'postern@example.org' },
        to: { name: variables.name, address: `user${n}@example.org` },
        subject,
        text,
        html,
      })
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS * 2 }, lane))
  const speed = stop()
  pool.close()
  return { ...speed, rssMb: peakRssMb() }
}

/** As the unit of systemd starts the daemon. */
const HEAP = ['--min-semi-space-size=8', '--max-semi-space-size=8', '--heap-growing-percent=50']

/** This file bundled as the programs are: what is measured is what runs, and not the stripping of types. */
async function bundle(): Promise<string> {
  const root = join(import.meta.dirname, '..')
  const [{ build }, { bundling }] = await Promise.all([import('esbuild'), import('../scripts/bundle.mjs')])
  const options = bundling(root, { 'bench-drain': import.meta.filename }, join(root, 'dist'))
  await build({ ...options, external: ['node-unix-socket', 'esbuild'], write: true })
  return join(root, 'dist', 'bench-drain.js')
}

/** One step in a process of its own, so that no heap is warmed or filled by another; what it prints. */
function step(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const flags = args[0] === 'drain' ? HEAP : []
    const child = spawn(process.execPath, [...flags, program, '--step', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      // The programs start with Node's compile cache, too (bin/launch.mjs).
      env: { ...process.env, NODE_COMPILE_CACHE: join(dirname(program), 'cache') },
    })
    let output = ''
    child.stdout.on('data', (bytes) => {
      output += String(bytes)
    })
    child.on('exit', (code) => (code === 0 ? resolve(output) : reject(new Error(`${args.join(' ')} failed`))))
  })
}

/** One measurement against a sink of its own. */
function measure(what: 'bare' | 'drain', letters: number): Promise<Drained> {
  return withSink(async (port) => {
    if (what === 'bare') return JSON.parse(await step('bare', String(port), String(letters)))
    const data = mkdtempSync(join(tmpdir(), 'postern-drain-'))
    try {
      await step('prepare', data, String(letters), String(port))
      return JSON.parse(await step('drain', data, String(letters)))
    } finally {
      rmSync(data, { recursive: true, force: true })
    }
  })
}

async function runStep([what, ...args]: readonly string[]): Promise<Drained | null> {
  const [first = '', second = '', third = ''] = args
  if (what === 'bare') return bare(Number(first), Number(second))
  if (what === 'drain') return drain(first, Number(second))
  await prepare(first, Number(second), Number(third))
  return null
}

const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

async function compare(): Promise<void> {
  const small = process.argv.includes('--small')
  const [letters, large, few, rounds] = small ? [500, 1_000, 200, 1] : [10_000, 100_000, 1_000, 9]
  const pool: Drained[] = []
  const postern: Drained[] = []
  for (let round = 0; round < rounds; round++) {
    pool.push(await measure('bare', letters))
    postern.push(await measure('drain', letters))
  }
  const rate = (all: readonly Drained[]) => median(all.map(({ perSecond }) => perSecond)).toFixed(0)
  const cpu = (all: readonly Drained[]) => median(all.map((one) => one.cpu)).toFixed(0)
  const ratios = postern.map(({ perSecond }, round) => perSecond / (pool[round]?.perSecond ?? 1))
  console.log(`${letters} letters, ${CONNECTIONS} connections, median of ${rounds}`)
  console.log(`  bare nodemailer pool   ${rate(pool)} letters/s, ${cpu(pool)} µs of CPU a letter`)
  console.log(
    `  postern, all durable   ${rate(postern)} letters/s, ${cpu(postern)} µs of CPU a letter, peak RSS ${median(postern.map(({ rssMb }) => rssMb)).toFixed(0)} MB`,
  )
  console.log(
    `  ratio                  ${median(ratios).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')})`,
  )
  const fewer: Drained[] = []
  for (let round = 0; round < rounds; round++) fewer.push(await measure('drain', few))
  const many = await measure('drain', large)
  const share = many.perSecond / median(fewer.map(({ perSecond }) => perSecond))
  console.log(
    `${large} queued: ${many.perSecond.toFixed(0)} letters/s, ${share.toFixed(2)} of the rate with ${few} queued (${rate(fewer)}); peak RSS ${many.rssMb.toFixed(0)} MB`,
  )
}

const at = process.argv.indexOf('--step')
const program = at < 0 ? await bundle() : import.meta.filename
if (at < 0) await compare()
else {
  const result = await runStep(process.argv.slice(at + 1))
  process.stdout.write(JSON.stringify(result), () => process.exit(0))
}
