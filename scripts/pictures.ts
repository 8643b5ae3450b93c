// Draws docs/pictures/ from what the real programs show: what a sandbox prints, and pages of the console on a sample
// store with a real daemon and mail server: `npm run picture`. With a directory, every page at two sizes in a dark and a
// light theme goes there instead.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import xterm from '@xterm/headless'
import { CATCHER_HOST, Catcher } from '../src/cli/up/catcher.ts'
import { DAY, HOUR, MINUTE } from '../src/core/domain/time.ts'
import { makeCertificate } from '../src/core/host/certificate.ts'
import { cellsOf } from '../src/core/text/width.ts'
import { makeHouse, startPosternd } from '../test/support/posternd.ts'
import { OwnTerminal } from '../test/tui/support/own-terminal.ts'
import { playDay } from './pictures-scene.ts'
import { type PaletteName, type Run, screenRuns, terminalPicture } from './terminal-picture.ts'

const root = join(import.meta.dirname, '..')
const PICTURES = join(root, 'docs', 'pictures')
const ACCOUNT = { username: 'accounts@example.org', password: 'correct horse: #1' }
const [directory] = process.argv.slice(2)

/** It is always five past two in a picture: moves the clock of a process that imports it. */
const atFivePastTwo = 14 * HOUR + 5 * MINUTE - (Date.now() % DAY)
const CLOCK = `data:text/javascript,${encodeURIComponent(
  `const Real=Date,by=${atFivePastTwo};globalThis.Date=class extends Real{constructor(...given){given.length?super(...given):super(Real.now()+by)}static now(){return Real.now()+by}}`,
)}`
const ENVIRONMENT = { NODE_OPTIONS: `--import="${CLOCK}"`, TZ: 'UTC', LANG: 'C.UTF-8' }

/** What differs from run to run, and what stands there instead. */
const PASSING: readonly (readonly [RegExp, (found: string) => string])[] = [
  [/pid \d+/, () => 'pid 4711'],
  [/port \d{4,5}/, () => 'port 2587'],
  [/MAIL_PORT +\d{5}/, (found) => found.replace(/\d+/, '2587')],
  [/\/tmp\/\S+/, () => '/etc/postern/ca.pem'],
  [/\b(?=[a-z]*\d)[0-9a-z]{16}\b/, () => 'cj8rfvc1ga1st76k'],
  [/\((?=[a-z]*\d)[0-9a-z]{8}\)/, () => '(cj8rfvc1)'],
  [/until 20\d\d-\d\d-\d\d/, () => 'until 2027-11-02'],
  [/root@\S+/, () => 'ops@mx1'],
  // Times just measured stand in a column.
  [/ +\d+ ms(?= {2})/, (found) => '2 ms'.padStart(found.length)],
]

/** A run without what passes: what becomes shorter is followed by blanks. */
function lasting(run: Run): Run {
  const text = PASSING.reduce((words, [passing, stays]) => words.replace(passing, stays), run.text)
  return { ...run, text: text.slice(0, run.text.length).padEnd(run.text.length) }
}

/** What a sandbox prints, with its headings. */
async function sandbox(): Promise<string> {
  const { stdout, status } = spawnSync(process.execPath, [join(root, 'bin', 'postern.mjs'), 'up', '--sandbox'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`the sandbox ended with ${status}`)
  const lines = stdout.trimEnd().split('\n')
  const columns = Math.max(...lines.map(cellsOf))
  const terminal = new xterm.Terminal({ cols: columns + 1, rows: lines.length, allowProposedApi: true })
  await new Promise<void>((resolve) => terminal.write(lines.join('\r\n'), resolve))
  const isHeading = ([first]: readonly Run[]) => /^\d+\. /.test(first?.text ?? '')
  const runs = screenRuns(terminal).map((line) =>
    isHeading(line) ? line.map((run) => ({ ...run, bold: true })) : line,
  )
  return terminalPicture(runs, { columns, title: 'npm start', palette: 'dark' })
}

/** A sample store with its daemon and its mail server. */
async function stage() {
  await import(CLOCK)
  const stack = new AsyncDisposableStack()
  const files = mkdtempSync(join(tmpdir(), 'postern-pictures-'))
  stack.defer(() => rmSync(files, { recursive: true }))
  const certificate = await makeCertificate({
    commonName: CATCHER_HOST,
    hosts: [CATCHER_HOST],
    days: 365,
    now: Date.now() - atFivePastTwo,
  })
  const caFile = join(files, 'ca.pem')
  writeFileSync(caFile, certificate.certificate)
  const catcher = await Catcher.start({ certificate, ...ACCOUNT, now: Date.now })
  stack.defer(() => catcher.close())
  const house = await makeHouse()
  stack.defer(() => house.remove())
  await playDay(house)
  await house.set({
    SERVICE_MAIL_ENABLE: true,
    SERVICE_MAIL_HOST: CATCHER_HOST,
    SERVICE_MAIL_PORT: catcher.port,
    SERVICE_MAIL_CA_FILE: caFile,
    SERVICE_MAIL_USERNAME: ACCOUNT.username,
    SERVICE_MAIL_PASSWORD: ACCOUNT.password,
    SERVICE_MAIL_FROM_NAME: 'Example Organisation',
    SERVICE_SIGN_IN_URL: 'https://accounts.example.org/login',
  })
  const daemon = startPosternd(house.data, [], ENVIRONMENT)
  stack.defer(async () => {
    daemon.kill('SIGTERM')
    await daemon.ended
  })
  await daemon.logged(({ msg }) => msg === 'posternd is ready')
  return { data: house.data, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

interface Walk {
  readonly name: string
  readonly args: readonly string[]
  /** What is there first, then what is pressed and what that shows. */
  readonly steps: readonly (string | RegExp)[]
}

const WALKS: readonly Walk[] = [
  { name: 'overview', args: [], steps: [/daemon ●/, '', /What failed/] },
  { name: 'users', args: ['--page', 'users'], steps: ['aoife', '', 'daemon ●'] },
  { name: 'user', args: ['--page', 'users'], steps: ['daemon ●', '\r', 'the newest first'] },
  { name: 'edit', args: ['--page', 'users'], steps: ['aoife', 'e\t\t\t\t ', /\[x\] yes/] },
  { name: 'reset', args: ['--page', 'users'], steps: ['aoife', '   r', 'Reset 3 passwords'] },
  { name: 'tasks', args: ['--page', 'tasks'], steps: ['1 of', '', 'daemon ●', '/status:failed\r', /1 of 2/] },
  {
    name: 'task',
    args: ['--page', 'tasks', '--filter', 'status:failed'],
    steps: ['1 of 2', '\r', 'Attempts, the newest first'],
  },
  { name: 'failure', args: ['--page', 'tasks'], steps: ['1 of', '', 'daemon ●', 'jjj', '4 of'] },
  { name: 'log', args: ['--page', 'log'], steps: ['success', '', 'daemon ●'] },
  { name: 'letter', args: ['--page', 'log', '--filter', 'result:failure'], steps: ['failure', '\r', 'Why it failed'] },
  { name: 'settings', args: ['--page', 'settings'], steps: ['MAIL_HOST', '', 'daemon ●'] },
  { name: 'check', args: ['--page', 'settings'], steps: ['MAIL_HOST', '', 'daemon ●', 'c', 'Every stage was passed'] },
  { name: 'audit', args: ['--page', 'audit'], steps: ['olga', '', 'daemon ●'] },
  { name: 'help', args: ['--page', 'tasks'], steps: ['1 of', '?', 'Redo'] },
  { name: 'palette', args: ['--page', 'tasks'], steps: ['1 of', ':s', 'Setting'] },
]

interface Size {
  readonly columns: number
  readonly rows: number
}

/** Walks to a page and draws it. */
async function draw(data: string, { args, steps }: Walk, size: Size, palettes: readonly PaletteName[]) {
  const command = [join(root, 'bin', 'postern.mjs'), '--data', data, ...args]
  const terminal = new OwnTerminal(process.execPath, command, { ...size, env: ENVIRONMENT })
  try {
    for (const [index, step] of steps.entries()) {
      if (index % 2 === 0) await terminal.sees(step)
      else terminal.type(String(step))
    }
    await terminal.settled()
    const lines = screenRuns(terminal.terminal).map((runs) => runs.map(lasting))
    return palettes.map((palette) => terminalPicture(lines, { columns: size.columns, title: 'postern', palette }))
  } finally {
    terminal.close()
  }
}

execFileSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit' })
mkdirSync(directory ?? PICTURES, { recursive: true })
await using scene = await stage()
if (directory === undefined) {
  const size = { columns: 120, rows: 30 }
  for (const [file, name] of [
    ['overview', 'overview'],
    ['tasks', 'failure'],
    ['setting', 'check'],
  ] as const) {
    const walk = WALKS.find((each) => each.name === name)
    if (walk === undefined) throw new Error(`there is no walk to ${name}`)
    const [picture = ''] = await draw(scene.data, walk, size, ['dark'])
    writeFileSync(join(PICTURES, `${file}.svg`), picture)
  }
  writeFileSync(join(PICTURES, 'sandbox.svg'), await sandbox())
} else {
  const only = process.argv.slice(3)
  for (const walk of WALKS.filter(({ name }) => only.length === 0 || only.includes(name))) {
    for (const size of [
      { columns: 80, rows: 24 },
      { columns: 140, rows: 40 },
    ]) {
      const palettes: readonly PaletteName[] = ['dark', 'light']
      const pictures = await draw(scene.data, walk, size, palettes)
      for (const [index, picture] of pictures.entries())
        writeFileSync(join(directory, `${walk.name}-${size.columns}-${palettes[index]}.svg`), picture)
    }
  }
}
