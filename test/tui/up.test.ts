import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, it, onTestFinished, vi } from 'vitest'
import { bundling } from '../../scripts/bundle.mjs'
import { daemonPid } from '../../src/core/host/daemon-lock.ts'
import { temporaryDirectory } from '../support/store.ts'
import { aConsole, program } from './support/console.ts'
import { Pty } from './support/pty.ts'

const RESTORED = { alternateScreen: false, cursorShown: true, bracketedPaste: false, synchronized: false }
/** The story is told first. */
const PATIENT = { timeout: 60_000 }

function aDirectory(): string {
  const directory = temporaryDirectory()
  onTestFinished(() => directory[Symbol.dispose]())
  return directory.path
}

/** `postern up` in a shell that compares what the terminal's driver was set to before and after. */
function up(tmp: string, ...args: readonly string[]): Pty {
  return upOn({ TMPDIR: tmp }, args)
}

function upOn(env: Readonly<Record<string, string>>, args: readonly string[]): Pty {
  const script = `was=$(stty -g); "$@"; echo "status $?"; [ "$(stty -g)" = "$was" ] && echo sane || echo insane`
  const command = [process.execPath, program(), 'up', ...args]
  return new Pty('/bin/sh', ['-c', script, 'sh', ...command], { columns: 140, rows: 30, env })
}

/** It is over: the terminal is as it was, and nothing is left of the sandbox. */
async function isOver(pty: Pty, tmp: string): Promise<void> {
  await pty.sees('sane')
  expect(pty.screen()).toEqual(expect.arrayContaining(['status 0', 'sane']))
  expect(pty.screen().join('\n')).toMatch(/^Removed .*postern-sandbox-/m)
  expect(pty.modes()).toEqual(RESTORED)
  expect(readdirSync(tmp)).toEqual([])
}

it(
  'a sandbox on a terminal: the story, then the console, where a caught letter is read; q clears it away',
  PATIENT,
  async () => {
    const tmp = aDirectory()
    const pty = up(tmp, '--sandbox')
    await pty.sees('nothing leaves this machine')
    expect(pty.screen()[0]).toMatch(/@sandbox +.*\[1 Overview\]/)
    expect(pty.modes().alternateScreen).toBe(true)

    // Above all is the notice that a password was changed, in the language of the one whom the story happens to.
    await pty.type('7').sees('1 of 4')
    await pty.type('j\r').sees(/Password +[0-9A-Z]{4}(-[0-9A-Z]{4}){5}/)
    await pty.type('q').sees('CAUGHT')

    // One more letter: what the story left waiting is sent now.
    await pty.type('3').sees('grace@example.com')
    await pty.type('s').sees('[> Cancel <]')
    await pty.type('y').sees(/✓ carry out +reset.*grace@example.com/)
    await pty.type('7').sees(/> .*grace/i)

    await isOver(pty.type('q'), tmp)
  },
)

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends console, daemon and sandbox', PATIENT, async (signal) => {
  const tmp = aDirectory()
  const pty = await up(tmp, '--sandbox').sees('nothing leaves this machine')
  process.kill(pty.child(), signal)
  await isOver(pty, tmp)
})

it('a terminal that is lost takes the sandbox with it', PATIENT, async () => {
  const tmp = aDirectory()
  const pty = await up(tmp, '--sandbox').sees('nothing leaves this machine')
  const pid = pty.child()
  pty.close()
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 15_000 })
  expect(readdirSync(tmp)).toEqual([])
})

it(
  'a data directory on a terminal: the console with its daemon in the same process, and no inbox',
  PATIENT,
  async () => {
    const data = join(aDirectory(), 'data')
    const pty = await up(aDirectory(), '--data', data).sees('daemon ●')
    expect(daemonPid(data)).toBe(pty.child())
    expect(pty.screen()[0]).not.toMatch(/sandbox|7 Inbox/)
    await pty.type('q').sees('sane')
    expect(pty.modes()).toEqual(RESTORED)
    expect(pty.screen()).toContain('status 0')
    expect(daemonPid(data)).toBeNull()
    // What the daemon says goes to its log, and none of it to the screen.
    expect(readFileSync(join(data, 'up.log'), 'utf8')).not.toBe('')
  },
)

it(
  'a terminal that cannot place text gets no console, and is told why: what the daemon does comes in lines',
  PATIENT,
  async () => {
    const data = join(aDirectory(), 'data')
    const pty = upOn({ TERM: 'dumb' }, ['--data', data])
    await pty.sees('runs in this terminal until Ctrl-C')
    expect(pty.written).toContain('There is no console: TERM=dumb says that this terminal cannot place text.')
    process.kill(pty.child(), 'SIGINT')
    await pty.sees('sane')
    expect(pty.written).not.toContain('\x1b')
  },
)

it('a console that is asked for the inbox where there is none says so, and is there all the same', async () => {
  const console = await aConsole({ args: ['--page', 'inbox'] })
  await console.sees('There is no page Inbox here.')
  expect(console.screen()[0]).toContain('[1 Overview]')
})

/** The sources that are evaluated when `entry` is imported: all but what is imported where it is needed. */
async function evaluatedBy(entry: string): Promise<readonly string[]> {
  const options = bundling(join(import.meta.dirname, '../..'), { entry }, '/nowhere')
  const { metafile } = await build({ ...options, metafile: true })
  const reached = new Set<string>()
  const follow = (source: string): void => {
    if (reached.has(source)) return
    reached.add(source)
    for (const { path, kind, external } of metafile.inputs[source]?.imports ?? []) {
      if (kind !== 'dynamic-import' && external !== true) follow(path)
    }
  }
  follow(entry)
  return [...reached]
}

it('the console starts without anything of the command line, the daemon or the mail catcher', async () => {
  const foreign =
    /node_modules\/(commander|nodemailer|smtp-server|postal-mime|hono|liquidjs|ink|react-reconciler)\/|src\/(cli|daemon)\//
  const sources = await evaluatedBy('src/tui/main.tsx')
  expect(sources.length).toBeGreaterThan(20)
  expect(sources.filter((source) => foreign.test(source))).toEqual([])
})

it('the console draws its first frame without what renders letters', async () => {
  const sources = await evaluatedBy('src/tui/program.tsx')
  expect(sources).toContain('node_modules/ink/build/ink.js')
  expect(
    sources.filter((source) => /node_modules\/liquidjs\/|src\/(core\/letters\/render|cli|daemon)/.test(source)),
  ).toEqual([])
})
