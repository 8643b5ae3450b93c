import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll } from 'vitest'
import { temporaryDirectory } from '../support/store.ts'

/** A worker of these tests, in a process of its own; disposing of it kills it. */
export interface Worker extends Disposable {
  readonly child: ChildProcess
  /** The lines that it has written so far. */
  readonly lines: string[]
  /** Its next line, or null when it has ended. */
  next(): Promise<string | null>
  /** Its exit status, or the signal that ended it; what it wrote has been read by then. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Compiled once, a worker starts in half the time. */
const cache = temporaryDirectory()
afterAll(() => cache[Symbol.dispose]())

/** Starts `workers/NAME.ts`; `wrapper` is a command that starts it, as strace does. */
export function startWorker(name: string, args: readonly string[], wrapper: readonly string[] = []): Worker {
  const command = [...wrapper, process.execPath, join(import.meta.dirname, 'workers', `${name}.ts`), ...args]
  const env = { ...process.env, NODE_COMPILE_CACHE: cache.path, UV_THREADPOOL_SIZE: '1' }
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'], env })
  const lines: string[] = []
  const arrivals = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async () => {
    const { done, value } = await arrivals.next()
    if (done === true) return null
    lines.push(value)
    return value
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals)
  return { child, lines, next, ended, [Symbol.dispose]: () => void child.kill('SIGKILL') }
}

/** Reads all that a worker says until it ends; how it ended. */
export async function untilEnded(worker: Worker): Promise<number | NodeJS.Signals> {
  while ((await worker.next()) !== null);
  return worker.ended
}
