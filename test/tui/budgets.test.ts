import { readFileSync } from 'node:fs'
import { setTimeout as pass } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { MINUTE } from '../../src/core/domain/time.ts'
import type { Store } from '../../src/core/store/port.ts'
import { anActor, anEntry, ids } from '../support/builders.ts'
import { aConsole, type Console } from './support/console.ts'

/** The list of tasks, drawn, in a terminal of that size. */
async function tasks(columns: number, rows: number): Promise<Console> {
  const console = await aConsole({ columns, rows, users: 500, tasks: 5000, args: ['--page', 'tasks'] })
  await console.sees(/\b1 of 5,?000/)
  await console.sees('No daemon is running')
  // What is left of the first frames has come when that of a key has.
  await goTo(console, 'j', 2)
  return goTo(console, 'k', 1)
}

/** Presses a key and waits until the line of breadcrumbs counts that row. */
const goTo = (console: Console, key: string, row: number) =>
  console.press(key).sees(new RegExp(`\\b${row.toLocaleString('en')} of 5,?000`))

/** Bytes for each of so many presses. */
async function bytesPerKey(
  console: Console,
  key: string,
  from: number,
  step: number,
  presses: number,
): Promise<number> {
  const before = console.bytes
  for (let press = 1; press <= presses; press++) await goTo(console, key, from + press * step)
  return (console.bytes - before) / presses
}

/** Resident memory in MiB. Source: proc(5), /proc/pid/status, VmRSS in kB. */
function residentOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

describe('what a key costs on the wire', () => {
  it('is at most 650 bytes when the cursor moves', async () => {
    const console = await tasks(140, 40)
    expect(await bytesPerKey(console, 'j', 1, 1, 20)).toBeLessThanOrEqual(650)
  })

  it('is at most 6 kB when the list scrolls by a line', async () => {
    const console = await tasks(140, 40)
    for (let row = 2; row <= 60; row++) await goTo(console, 'j', row)
    expect(await bytesPerKey(console, 'j', 60, 1, 20)).toBeLessThanOrEqual(6000)
  })

  it('is at most 2.1 kB for that on a small terminal', async () => {
    const console = await tasks(80, 24)
    for (let row = 2; row <= 40; row++) await goTo(console, 'j', row)
    expect(await bytesPerKey(console, 'j', 40, 1, 20)).toBeLessThanOrEqual(2100)
  })
})

const REFUSED = {
  stage: 'tcp',
  code: 'ESOCKET',
  originalCode: 'ECONNREFUSED',
  replyCode: null,
  enhancedCode: null,
} as const
const EXPIRED = { ...REFUSED, stage: 'tls', originalCode: 'CERT_HAS_EXPIRED' } as const
const WRONG = { stage: 'auth', code: 'EAUTH', originalCode: null, replyCode: 535, enhancedCode: '5.7.8' } as const
const NOBODY = { ...WRONG, stage: 'rcpt', code: 'EENVELOPE', replyCode: 550, enhancedCode: '5.1.1' } as const
const LARGE = { ...WRONG, stage: 'data', code: 'EMESSAGE', replyCode: 552, enhancedCode: '5.3.4' } as const
type Kind = typeof REFUSED | typeof EXPIRED | typeof WRONG | typeof NOBODY | typeof LARGE

/** A console on a log of failures for these reasons, one after the other; beside each stands what mends it. */
async function failures(kinds: readonly Kind[]): Promise<Console> {
  const furnish = (store: Store) =>
    store.transact(anActor, 'delivery.settle', async (tx) => {
      for (let number = 0; number < 100; number++) {
        const kind = kinds[number % kinds.length] ?? expect.fail('no kind of failure')
        const { replyCode, enhancedCode } = kind
        const reply =
          replyCode === null ? null : `${replyCode} ${enhancedCode} <somebody${number}@example.org>: not now`
        const outcome = replyCode === null ? 'unreachable' : replyCode === 535 ? 'misconfigured' : 'refused'
        const user = { id: ids.user(), username: `somebody${number}` }
        const happening = { ...kind, reply }
        const to = `somebody${number}@example.org`
        const at = Date.now() - number * MINUTE
        tx.log(anEntry({ at, outcome, happening, reply, replyCode, enhancedCode, to, user }))
      }
    })
  const console = await aConsole({ columns: 140, rows: 40, furnish, args: ['--page', 'log'] })
  await console.sees(/^> .*failure[\s\S]*No daemon is running/m)
  return console
}

/** Bytes for each move down the log, what comes beside the row included. */
async function bytesPerMove(console: Console): Promise<number> {
  const moves = 30
  const moveTo = async (row: number) => {
    const user = `somebody${99 - row}`
    const isOn = (line: string) => line.startsWith('> ') && line.includes(user)
    const saysSo = new RegExp(`User +${user}$`)
    await console.press('j').sees((screen) => screen.some(isOn) && screen.some((line) => saysSo.test(line)))
  }
  await moveTo(1)
  const before = console.bytes
  for (let row = 2; row < 2 + moves; row++) await moveTo(row)
  return (console.bytes - before) / moves
}

describe('a move of the cursor on a log of failures', () => {
  it('is at most 650 bytes on average, what mends each beside it', async () => {
    // An outage fails every letter until it is mended; a wrong address fails one.
    const console = await failures([WRONG, WRONG, WRONG, NOBODY, REFUSED, REFUSED, REFUSED, REFUSED, EXPIRED, EXPIRED])
    expect(await bytesPerMove(console)).toBeLessThanOrEqual(650)
  })

  it('is at most 900 where each has failed of something else', async () => {
    const console = await failures([REFUSED, EXPIRED, WRONG, NOBODY, LARGE])
    expect(await bytesPerMove(console)).toBeLessThanOrEqual(900)
  })
})

describe('a console that nobody touches', () => {
  it('writes nothing within ten seconds', async () => {
    const console = await aConsole({ columns: 140, rows: 40, users: 10, tasks: 0, args: ['--page', 'tasks'] })
    await console.sees('No daemon is running')
    // The minute may turn, and with it what is said of time: then ten more seconds are silent.
    const silent = async () => {
      const before = console.bytes
      await pass(10_000)
      return console.bytes === before
    }
    expect((await silent()) || (await silent())).toBe(true)
  })
})

describe('ten thousand key presses', () => {
  it('leave the console at most 20 MiB larger', async () => {
    const console = await tasks(140, 40)
    const { pid } = console
    const before = residentOf(pid)
    for (let pressed = 0; pressed < 10_000; pressed += 50) {
      console.type('j'.repeat(25))
      await goTo(console, '', 26)
      console.type('k'.repeat(25))
      await goTo(console, '', 1)
    }
    // Garbage is collected when the keys have paused.
    await vi.waitFor(() => expect(residentOf(pid) - before).toBeLessThanOrEqual(20), { timeout: 20_000, interval: 200 })
    // Ten seconds, but forty on a machine with much else to do.
  }, 180_000)
})
