import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const sources = join(import.meta.dirname, '../../../src/core/host')

/** A program that has the exports of one of `src/core/host` as `host`. */
const program = (file: string, code: string): string[] => [
  '--input-type=module-typescript',
  '--eval',
  `import * as host from ${JSON.stringify(join(sources, file))}\n${code}`,
]

/** Runs `code`, a module that sees `host` and calls `answer(value)`, in a process of its own; gives what it answered. */
export function askChild(file: string, code: string): unknown {
  const answer = 'const answer = (value) => console.log(JSON.stringify(value))\n'
  const { status, stdout, stderr } = spawnSync(process.execPath, program(file, answer + code), { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The child ended with ${status}: ${stderr}`)
  return JSON.parse(stdout)
}

/** Starts `code` in a process of its own, which is killed when the test is over; resolves at its first output. */
export async function startChild(file: string, code: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, program(file, code), { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}
