import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Actor } from '../src/core/domain/actor.ts'
import { makeIds } from '../src/core/domain/ids.ts'
import type { MailLogEntry } from '../src/core/domain/mail-log.ts'
import { ATTEMPT_DEADLINE, beginAttempt, endTask, newTask, type Task } from '../src/core/domain/task.ts'
import { MINUTE } from '../src/core/domain/time.ts'
import { parseUser, type User } from '../src/core/domain/user.ts'
import { systemClock } from '../src/core/host/clock.ts'
import { createStore } from '../src/core/store/embedded/create.ts'
import { EmbeddedStore } from '../src/core/store/embedded/embedded-store.ts'
import { Layout } from '../src/core/store/embedded/layout.ts'

/**
 * Run by hand: `node bench/store.ts [--small]`. Prints medians and ratios and asserts nothing: other work on the
 * machine disturbs absolute figures, so read what stands beside each other.
 */
const small = process.argv.includes('--small')
const SIZES = small
  ? { users: 5_000, replayed: 20_000, groups: 20, singles: 100, seen: 50 }
  : { users: 100_000, replayed: 1_000_000, groups: 100, singles: 500, seen: 300 }

const ACTOR: Actor = { name: 'olga', uid: 1000, door: 'console', address: '192.0.2.7' }
const BEGAN = Date.UTC(2026, 10, 2, 10)
let count = 0
const ids = makeIds((bytes) => {
  const counted = Buffer.alloc(bytes, 0xa5)
  counted.writeUInt32BE(++count, bytes - 4)
  return counted
})

const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)
const quantile = (numbers: readonly number[], part: number) =>
  sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))] ?? Number.NaN
const median = (numbers: readonly number[]) => quantile(numbers, 0.5)
const say = (what: string, figure: string) => console.log(`${what.padEnd(66)} ${figure}`)
const ms = (figure: number) => `${figure.toFixed(figure < 10 ? 2 : 0)} ms`

/** Milliseconds that `work` takes. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Microseconds of CPU, of all threads, that `work` takes. */
async function cpu(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

async function aStore<Result>(work: (store: EmbeddedStore, data: string) => Promise<Result>): Promise<Result> {
  const data = mkdtempSync(join(tmpdir(), 'postern-bench-'))
  try {
    await createStore(data)
    const store = await EmbeddedStore.open(data, { clock: systemClock })
    try {
      return await work(store, data)
    } finally {
      await store.close()
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

function aUser(number: number): User {
  const name = `person${String(number).padStart(6, '0')}`
  const fields = { username: name, email: `${name}@example.org`, name: `Person Number ${number}`, locale: 'en' }
  const parsed = parseUser(fields)
  if (!parsed.ok) throw new Error('no such user can be')
  return { id: ids.user(), ...parsed.user, status: 'active', createdAt: BEGAN, version: 1 }
}

const aTask = (user: User, number: number): Task =>
  newTask({
    id: ids.task(),
    kind: 'reset-password',
    user: { id: user.id, username: user.username },
    to: user.email,
    createdBy: ACTOR,
    createdAt: BEGAN + number,
    seed: { nonce: ids.nonce(16), dueAt: BEGAN + number + 10 * MINUTE },
  })

/** The task as it is while its letter is on its way: about a kilobyte. */
function executing(task: Task) {
  if (task.status !== 'wait') throw new Error('the task does not wait')
  const running = { id: ids.attempt(), startedAt: BEGAN, by: '4711@1795000000000', deadline: BEGAN + ATTEMPT_DEADLINE }
  const letter = {
    template: 'f'.repeat(32),
    variables: {
      username: task.user?.username ?? '',
      name: 'Person Number',
      sign_in_url: 'https://portal.example.org/login',
      hours: 24,
      sender: 'Example Organisation',
    },
    from: { name: 'Example Organisation', address: 'accounts@example.org' },
    to: { name: 'Person Number', address: task.to },
    replyTo: 'help@example.org',
    messageId: `${task.id}.1@example.org`,
    date: BEGAN,
    boundary: ids.nonce(12),
    fallback: null,
  }
  return beginAttempt(task, { running, letter, key: 1 })
}

function anEntry(task: ReturnType<typeof executing>): MailLogEntry {
  return {
    id: task.running.id,
    at: BEGAN,
    task: task.id,
    kind: task.kind,
    user: task.user,
    round: 1,
    attempt: 1,
    to: task.to,
    subject: 'Reset your password',
    outcome: 'delivered',
    happening: null,
    reply: '250 2.0.0 Ok: queued as 4F2C3D2A1B',
    replyCode: 250,
    enhancedCode: '2.0.0',
    stages: [{ stage: 'dot', durationMs: 12, detail: '250 2.0.0 Ok' }],
    conversation: 'C: EHLO postern.example.org\nS: 250-mx.example.org\nS: 250 SIZE 10240000\n'.repeat(8),
    durationMs: 120,
    letter: task.round.letter,
  }
}

/** Transactions of one kind, a hundred at a time. */
async function grouped(store: EmbeddedStore, rows: readonly Task[], entry: boolean): Promise<number> {
  const rounds: number[] = []
  for (let at = 0; at + 100 <= rows.length; at += 100) {
    const works = rows.slice(at, at + 100)
    rounds.push(
      await cpu(() =>
        Promise.all(
          works.map((task) =>
            store.transact(ACTOR, entry ? 'delivery.settle' : 'delivery.claim', async (tx) => {
              const found = await tx.get('task', task.id)
              if (entry && found?.status === 'executing') {
                tx.put('task', endTask(found, 'carried-out', null, tx.now))
                tx.log(anEntry(found))
              } else tx.put('task', task)
            }),
          ),
        ),
      ),
    )
  }
  return median(rounds) / 100
}

/** CPU of transactions that are committed a hundred at a time. */
async function grouping(store: EmbeddedStore): Promise<void> {
  const tasks = Array.from({ length: SIZES.groups * 100 }, (_, number) => executing(aTask(aUser(number), number)))
  const bytes = JSON.stringify(tasks[0]).length
  const claim = await grouped(store, tasks, false)
  const settle = await grouped(store, tasks, true)
  const again = await grouped(store, tasks, false)
  say(
    `CPU a transaction, 100 a commit: put a task of ${bytes} bytes`,
    `${claim.toFixed(1)} µs, again ${again.toFixed(1)} µs`,
  )
  say('CPU a transaction, 100 a commit: end a task, with its mail log entry', `${settle.toFixed(1)} µs`)
}

/** One transaction at a time beside what the disk takes at least, in turns. */
async function alone(store: EmbeddedStore, data: string): Promise<void> {
  const task = executing(aTask(aUser(0), 0))
  const bare = openSync(join(data, 'bare'), 'a')
  const line = Buffer.from(
    `${JSON.stringify({ x: [{ n: 1, t: BEGAN, a: ACTOR, d: 'tasks.put', p: [['task', task]] }] })}\n`,
  )
  const put = () => store.transact(ACTOR, 'tasks.put', async (tx) => tx.put('task', task))
  const ratios: number[] = []
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let round = 0; round < SIZES.singles; round++) {
    const one = await timed(put)
    const other = await timed(async () => {
      writeSync(bare, line)
      fdatasyncSync(bare)
    })
    ours.push(one)
    theirs.push(other)
    ratios.push(one / other)
  }
  closeSync(bare)
  say(
    'one durable transaction',
    `${ms(median(ours))}; bare write + fdatasync ${ms(median(theirs))}; ${median(ratios).toFixed(2)} times`,
  )
}

/** A long journal that was not folded. */
async function replaying(store: EmbeddedStore, data: string): Promise<void> {
  const user = Array.from({ length: Math.min(10_000, SIZES.users) }, (_, number) => aUser(number))
  const tasks = user.map((one, number) => aTask(one, number))
  const perCommit = 100
  for (let at = 0; at < SIZES.replayed; at += perCommit) {
    const some = Array.from({ length: perCommit }, (_, index) => tasks[(at + index) % tasks.length])
    await Promise.all(
      some.map((task) => store.transact(ACTOR, 'tasks.put', async (tx) => task !== undefined && tx.put('task', task))),
    )
  }
  const { size } = statSync(new Layout(data).journal(2))
  const took = median(await openAnew(data, 3))
  const each = JSON.stringify(tasks[0]).length
  say(
    `replay ${SIZES.replayed} transactions, ${perCommit} a line, rows of ${each} bytes`,
    `${ms(took)} (${(size / 2 ** 20).toFixed(0)} MiB, ${((took / SIZES.replayed) * 1000).toFixed(2)} µs each)`,
  )
}

/** A store of many users. */
async function opening(store: EmbeddedStore, data: string): Promise<void> {
  const users = Array.from({ length: SIZES.users }, (_, number) => aUser(number))
  const import_ = await timed(() =>
    store.transact(ACTOR, 'users.import', async (tx) => {
      for (const user of users) tx.put('user', user)
    }),
  )
  say(`import ${SIZES.users} users in one transaction`, ms(import_))
  say(`fold ${SIZES.users} users`, ms(await timed(() => store.fold())))
  say(`open a store of ${SIZES.users} users`, ms(median(await openAnew(data, 5))))
  const searches: number[] = []
  for (let round = 0; round < 5; round++)
    searches.push(await timed(() => store.users({ limit: 50, keyword: 'nobody' })))
  say(`look for a word that none of ${SIZES.users} users has`, ms(median(searches)))
  say('the first fifty users, then', ms(await timed(() => store.users({ limit: 50 }))))
}

/** How long opening takes in a process of its own, as a program that starts does it; some times. */
async function openAnew(data: string, times: number): Promise<number[]> {
  const took: number[] = []
  for (let time = 0; time < times; time++) {
    const opener = spawn(process.execPath, [import.meta.filename, '--open', data], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface(opener.stdout)) took.push(Number(line))
  }
  return took
}

/** What `--open` does. */
async function openOnce(data: string): Promise<void> {
  console.log(await timed(async () => (await EmbeddedStore.open(data, { clock: systemClock })).close()))
}

/** A change that one process makes and another sees through the change feed. */
async function seeing(store: EmbeddedStore, data: string): Promise<void> {
  const writer = spawn(process.execPath, [import.meta.filename, '--write', data], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const said = createInterface(writer.stdout)[Symbol.asyncIterator]()
  await said.next()
  const stop = new AbortController()
  const changes = store.changes(stop.signal)[Symbol.asyncIterator]()
  const delays: number[] = []
  for (let turn = 0; turn < SIZES.seen; turn++) {
    writer.stdin.write('again\n')
    for (;;) {
      await changes.next()
      const seenAt = performance.timeOrigin + performance.now()
      const task = (await store.tasks({ limit: 1 })).items[0]
      if (task === undefined || task.version !== turn + 1) continue
      delays.push(seenAt - task.createdAt)
      break
    }
  }
  stop.abort()
  writer.stdin.end()
  await once(writer, 'close')
  say(
    'from a transaction in one process to the row in another',
    `p50 ${ms(median(delays))}, p95 ${ms(quantile(delays, 0.95))}`,
  )
}

/** What `--write` does in a process of its own: commits the time whenever it is told to. */
async function writeTimes(data: string): Promise<void> {
  const store = await EmbeddedStore.open(data, { clock: systemClock })
  const task = aTask(aUser(1), 1)
  console.log('ready')
  let version = 0
  for await (const _ of createInterface(process.stdin)) {
    version++
    await store.transact(ACTOR, 'time', async (tx) =>
      tx.put('task', { ...task, version, createdAt: performance.timeOrigin + performance.now() }),
    )
  }
  await store.close()
}

const [mode, directory = ''] = process.argv.slice(2)
if (mode === '--write') await writeTimes(directory)
else if (mode === '--open') await openOnce(directory)
else for (const bench of [grouping, alone, replaying, opening, seeing]) await aStore(bench)
