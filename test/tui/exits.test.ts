import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { program } from './support/console.ts'
import { aHouse } from './support/house.ts'
import { Pty, type PtyOptions } from './support/pty.ts'

const RESTORED = { alternateScreen: false, cursorShown: true, bracketedPaste: false, synchronized: false }

/** A script that says what stood on the terminal before and after, and whether its driver is set as it was. */
const SHELL = `state=$(stty -g); echo before; "$@"; echo "status $?"; [ "$(stty -g)" = "$state" ] && echo sane || echo insane`

/** Makes the program throw where nobody expects it. */
const BREAKS = `data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('it broke')})`

const words = (data: string): string[] => [program(), '--data', data, '--page', 'tasks']

/** The real console, drawn, run by a shell. */
async function inShell(options: PtyOptions = {}): Promise<Pty> {
  const house = await aHouse({ users: 5, tasks: 20 })
  onTestFinished(() => house[Symbol.dispose]())
  const pty = new Pty('/bin/sh', ['-c', SHELL, 'sh', process.execPath, ...words(house.data)], options)
  return pty.sees('No daemon is running')
}

/** The terminal is as it was, and what stood on it stands there. */
async function isRestored(pty: Pty, status: number): Promise<void> {
  await pty.sees('sane')
  expect(pty.screen()).toEqual(expect.arrayContaining(['before', `status ${status}`, 'sane']))
  expect(pty.modes()).toEqual(RESTORED)
  expect(await pty.ended).toBe(0)
}

describe('the console ends, and the terminal is as before', () => {
  it.each([
    ['q', 'q'],
    ['Ctrl-C', '\x03'],
    ['Ctrl-C in the palette', ':\x03'],
  ])('by %s', async (_, keys) => {
    await isRestored((await inShell()).type(keys), 0)
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
  ] as const)('by %s', async (signal, status) => {
    const pty = await inShell()
    process.kill(pty.child(), signal)
    await isRestored(pty, status)
  })

  it('by an error of its own, which stands on it', async () => {
    const pty = await inShell({ env: { NODE_OPTIONS: `--import="${BREAKS}"` } })
    process.kill(pty.child(), 'SIGUSR2')
    await isRestored(pty, 1)
    expect(pty.screen().join('\n')).toMatch(/postern broke: this is a bug\.[\s\S]*it broke/)
  })

  it('when there is no store to show', async () => {
    const pty = new Pty('/bin/sh', ['-c', SHELL, 'sh', process.execPath, program(), '--data', '/proc/none'])
    await pty.sees('sane')
    expect(pty.modes()).toEqual(RESTORED)
    expect(pty.written).not.toContain('\x1b[?1049h')
  })
})

describe('a terminal that can do less', () => {
  it('is not written to where it cannot place text, and what to do is said', async () => {
    const house = await aHouse()
    onTestFinished(() => house[Symbol.dispose]())
    const env = { TERM: 'dumb' }
    const pty = new Pty('/bin/sh', ['-c', SHELL, 'sh', process.execPath, ...words(house.data)], { env })
    await isRestored(await pty.sees('Set TERM'), 2)
    expect(pty.written).not.toContain('\x1b')
  })

  it.each([
    ['a locale without UTF-8', { LC_ALL: 'C' }],
    ['the Linux console', { TERM: 'linux' }],
  ])('%s gets ASCII alone', async (_, env) => {
    const pty = await inShell({ env })
    expect(pty.screen().join('\n')).toMatch(/^[\x20-\x7e\n]+$/)
    await isRestored(pty.type('q'), 0)
  })
})

describe('the terminal is gone', () => {
  it.each([
    ['', 'exec "$@"'],
    [', although it hears no SIGHUP', 'trap "" HUP; exec "$@"'],
  ])('and so is the console%s', async (_, script) => {
    const house = await aHouse({ users: 5, tasks: 20 })
    onTestFinished(() => house[Symbol.dispose]())
    const pty = new Pty('/bin/sh', ['-c', script, 'sh', process.execPath, ...words(house.data)])
    await pty.sees('No daemon is running')
    const { pid } = pty
    pty.close()
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 10_000 })
  })
})

describe('Ctrl-Z', () => {
  it('gives the shell its screen, and fg brings the console back as it was', async () => {
    const house = await aHouse({ users: 5, tasks: 20 })
    onTestFinished(() => house[Symbol.dispose]())
    const pty = new Pty('/bin/bash', ['--norc', '--noprofile', '-i'], { env: { PS1: 'shell$ ' } })
    await pty.sees('shell$')
    await pty.type(`${[process.execPath, ...words(house.data)].join(' ')}\r`).sees('No daemon is running')
    await pty.type('jj').sees('3 of 20')
    await pty.type('\x1a').sees('Stopped')
    expect(pty.modes()).toMatchObject({ alternateScreen: false, cursorShown: true })
    await pty.type('echo $((40+2))\r').sees('42')
    await pty.type('fg\r').sees('3 of 20')
    await pty.type('j').sees('4 of 20')
    expect(pty.modes()).toMatchObject({ alternateScreen: true, cursorShown: false })
    await pty.type('q').sees('42')
    await pty.type('exit\r')
    expect(await pty.ended).toBe(0)
  })
})

describe('read aloud', () => {
  it('a page is read once, then what each key changes, and the terminal keeps its screen', async () => {
    const pty = await inShell({ columns: 140, rows: 40, env: { INK_SCREEN_READER: 'true' } })
    await pty.sees('You are on: ')
    expect(pty.modes()).toMatchObject({ alternateScreen: false, cursorShown: true })
    expect(pty.screen().join('\n')).toMatch(/Scheduled Tasks[\s\S]*SCHEDULED, STATUS[\s\S]*1 of 20\nKeys: /)
    const before = pty.written.length
    await pty.type('j').sees(/, 2 of 20$/m)
    expect(pty.written.slice(before)).toMatch(/^[^\r\n]+, 2 of 20\r\n$/)
    await pty.type('\x0c').sees((screen) => screen.filter((line) => line.startsWith('Keys: ')).length === 2)
    await pty.type('q').sees('sane')
    expect(pty.modes()).toEqual(RESTORED)
    // Nothing is drawn over what was read: no cursor is moved, no colour set.
    expect(pty.written.replaceAll(/\x1b\[\?(2004|25|2026)[hl]|\x1b\[0m/g, '')).not.toContain('\x1b')
  })
})
