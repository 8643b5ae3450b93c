import { spawn, spawnSync } from 'node:child_process'
import { closeSync, cpSync, mkdirSync, openSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import { aDirectory, aFile, postern, program, startPostern } from './desk.ts'

const root = join(import.meta.dirname, '../..')

describe('the real program', () => {
  it('prints results on standard output, what else is to be known on standard error, and exits by the contract', () => {
    const data = join(aDirectory(), 'data')
    expect(postern(data, ['users', 'add', '--username', 'ann', '--email', 'ann@example.org'])).toEqual({
      status: 0,
      out: 'Added ann <ann@example.org>.\n',
      err: '',
    })
    expect(postern(data, ['users', 'show', 'bob'])).toEqual({
      status: 2,
      out: '',
      err: 'postern: There is no user "bob".\n',
    })
    expect(postern(data, ['settings', 'set', 'SERVICE_MAIL_PASSWORD'], 'geheim\n')).toEqual({
      status: 0,
      out: 'SERVICE_MAIL_PASSWORD = set\n',
      err: '',
    })
    expect(postern(data, ['mail', 'test', 'ann@example.org'])).toMatchObject({ status: 69, out: '' })
  })

  it('ends quietly when its reader has seen enough', async () => {
    const data = join(aDirectory(), 'data')
    const rows = Array.from({ length: 20_000 }, (_, n) => `u${n},u${n}@example.org,,`)
    postern(data, ['users', 'import', aFile('users.csv', ['username,email,name,locale', ...rows].join('\n'))])
    const child = spawn(process.execPath, [program(), 'users', 'export', '--data', data], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const said = await text(child.stderr)
    expect({ said, status: child.exitCode ?? (await new Promise((resolve) => child.once('exit', resolve))) }).toEqual({
      said: '',
      status: 0,
    })
  })

  it('says in one sentence that what takes its results is full', () => {
    const data = join(aDirectory(), 'data')
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(process.execPath, [program(), 'users', 'export', '--data', data], {
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    })
    closeSync(full)
    expect({ status, stderr }).toEqual({
      status: 74,
      stderr:
        'postern: Standard output cannot be written (ENOSPC: no space left on device, write). What was to be changed may be changed all the same.\n',
    })
  })

  it('makes no store where it is installed, and says what does', () => {
    const house = aDirectory()
    program()
    for (const part of ['bin', 'dist', 'package.json']) cpSync(join(root, part), join(house, part), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'))
    const run = (data: string, ...argv: readonly string[]) =>
      spawnSync(process.execPath, [join(house, 'bin/postern.mjs'), ...argv, '--data', data], { encoding: 'utf8' })
    const data = join(house, 'data')
    const missing = run(data, 'users', 'list')
    expect(missing.status).toBe(69)
    expect(missing.stderr).toBe(
      `postern: There is no data directory ${data}: start the daemon, or "postern store init".\n`,
    )
    mkdirSync(data, { mode: 0o750 })
    const empty = run(data, 'users', 'list')
    expect(empty.status).toBe(69)
    expect(empty.stderr).toMatch(/^postern: There is no store in .*; "postern store init" makes one\.\n$/)
    expect(run(data, 'store', 'check').status).toBe(69)
    expect(run(data, 'store', 'init').status).toBe(0)
    expect(run(data, 'users', 'list').status).toBe(0)
  })
})

const { describe: onTerminal } = needs('script')

/** Runs `postern` in a terminal, and types something each time that a text has appeared there. */
async function typing(data: string, command: string, keys: readonly (readonly [sees: string, types: string])[]) {
  const script = spawn('script', ['-qec', `${process.execPath} ${program()} ${command} --data ${data}`, '/dev/null'], {
    env: { ...process.env, CI: 'true', NO_COLOR: '1', TERM: 'xterm' },
  })
  let screen = ''
  const left = [...keys]
  script.stdout.on('data', (bytes) => {
    screen += String(bytes)
    const [next] = left
    if (next === undefined || !screen.includes(next[0])) return
    left.shift()
    script.stdin.write(next[1])
  })
  const status = await new Promise((resolve) => script.once('exit', resolve))
  return { status, screen }
}

onTerminal('on a terminal', () => {
  it('draws a table, asks before it deletes, and takes Ctrl-C for no', async () => {
    const data = join(aDirectory(), 'data')
    postern(data, ['users', 'add', '--username', 'ann', '--email', 'ann@example.org'])
    expect((await typing(data, 'users list', [])).screen).toContain('│ ann      │ ann@example.org │')
    const question = 'Delete ann <ann@example.org>? [y/N]'
    expect(await typing(data, 'users delete ann', [[question, '\u0003']])).toMatchObject({ status: 1 })
    const { status, screen } = await typing(data, 'users delete ann', [[question, 'y\r']])
    expect(status).toBe(0)
    expect(screen).toContain('Deleted ann <ann@example.org>.')
  })

  it('shows asterisks for a secret, and takes Ctrl-U back what was typed', async () => {
    const data = join(aDirectory(), 'data')
    postern(data, ['store', 'init'])
    const { status, screen } = await typing(data, 'settings set SERVICE_MAIL_PASSWORD', [
      ['SERVICE_MAIL_PASSWORD:', 'wrong'],
      ['*****', '\u0015'],
      ['SERVICE_MAIL_PASSWORD:', 'geheim'],
      ['******', '\r'],
    ])
    expect(status).toBe(0)
    expect(screen).toContain('SERVICE_MAIL_PASSWORD = set')
    expect(screen).not.toMatch(/wrong|geheim/)
  })
})

describe('a command that is killed', () => {
  it('leaves the store to others', async () => {
    const data = join(aDirectory(), 'data')
    postern(data, ['store', 'init'])
    const child = startPostern(data, ['users', 'list'])
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    expect(postern(data, ['users', 'add', '--username', 'ann', '--email', 'ann@example.org']).status).toBe(0)
  })
})
