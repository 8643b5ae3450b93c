import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor } from '../src/core/domain/actor.ts'
import { makeIds } from '../src/core/domain/ids.ts'
import type { MailLogEntry } from '../src/core/domain/mail-log.ts'
import { endTask, newTask, type Task } from '../src/core/domain/task.ts'
import { DAY, monthOf } from '../src/core/domain/time.ts'
import { parseUser, type User } from '../src/core/domain/user.ts'
import { systemClock } from '../src/core/host/clock.ts'
import { createStore } from '../src/core/store/embedded/create.ts'
import { realDisk } from '../src/core/store/embedded/disk.ts'
import { EmbeddedStore } from '../src/core/store/embedded/embedded-store.ts'
import { Layout } from '../src/core/store/embedded/layout.ts'
import { encodeLine } from '../src/core/store/embedded/line.ts'
import { emptySnapshot, writeSnapshot } from '../src/core/store/embedded/snapshot.ts'
import type { Page, Paging, Store } from '../src/core/store/port.ts'
import { EMPTY_DAY, followDay } from '../src/core/usecases/overview.ts'

/**
 * Run by hand: `node bench/windows.ts [--small]`. What a console reads from a large store: how long each read takes, and
 * for how long at most it keeps everything else of the process waiting. Prints and asserts nothing.
 */
const small = process.argv.includes('--small')
const SIZES = small
  ? { users: 5_000, tasks: 5_000, entries: 20_000, rounds: 20 }
  : { users: 100_000, tasks: 100_000, entries: 1_000_000, rounds: 100 }
const DAYS = 90
const PAGE = 50

const ACTOR: Actor = { name: 'olga', uid: 1000, door: 'console', address: '192.0.2.7' }
const NOW = Date.now()
const BEGAN = NOW - DAYS * DAY

let seed = 1
const random = () => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed / 2_147_483_647
}
const ids = makeIds((bytes) => Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256))))

function aUser(number: number): User {
  const name = `${Math.floor(random() * 1e9).toString(36)}${number}`
  const parsed = parseUser({ username: name, email: `${name}@example.org`, name: `Person ${random()}`, locale: 'en' })
  if (!parsed.ok) throw new Error('no such user can be')
  const createdAt = Math.floor(BEGAN + random() * DAYS * DAY)
  return { id: ids.user(), ...parsed.user, status: number % 50 === 0 ? 'disabled' : 'active', createdAt, version: 1 }
}

function aTask(user: User, number: number): Task {
  const at = Math.floor(BEGAN + (number / SIZES.tasks) * DAYS * DAY)
  const { id, username, email: to } = user
  const task = newTask({
    id: ids.task(),
    kind: 'reset-password',
    user: { id, username },
    to,
    createdBy: ACTOR,
    createdAt: at,
    seed: { nonce: ids.nonce(16), dueAt: at + Math.floor(random() * DAY) },
  })
  if (number % 20 === 0) return endTask(task, 'failed', REFUSED, at)
  return number % 100 === 1 ? task : endTask(task, 'carried-out', null, at)
}

const REFUSED = {
  stage: 'rcpt',
  code: 'EENVELOPE',
  originalCode: null,
  replyCode: 550,
  enhancedCode: '5.1.1',
  reply: '550 5.1.1 <somebody@example.org>: Recipient address rejected: User unknown in local recipient table',
} as const

/** Entries as they are: some three kilobytes, every twentieth a failure. */
function anEntry(user: User, at: number, number: number): MailLogEntry {
  const failed = number % 20 === 0
  return {
    id: ids.attempt(),
    at,
    task: ids.task(),
    kind: 'reset-password',
    user: { id: user.id, username: user.username },
    round: 1,
    attempt: 1,
    to: user.email,
    subject: 'Reset your password',
    outcome: failed ? 'refused' : 'delivered',
    happening: failed ? REFUSED : null,
    reply: failed ? REFUSED.reply : '250 2.0.0 Ok: queued as 4F2C3D2A1B',
    replyCode: failed ? 550 : 250,
    enhancedCode: failed ? '5.1.1' : '2.0.0',
    stages: ['dns', 'tcp', 'greeting', 'tls', 'ehlo', 'auth', 'mail', 'rcpt', 'data', 'dot'].map((stage) => ({
      stage: stage as 'dns',
      durationMs: 3,
      detail: '250 2.0.0 Ok',
    })),
    conversation: 'C: EHLO postern.example.org\nS: 250-mx.example.org\nS: 250 SIZE 10240000\n'.repeat(12),
    durationMs: 120,
    letter: null,
  }
}

/** A store of that size, made as folds would have left it. */
async function makeStore(data: string): Promise<void> {
  await createStore(data)
  const layout = new Layout(data)
  for (const name of readdirSync(layout.store)) {
    if (/^(snapshot|journal)-/.test(name)) rmSync(join(layout.store, name))
  }
  const users = Array.from({ length: SIZES.users }, (_, number) => aUser(number))
  const tasks =
    users.length === 0
      ? []
      : Array.from({ length: SIZES.tasks }, (_, n) => aTask(users[n % users.length] ?? aUser(n), n))
  const segments = new Map<string, { readonly fd: number; length: number; pending: Buffer[] }>()
  const flush = (segment: { readonly fd: number; length: number; pending: Buffer[] }) => {
    const bytes = Buffer.concat(segment.pending)
    writeSync(segment.fd, bytes)
    segment.length += bytes.length
    segment.pending = []
  }
  const append = (name: string, line: unknown) => {
    mkdirSync(join(layout.store, name, '..'), { recursive: true })
    const segment = segments.get(name) ?? { fd: openSync(layout.segment(name), 'a'), length: 0, pending: [] }
    segments.set(name, segment)
    segment.pending.push(encodeLine(line))
    if (segment.pending.length === 500) flush(segment)
  }
  for (let number = 1; number <= SIZES.entries; number++) {
    const at = Math.floor(BEGAN + (number / SIZES.entries) * DAYS * DAY)
    const user = users[Math.floor(random() * users.length)] ?? aUser(number)
    append(`mail-log/${monthOf(at)}.jsonl`, { n: [number, 0], e: anEntry(user, at, number) })
    const audit = { sequence: number, at, actor: ACTOR, action: 'delivery.settle', touched: [`task:${ids.task()}`] }
    append(`audit/${monthOf(at)}.jsonl`, { n: [number, 0], e: audit })
  }
  for (const segment of segments.values()) {
    flush(segment)
    closeSync(segment.fd)
  }
  const lengths = Object.fromEntries([...segments].map(([name, { length }]) => [name, length]))
  const { head, rows } = emptySnapshot()
  const sequence = SIZES.entries
  await writeSnapshot(
    layout.snapshot(1),
    { head: { ...head, sequence, time: NOW, segments: lengths }, rows: { ...rows, user: users, task: tasks } },
    realDisk,
  )
  const fd = openSync(layout.journal(2), 'a')
  writeSync(fd, encodeLine({ format: head.format, generation: 2, sequence }))
  closeSync(fd)
}

const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)
const quantile = (numbers: readonly number[], part: number) =>
  sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))] ?? Number.NaN
const ms = (figure: number) => `${figure.toFixed(figure < 10 ? 2 : 0)} ms`.padStart(9)

/**
 * How long at most the event loop did not turn: by the clock, which other work on the machine disturbs, and by what this
 * thread has computed meanwhile.
 */
class Turns {
  clock = 0
  cpu = 0
  #watching = true

  constructor() {
    this.#turn(performance.now(), threadCpu())
  }

  stop(): void {
    this.#watching = false
  }

  #turn(clock: number, cpu: number): void {
    setImmediate(() => {
      const [clockNow, cpuNow] = [performance.now(), threadCpu()]
      this.clock = Math.max(this.clock, clockNow - clock)
      this.cpu = Math.max(this.cpu, cpuNow - cpu)
      if (this.#watching) this.#turn(clockNow, cpuNow)
    })
  }
}

/** Milliseconds of CPU that this thread has used. */
function threadCpu(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

async function measure(what: string, times: number, work: (time: number) => Promise<unknown>): Promise<void> {
  const took: number[] = []
  const turns = new Turns()
  for (let time = 0; time < times; time++) {
    const start = performance.now()
    await work(time)
    took.push(performance.now() - start)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  turns.stop()
  const block = `longest block ${ms(turns.clock)}, of it CPU ${ms(turns.cpu)}`
  const figures = `p50 ${ms(quantile(took, 0.5))}  p95 ${ms(quantile(took, 0.95))}  ${block}`
  console.log(`${what.padEnd(58)} ${figures}${turns.cpu > 50 ? '  ← over 50 ms' : ''}`)
}

type List = (paging: Paging) => Promise<Page<unknown>>

/** A window that goes over a list as a person would. */
async function windows(what: string, list: List): Promise<void> {
  let page: Page<unknown> = { items: [], next: null, previous: null }
  await measure(`${what}: the first page, at first`, 1, async () => {
    page = await list({ limit: PAGE })
  })
  await measure(`${what}: the first page, again`, SIZES.rounds, () => list({ limit: PAGE }))
  await measure(`${what}: the next page`, SIZES.rounds, async () => {
    page = await list({ limit: PAGE, after: page.next ?? undefined })
  })
  await measure(`${what}: jump to the end`, SIZES.rounds, async () => {
    page = await list({ limit: PAGE, from: 'end' })
  })
  await measure(`${what}: the page before`, SIZES.rounds, async () => {
    page = await list({ limit: PAGE, before: page.previous ?? undefined })
  })
}

/** Searches to the first thing found, or to the end. */
async function search(store: Store, query: Omit<Parameters<Store['searchMailLog']>[0], 'limit'>): Promise<void> {
  const stop = new AbortController()
  for await (const { items } of store.searchMailLog({ limit: PAGE, ...query }, stop.signal)) {
    if (items.length > 0) stop.abort()
  }
}

async function look(data: string): Promise<void> {
  let opened: EmbeddedStore | null = null
  await measure(`open a store of ${SIZES.users} users, ${SIZES.tasks} tasks, ${SIZES.entries} entries`, 1, async () => {
    opened = await EmbeddedStore.open(data, { clock: systemClock })
  })
  const store = opened ?? (await EmbeddedStore.open(data, { clock: systemClock }))
  const oldest = (await store.mailLog({ limit: 1, from: 'end' })).items[0]
  for (const sort of ['username', 'email', 'name', 'created'] as const) {
    await windows(`users by ${sort}`, (paging) => store.users({ ...paging, sort }))
  }
  await measure('users: a keyword that many have', SIZES.rounds, () => store.users({ limit: PAGE, keyword: '7' }))
  await measure('users: a keyword that nobody has', 10, () => store.users({ limit: PAGE, keyword: 'nobody-has-this' }))
  await measure('users: how many have a keyword', 10, () => store.userCount({ keyword: '77' }))
  for (const sort of ['created', 'scheduled'] as const) {
    await windows(`tasks by ${sort}`, (paging) => store.tasks({ ...paging, sort }))
  }
  await measure('tasks: the failed ones', SIZES.rounds, () => store.tasks({ limit: PAGE, status: 'failed' }))
  await measure('tasks: a diagnosis that none has', 10, () => store.tasks({ limit: PAGE, diagnosis: 'none' }))
  await measure('tasks: what waits', SIZES.rounds, () => store.backlog(NOW))
  await windows('mail log', (paging) => store.mailLog(paging))
  await windows('mail log: failures', (paging) => store.mailLog({ ...paging, result: 'failure' }))
  await measure('mail log: the oldest entry, by its id and time', SIZES.rounds, () =>
    store.mailLog({ limit: 1, idPrefix: oldest?.id, since: oldest?.at, from: 'end' }),
  )
  await measure('mail log: a day of two months ago', SIZES.rounds, () =>
    store.mailLog({ limit: PAGE, since: NOW - 60 * DAY, until: NOW - 59 * DAY }),
  )
  await measure('mail log: the oldest entry, by its id alone', 1, () =>
    store.mailLog({ limit: 1, idPrefix: oldest?.id }),
  )
  await measure('mail log: search, to the first failure', SIZES.rounds, () => search(store, { result: 'failure' }))
  await measure('mail log: search, to the first recipient with "77"', SIZES.rounds, () =>
    search(store, { recipient: '77' }),
  )
  await measure('mail log: search the whole for a word', 1, () => search(store, { keyword: 'nobody-has-this' }))
  await windows('audit', (paging) => store.audit(paging))
  await measure('audit: an actor that did nothing', 1, () => store.audit({ limit: PAGE, actor: 'nobody' }))
  const stop = new AbortController()
  let day = EMPTY_DAY
  await measure('overview: the last day, at first', 1, async () => {
    day = await followDay(store, day, stop.signal)
  })
  await measure('overview: the last day, again', SIZES.rounds, async () => {
    day = await followDay(store, day, stop.signal)
  })
  console.log(`RSS ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB`)
  await store.close()
}

// With --keep DIR the store is made there once, and used again.
const kept = process.argv.indexOf('--keep')
const data = kept < 0 ? mkdtempSync(join(tmpdir(), 'postern-bench-')) : (process.argv[kept + 1] ?? '')
mkdirSync(data, { recursive: true })
try {
  if (readdirSync(data).length === 0) await makeStore(data)
  await look(data)
} finally {
  if (kept < 0) rmSync(data, { recursive: true, force: true })
}
