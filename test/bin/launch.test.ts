import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { needs } from '../support/needs.ts'

/** A program that tells how it was started, and then does what its first argument says. */
const PROGRAM = `
const [what, argument] = process.argv.slice(2)
console.log(JSON.stringify({ version: process.version, pid: process.pid, argv: process.argv.slice(2) }))
if (what === 'exit') process.exitCode = Number(argument)
if (what === 'die') process.kill(process.pid, argument)
if (what === 'echo') process.stdin.pipe(process.stdout)
if (what === 'wait') {
  setInterval(() => {}, 60_000)
  for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => console.log('heard ' + signal))
  process.on('SIGTERM', () => process.exit(5))
  console.log('waiting')
}
`

/** A directory whose name would mean something in a URL. */
const scratch = join(mkdtempSync(join(tmpdir(), 'postern-launch-')), 'a#1 100%')
afterAll(() => rmSync(join(scratch, '..'), { recursive: true, force: true }))

/** An installation whose `postern` is PROGRAM; the result is what one starts. */
function anInstallation(name: string, { built = true, pinned = true } = {}): string {
  const root = join(scratch, name)
  cpSync(join(import.meta.dirname, '..', '..', 'bin'), join(root, 'bin'), { recursive: true })
  for (const directory of ['dist', join('node_modules', '.bin')]) mkdirSync(join(root, directory), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{"type":"module"}')
  if (built) writeFileSync(join(root, 'dist', 'postern.js'), PROGRAM)
  if (pinned) symlinkSync(process.execPath, join(root, 'node_modules', '.bin', 'node'))
  return join(root, 'bin', 'postern.mjs')
}

function majorOf(node: string): number {
  return Number.parseInt(spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout, 10)
}

/** The system's own Node, where it is too old for the programs. */
const older = (process.env.PATH ?? '')
  .split(delimiter)
  .map((directory) => join(directory, 'node'))
  .find((node) => existsSync(node) && majorOf(node) < 24)

function run(node: string, program: string, args: string[], input = '') {
  return spawnSync(node, [program, ...args], { encoding: 'utf8', input })
}

/** Starts a program; `hears` waits until its output has `text` in it so many times. */
function begin(command: string, args: string[], options: SpawnOptions) {
  const child: ChildProcess = spawn(command, args, { ...options, stdio: 'pipe' })
  let said = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const times = (text: string) => said.split(text).length - 1
  const hears = (text: string, count = 1) =>
    vi.waitFor(() => expect(times(text)).toBeGreaterThanOrEqual(count), { timeout: 20_000 })
  return { child, hears, times, ended }
}

describe('started by a Node that is new enough', () => {
  it('runs in this process', () => {
    const { pid, stdout, status } = run(process.execPath, anInstallation('new'), ['exit', '3'])
    expect(JSON.parse(stdout)).toEqual({ version: process.version, pid, argv: ['exit', '3'] })
    expect(status).toBe(3)
  })

  it('says how to mend an installation that is not built, with a status that systemd does not start again', () => {
    const { stderr, status } = run(process.execPath, anInstallation('unbuilt', { built: false }), [])
    expect(stderr).toMatch(/^postern: .* is not built; run "npm run setup" in .*\n$/)
    expect(status).toBe(78)
  })
})

describe('keeps the code that V8 made of it', () => {
  /** Starts an installation, whose dist/cache cannot be written unless it is said to be; what was kept where. */
  function kept(name: string, { writable = false, given = false, foreign = false } = {}) {
    const program = anInstallation(name)
    const places = {
      installation: join(program, '..', '..', 'dist', 'cache'),
      given: join(scratch, `${name} given`),
      home: join(scratch, `${name} home`),
    }
    mkdirSync(places.home)
    if (foreign) chownSync(places.home, 65_534, 65_534)
    if (!writable) writeFileSync(places.installation, 'no directory')
    const env = { PATH: process.env.PATH, HOME: places.home, ...(given ? { CACHE_DIRECTORY: places.given } : {}) }
    const { status } = spawnSync(process.execPath, [program, 'exit', '0'], { env })
    expect(status).toBe(0)
    const holds = (directory: string) => existsSync(directory) && readdirSync(directory).length > 0
    return {
      installation: writable && holds(places.installation),
      given: holds(places.given),
      home: holds(join(places.home, '.cache', 'postern')),
    }
  }

  it.each([
    ['beside the programs', { writable: true }, 'installation'],
    ['where systemd says', { writable: true, given: true }, 'given'],
    ['at home, when the installation is not theirs', {}, 'home'],
  ] as const)('%s', (_where, circumstances, place) => {
    const nowhere = { installation: false, given: false, home: false }
    expect(kept(`kept ${place}`, circumstances)).toEqual({ ...nowhere, [place]: true })
  })

  it('nowhere, and it starts all the same, when there is no home', () => {
    const program = anInstallation('kept homeless')
    writeFileSync(join(program, '..', '..', 'dist', 'cache'), 'no directory')
    const env = { PATH: process.env.PATH, HOME: '/proc/1/cwd/nowhere' }
    expect(spawnSync(process.execPath, [program, 'exit', '3'], { env }).status).toBe(3)
  })

  it.skipIf(process.getuid?.() !== 0)('but in no home of somebody else, who could put other code there', () => {
    expect(kept('kept nowhere', { foreign: true }).home).toBe(false)
  })
})

describe.skipIf(older === undefined)('started by the older Node of the system', () => {
  const node = older ?? ''
  const program = anInstallation('old')

  it('runs on the pinned one, and passes the exit status on', () => {
    const { stdout, status, pid } = run(node, program, ['exit', '3', 'a b', ''])
    const said: unknown = JSON.parse(stdout)
    expect(said).toMatchObject({ version: process.version, argv: ['exit', '3', 'a b', ''] })
    expect(said).not.toMatchObject({ pid })
    expect(status).toBe(3)
  })

  it('tells a death by a signal as a shell does', () => {
    expect(run(node, program, ['die', 'SIGKILL']).status).toBe(128 + 9)
  })

  it('leaves it the standard input', () => {
    expect(run(node, program, ['echo'], 'a,b\n').stdout).toMatch(/\na,b\n$/)
  })

  it('forwards signals', async () => {
    // In a session of its own: no terminal could have given it the signal.
    const { child, hears, ended } = begin(node, [program, 'wait'], { detached: true })
    await hears('waiting')
    for (const signal of ['SIGINT', 'SIGHUP'] as const) {
      child.kill(signal)
      await hears(`heard ${signal}`)
    }
    child.kill('SIGTERM')
    expect(await ended).toBe(5)
  })

  needs('script').it('lets it hear Ctrl-C on a terminal once each time', async () => {
    const command = `'${node}' '${program}' wait`
    const { child, hears, times, ended } = begin(
      'script',
      ['--quiet', '--return', '--command', command, '/dev/null'],
      {},
    )
    await hears('waiting')
    for (const count of [1, 2, 3]) {
      child.stdin?.write('\x03')
      await hears('heard SIGINT', count)
    }
    child.kill('SIGTERM')
    await ended
    expect(times('heard SIGINT')).toBe(3)
  })

  it('says what is missing where no Node is pinned', () => {
    const { stderr, status } = run(node, anInstallation('unpinned', { pinned: false }), [])
    expect(stderr).toContain('postern: Node 24 or later is needed, this is v')
    expect(status).toBe(78)
  })
})
