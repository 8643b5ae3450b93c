import { readFileSync } from 'node:fs'
import { setTimeout as pass } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
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
  })
})
