import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import { needs } from '../support/needs.ts'
import { temporaryDirectory } from '../support/store.ts'
import { program } from './support/console.ts'
import { aHouse } from './support/house.ts'

/** A tmux server of its own with one window of that size. */
class Tmux {
  /** Of its socket, which tmux leaves behind. */
  readonly #directory = temporaryDirectory()

  constructor(command: readonly string[], columns: number, rows: number) {
    onTestFinished(() => {
      this.#tmux('kill-server')
      this.#directory[Symbol.dispose]()
    })
    const quoted = command.map((word) => `'${word}'`).join(' ')
    this.#tmux('new-session', '-d', '-x', `${columns}`, '-y', `${rows}`, `env -u CI ${quoted}`)
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`)
  }

  screen(): string {
    return this.#tmux('capture-pane', '-p')
  }

  async sees(wanted: string): Promise<void> {
    await vi.waitFor(() => expect(this.screen()).toContain(wanted), { timeout: 20_000, interval: 50 })
  }

  #tmux(...args: string[]): string {
    // No status line: the window then has the whole size.
    const socket = join(this.#directory.path, 'tmux')
    return execFileSync('tmux', ['-f', '/dev/null', '-S', socket, 'set', '-g', 'status', 'off', ';', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, TMUX: '' },
    })
  }
}

const MATRIX = [
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
] as const

/** Pages with a list, and with a detail beside it from 120 columns; and what they show when they have been read. */
const PAGES = [
  ['tasks', 'of 200'],
  ['users', 'of 50'],
] as const

needs('tmux').describe('the console in tmux', () => {
  const { it } = needs('tmux')
  for (const [page, read] of PAGES) {
    for (const [columns, rows, toColumns, toRows] of MATRIX)
      it(`draws after ${columns}x${rows} became ${toColumns}x${toRows} what a fresh start draws: ${page}`, async () => {
        using house = await aHouse({ users: 50, tasks: 200 })
        const command = [process.execPath, program(), '--data', house.data, '--page', page]
        const fresh = new Tmux(command, toColumns, toRows)
        const resized = new Tmux(command, columns, rows)
        await fresh.sees(read)
        await fresh.sees('No daemon is running')
        await resized.sees('No daemon is running')
        resized.resize(toColumns, toRows)
        await vi.waitFor(() => expect(resized.screen()).toBe(fresh.screen()), { timeout: 20_000, interval: 50 })
      })
  }
})
