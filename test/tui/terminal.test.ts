import { beforeAll, describe, expect, it, vi } from 'vitest'
import { buildPlay, startPlay } from './support/play.ts'
import { Pty, type PtyOptions } from './support/pty.ts'

let program: string
beforeAll(async () => {
  program = await buildPlay()
})
const play = (options: PtyOptions = {}, ...args: string[]) => startPlay(program, options, ...args)

const RESTORED = { alternateScreen: false, cursorShown: true, bracketedPaste: false, synchronized: false }
const TAKEN = { alternateScreen: true, cursorShown: false, bracketedPaste: true }

/** The play in a shell that compares what the terminal's driver was set to before and after. */
function inShell(...args: string[]): Pty {
  const script = `stty -g >/tmp/postern-stty.$$; echo before; "$@"; echo "status $?"; [ "$(stty -g)" = "$(cat /tmp/postern-stty.$$)" ] && echo sane || echo insane; rm /tmp/postern-stty.$$`
  return new Pty('/bin/sh', ['-c', script, 'sh', process.execPath, program, ...args])
}

/** The terminal is as it was, and what stood on it stands there. */
async function isRestored(pty: Pty, status: number): Promise<void> {
  await pty.sees('sane')
  expect(pty.screen()).toEqual(expect.arrayContaining(['before', `status ${status}`, 'sane']))
  expect(pty.modes()).toEqual(RESTORED)
  expect(await pty.ended).toBe(0)
}

describe('the terminal', () => {
  it('is taken', async () => {
    const pty = await play().sees('row 3')
    expect(pty.modes()).toMatchObject(TAKEN)
  })

  it.each([
    ['q', 'q', 0],
    ['Ctrl-C', '\x03', 0],
    ['something that hangs while it closes', 'h', 0],
    ['process.exit', 'x', 3],
  ])('is as before after %s', async (_, keys, status) => {
    const pty = await inShell().sees('row 3')
    await isRestored(pty.type(keys), status)
  })

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
  ] as const)('is as before after %s', async (signal, status) => {
    const pty = await inShell().sees('row 3')
    process.kill(pty.child(), signal)
    await isRestored(pty, status)
  })

  it.each([
    ['a component', 'e', 'the list broke'],
    ['a timer', 't', 'a timer broke'],
    ['a promise', 'p', 'a promise broke'],
  ])('is as before when %s throws, and the error stands on it', async (_, keys, message) => {
    const pty = await inShell().sees('row 3')
    await isRestored(pty.type(keys), 1)
    expect(pty.screen()).toContain(message)
  })

  it('is gone, and so is the program', async () => {
    const pty = await play().sees('row 3')
    const { pid } = pty
    pty.close()
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 10_000 })
  })

  it('is gone, and a program that hears no SIGHUP ends all the same', async () => {
    const pty = new Pty('/bin/sh', ['-c', 'trap "" HUP; exec "$@"', 'sh', process.execPath, program])
    await pty.sees('row 3')
    const { pid } = pty
    pty.close()
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 10_000 })
  })
})

describe('keys', () => {
  it('that were typed before the first frame are not lost', async () => {
    const pty = play({}, '--slowly').type('jj').type('\x1b[A').type('王')
    await pty.sees('pressed j j <up> 王')
    await pty.sees('> row 2')
  })

  it('in one write are as many presses', async () => {
    const pty = await play().sees('row 3')
    await pty.type('jjjjj').sees('> row 5')
    await pty.type('ab\r\r').sees('a b <enter> <enter>')
  })

  it('of a paste are one press', async () => {
    const pty = await play().sees('row 3')
    await pty.type('\x1b[200~jj\nq\x1b[201~').sees('pressed [jj^Jq]')
  })

  it('are no answers of the terminal', async () => {
    const pty = await play().sees('row 3')
    await pty.type('\x1b[?64;1c\x1b[3;4R\x1b]11;rgb:0/0/0\x07\x1b[Ij').sees('> row 1')
    expect(pty.screen().at(-1)).toBe('pressed j')
  })
})

describe('the screen', () => {
  it('changes by little when the cursor moves', async () => {
    const pty = await play({ columns: 140, rows: 40 }).sees('row 3')
    const before = pty.bytes
    for (let row = 1; row <= 20; row++) await pty.type('j').sees(`> row ${row} `)
    expect((pty.bytes - before) / 20).toBeLessThan(650)
  })

  it('is drawn anew by Ctrl-L, whatever another program has written on it', async () => {
    const pty = await play().sees(/^pressed$/m)
    const drawn = pty.screen()
    await new Promise<void>((resolve) => pty.terminal.write('\x1b[5;5Hnoise\x1b[20;1Hnoise', resolve))
    expect(pty.screen()).not.toEqual(drawn)
    await pty.type('\x0c').sees((screen) => screen.join() === drawn.join())
  })

  it('is left by Ctrl-Z for the shell, and comes back with fg', async () => {
    const pty = new Pty('/bin/bash', ['--norc', '--noprofile', '-i'], { env: { PS1: 'shell$ ' } })
    await pty.sees('shell$')
    // The last line of a frame is its last to arrive.
    await pty.type(`${process.execPath} ${program}\r`).sees(/^pressed$/m)
    const drawn = pty.screen()
    await pty.type('\x1a').sees('Stopped')
    expect(pty.modes()).toMatchObject({ alternateScreen: false, cursorShown: true })
    await pty.type('echo $((40+2))\r').sees('42')
    await pty.type('fg\r').sees((screen) => screen.join() === drawn.join())
    expect(pty.modes()).toMatchObject({ alternateScreen: true, cursorShown: false })
    await pty.type('j').sees('> row 1')
    await pty.type('q').sees('42')
    await pty.type('exit\r')
    expect(await pty.ended).toBe(0)
  })

  it('copies to the clipboard of the operator', async () => {
    const pty = await play().sees('row 3')
    const copied = new Promise((resolve) => {
      pty.terminal.parser.registerOscHandler(52, (data) => {
        resolve(data)
        return true
      })
    })
    pty.type('y')
    expect(await copied).toBe(`c;${Buffer.from('ann@example.org').toString('base64')}`)
  })

  it('is no alternate one when it is read aloud', async () => {
    const pty = await play({}, '--read-aloud').sees('pressed')
    expect(pty.modes()).toMatchObject({ alternateScreen: false, cursorShown: true })
    await pty.type('\x0c').sees('said again')
    pty.type('q')
    expect(await pty.ended).toBe(0)
    expect(pty.modes()).toEqual(RESTORED)
  })

  it('sets no title where it would be printed', async () => {
    const pty = await play({ env: { TERM: 'linux' } }).sees('row 3')
    expect(pty.written).not.toContain('\x1b]')
  })
})

describe('the screen of another size', () => {
  it.each([
    [100, 30, 80, 30],
    [80, 30, 100, 30],
    [100, 30, 100, 31],
    [100, 30, 100, 40],
    [100, 30, 100, 29],
    [100, 30, 100, 20],
    [100, 30, 90, 31],
    [100, 30, 90, 40],
    [100, 30, 110, 20],
    [100, 30, 90, 20],
    [100, 30, 110, 40],
  ])('is drawn as if the program had begun in it: %ix%i to %ix%i', async (columns, rows, toColumns, toRows) => {
    const fresh = await play({ columns: toColumns, rows: toRows }).sees(/^pressed$/m)
    const expected = fresh.screen()
    const pty = await play({ columns, rows }).sees(/^pressed$/m)
    await pty.resize(toColumns, toRows).sees((screen) => screen.join('\n') === expected.join('\n'))
  })
})
