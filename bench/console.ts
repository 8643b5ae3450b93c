import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pass } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import { type IPty, spawn } from '@lydell/node-pty'
import { pathOf } from '../test/support/needs.ts'
import { aHouse } from '../test/tui/support/house.ts'

/**
 * Run by hand: `node bench/console.ts [--small]`. Measures the console in a pseudo-terminal of 140x40 with 5,000 users,
 * tasks and log entries, beside htop, tig and neomutt with about as many rows. It asserts nothing: other work on the
 * machine disturbs every time, so read what stands beside each other. Bytes and memory are steady.
 *
 * `node bench/console.ts --large DIR` looks instead at the pages of a large store, as `bench/windows.ts --keep DIR` makes it.
 */
const small = process.argv.includes('--small')
const SIZE = small
  ? { rows: 500, starts: 3, presses: 30, held: 1000, idle: 3 }
  : { rows: 5000, starts: 9, presses: 100, held: 10_000, idle: 60 }
const COLUMNS = 140
const ROWS = 40
/** A frame is over when nothing has come for so long (milliseconds); the silence is not counted. */
const QUIET = 30
const PATIENCE = 20_000
/** So long after a key a program is at rest (milliseconds). */
const REST = 3000

interface Candidate {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Shown when its first frame has its data. */
  readonly ready: RegExp
  /** One row down, one row up, and what ends it. */
  readonly down: string
  readonly up: string
  readonly quit: string
}

interface Result {
  readonly first: number
  readonly key: readonly number[]
  readonly keyBytes: number
  readonly scrollBytes: number
  readonly idleBytes: number
  readonly idleCpu: number
  readonly resident: number
  readonly grown: number
}

/** A program in a pseudo-terminal, by the clock. */
class Measured {
  bytes = 0
  #text = ''
  /** When something last came. */
  #last = performance.now()
  readonly #began = performance.now()
  readonly #pty: IPty
  readonly ended: Promise<void>

  constructor({ file, args, env }: Candidate) {
    const { CI: _, ...own } = process.env
    this.#pty = spawn(file, [...args], { name: 'xterm-256color', cols: COLUMNS, rows: ROWS, env: { ...own, ...env } })
    this.#pty.onData((data) => {
      this.#last = performance.now()
      this.bytes += Buffer.byteLength(data)
      this.#text = (this.#text + data).slice(-100_000)
    })
    const ended = Promise.withResolvers<void>()
    this.ended = ended.promise
    this.#pty.onExit(() => ended.resolve())
  }

  get pid(): number {
    return this.#pty.pid
  }

  write(keys: string): void {
    this.#pty.write(keys)
  }

  /** Milliseconds from the start until something is shown. */
  async shown(ready: RegExp): Promise<number> {
    while (!ready.test(stripVTControlCharacters(this.#text))) {
      if (performance.now() - this.#began > PATIENCE) throw new Error(`never showed ${ready}`)
      await pass(1)
    }
    return this.#last - this.#began
  }

  /** Milliseconds from the start to the last byte of the first frame that has the data. */
  async first(ready: RegExp): Promise<number> {
    await this.shown(ready)
    await this.quiet()
    return this.#last - this.#began
  }

  /** Milliseconds from keys to the last byte of their frame; null when they changed nothing. */
  async press(keys: string): Promise<number | null> {
    const before = this.bytes
    const began = performance.now()
    this.write(keys)
    while (this.bytes === before) {
      if (performance.now() - began > 500) return null
      await pass(0)
    }
    await this.quiet()
    return this.#last - began
  }

  async quiet(): Promise<void> {
    while (performance.now() - this.#last < QUIET) await pass(1)
  }

  end(): void {
    this.#pty.kill('SIGKILL')
  }
}

/** Resident MiB. Source: proc(5), /proc/pid/status. */
const residentOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** Milliseconds of CPU so far, of all threads. Source: proc(5), /proc/pid/stat, utime and stime, in hundredths of a second. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

const quantile = (numbers: readonly number[], part: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))] ?? Number.NaN

async function measure(candidate: Candidate): Promise<Result> {
  const firsts: number[] = []
  for (let start = 1; start < SIZE.starts; start++) {
    const program = new Measured(candidate)
    firsts.push(await program.first(candidate.ready))
    program.write(candidate.quit)
    await Promise.race([program.ended, pass(1000)])
    program.end()
  }
  const program = new Measured(candidate)
  try {
    firsts.push(await program.first(candidate.ready))
    return { first: quantile(firsts, 0.5), ...(await measureRunning(program, candidate)) }
  } finally {
    program.end()
  }
}

async function measureRunning(program: Measured, { down, up }: Candidate): Promise<Omit<Result, 'first'>> {
  await pass(1000)
  const resident = residentOf(program.pid)
  const moving = await pressed(program, down, Math.min(30, SIZE.presses))
  for (let row = 0; row < ROWS; row++) await program.press(down)
  const scrolling = await pressed(program, down, SIZE.presses)
  await pass(REST)
  const [bytes, cpu] = [program.bytes, cpuOf(program.pid)]
  await pass(SIZE.idle * 1000)
  const idle = { idleBytes: program.bytes - bytes, idleCpu: (cpuOf(program.pid) - cpu) / SIZE.idle / 10 }
  for (let held = 0; held < SIZE.held; held += 50) {
    await program.press(down.repeat(25))
    await program.press(up.repeat(25))
  }
  await pass(REST)
  const grown = residentOf(program.pid) - resident
  return {
    key: [...moving.times, ...scrolling.times],
    keyBytes: moving.bytes,
    scrollBytes: scrolling.bytes,
    ...idle,
    resident,
    grown,
  }
}

async function pressed(program: Measured, key: string, presses: number) {
  const before = program.bytes
  const times: number[] = []
  for (let press = 0; press < presses; press++) times.push((await program.press(key)) ?? Number.NaN)
  return { times: times.filter(Number.isFinite), bytes: (program.bytes - before) / presses }
}

/** How many starts the shell and the data of a page are measured by. */
const LARGE_STARTS = 5

/** Pages of a large store, and what shows that their rows are there. */
const LARGE_PAGES = [
  { page: 'overview', ready: /last 24 hours/, isList: false },
  { page: 'users', ready: /1 of [\d,]+/, isList: true },
  { page: 'tasks', ready: /1 of [\d,]+/, isList: true },
  { page: 'log', ready: /[1-9]\d:\d\d|failure|success/, isList: true },
] as const

async function measureLarge(data: string): Promise<void> {
  console.log(
    'page       shell ms   data ms   RSS MiB   to the end   to the start   a row down (ms, the worst of some)',
  )
  for (const { page, ready, isList } of LARGE_PAGES) {
    const args = [join(root, 'bin/postern.mjs'), '--data', data, '--page', page]
    const candidate = { name: page, file: process.execPath, args, ready, down: 'j', up: 'k', quit: 'q' }
    const [shells, datas]: [number[], number[]] = [[], []]
    let program = new Measured(candidate)
    for (let start = 1; ; start++) {
      shells.push(await program.shown(/postern .* Overview/))
      datas.push(await program.first(ready))
      if (start === LARGE_STARTS) break
      program.end()
      program = new Measured(candidate)
    }
    await pass(1000)
    const resident = residentOf(program.pid)
    const moves = { G: [], g: [], j: [] } as Record<string, number[]>
    for (let round = 0; isList && round < 10; round++) {
      for (const key of ['G', 'g', 'j']) moves[key]?.push((await program.press(key)) ?? Number.NaN)
    }
    program.end()
    const figures = [quantile(shells, 0.5), quantile(datas, 0.5), resident]
    const worst = Object.values(moves).map((times) => Math.max(0, ...times))
    console.log(page.padEnd(9), ...[...figures, ...worst].map((figure) => figure.toFixed(0).padStart(10)))
  }
}

const COLUMNS_SHOWN: readonly [string, (result: Result) => string][] = [
  ['first frame ms', ({ first }) => first.toFixed(0)],
  ['key ms median', ({ key }) => quantile(key, 0.5).toFixed(1)],
  ['p95', ({ key }) => quantile(key, 0.95).toFixed(1)],
  ['bytes a move', ({ keyBytes }) => keyBytes.toFixed(0)],
  ['bytes a scroll', ({ scrollBytes }) => scrollBytes.toFixed(0)],
  [`idle bytes in ${SIZE.idle} s`, ({ idleBytes }) => idleBytes.toFixed(0)],
  ['idle CPU %', ({ idleCpu }) => idleCpu.toFixed(2)],
  ['RSS MiB', ({ resident }) => resident.toFixed(0)],
  [`after ${SIZE.held} keys`, ({ grown }) => `${grown < 0 ? '' : '+'}${grown.toFixed(0)}`],
]

function say(name: string, cells: readonly string[]): void {
  console.log(
    [name.padEnd(10), ...cells.map((cell, at) => cell.padStart((COLUMNS_SHOWN[at]?.[0] ?? '').length))].join('  '),
  )
}

/** A mailbox as neomutt reads it. */
const mailbox = (): string =>
  Array.from({ length: SIZE.rows }, (_, at) =>
    [
      `From ann@example.org Mon Nov  2 10:00:00 2026`,
      'From: Ann <ann@example.org>',
      'To: bob@example.org',
      `Subject: Letter ${at}`,
      'Date: Mon, 02 Nov 2026 10:00:00 +0000',
      `Message-ID: <${at}@example.org>`,
      '',
      'Hello.',
      '',
    ].join('\n'),
  ).join('\n')

/** A repository with as many commits as there are rows. */
function repository(directory: string): void {
  const commits = Array.from({ length: SIZE.rows }, (_, at) => {
    const message = `Commit ${at}`
    return `commit refs/heads/main\ncommitter Ann <ann@example.org> ${1_700_000_000 + at} +0000\ndata ${message.length}\n${message}\n`
  })
  execFileSync('git', ['init', '-q', directory])
  execFileSync('git', ['-C', directory, 'fast-import', '--quiet'], { input: commits.join('') })
  execFileSync('git', ['-C', directory, 'symbolic-ref', 'HEAD', 'refs/heads/main'])
}

const root = join(import.meta.dirname, '..')
execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' })
const large = process.argv.indexOf('--large')
if (large >= 0) {
  await measureLarge(process.argv[large + 1] ?? '')
  process.exit()
}
using house = await aHouse({ users: SIZE.rows, tasks: SIZE.rows, entries: SIZE.rows })
const scratch = mkdtempSync(join(tmpdir(), 'postern-bench-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
writeFileSync(join(scratch, 'mbox'), mailbox())
// Without it neomutt asks whether to make it.
mkdirSync(join(scratch, 'Mail'))
repository(join(scratch, 'repository'))

const DOWN = '\x1b[B'
const UP = '\x1b[A'
const candidates: readonly Candidate[] = [
  {
    name: 'postern',
    file: process.execPath,
    args: [join(root, 'bin/postern.mjs'), '--data', house.data, '--page', 'tasks'],
    ready: /of \d,?\d+/,
    down: 'j',
    up: 'k',
    quit: 'q',
  },
  { name: 'htop', file: 'htop', args: ['--delay=100'], ready: /PID/, down: DOWN, up: UP, quit: 'q' },
  {
    name: 'tig',
    file: 'tig',
    args: ['-C', join(scratch, 'repository')],
    ready: /Commit/,
    down: 'j',
    up: 'k',
    quit: 'Q',
  },
  {
    name: 'neomutt',
    file: 'neomutt',
    args: ['-n', '-F', '/dev/null', '-R', '-f', join(scratch, 'mbox')],
    env: { HOME: scratch },
    ready: /Letter/,
    down: 'j',
    up: 'k',
    quit: 'q',
  },
]

say(
  '140x40',
  COLUMNS_SHOWN.map(([title]) => title),
)
for (const candidate of candidates) {
  if (candidate.file !== process.execPath && pathOf(candidate.file) === undefined) {
    console.log(`${candidate.name.padEnd(10)}  is not installed (Debian package ${candidate.name})`)
    continue
  }
  const result = await measure(candidate)
  say(
    candidate.name,
    COLUMNS_SHOWN.map(([, figure]) => figure(result)),
  )
}
process.exit()
