import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { UpOptions } from '../../../src/cli/up/up.ts'

/** A directory of this test's own, gone when it is over. */
export function aDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'postern-up-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly lines: readonly string[]
  readonly said: string
}

/** `postern up` in a process of its own, without a terminal, its temporary directories in `tmp`. */
export class Run {
  readonly #child: ChildProcess
  #printed = ''
  readonly #ended: Promise<Ended>

  constructor(options: UpOptions, tmp: string) {
    const up = join(import.meta.dirname, '../../../src/cli/up/up.ts')
    const script = `import(${JSON.stringify(up)}).then(({ up }) => up(${JSON.stringify(options)})).then(process.exit)`
    const child = spawn(process.execPath, ['--eval', script], {
      env: { ...process.env, TMPDIR: tmp },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      this.#printed += chunk
    })
    const said = text(child.stderr)
    this.#ended = once(child, 'close').then(async () => ({
      status: child.exitCode,
      signal: child.signalCode,
      lines: this.#printed.trimEnd().split('\n'),
      said: await said,
    }))
    onTestFinished(() => void child.kill('SIGKILL'))
  }

  /** Until it has printed what fits `pattern`. */
  async printed(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.#printed)) await once(this.#child.stdout ?? this.#child, 'data')
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  get ended(): Promise<Ended> {
    return this.#ended
  }
}
