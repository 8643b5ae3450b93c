import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'
import { commandLine } from '../../src/cli/command-line.ts'
import type { Io, Question } from '../../src/cli/io.ts'
import { inert } from '../../src/core/text/inert.ts'

/** A directory of this test's own, gone when it is over. */
export function aDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'postern-cli-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A file of this test's own; its path. */
export function aFile(name: string, content: string | Uint8Array): string {
  const path = join(aDirectory(), name)
  writeFileSync(path, content)
  return path
}

/** What stands at the ends of a command's streams. */
export interface Ends {
  /** Standard output is a terminal of so many columns. */
  readonly columns?: number
  /** Somebody sits there and gives these answers, one after the other; null is Ctrl-C. */
  readonly answers?: readonly (string | null)[]
  readonly input?: string | Uint8Array
}

/** What a command left behind. */
export interface Outcome {
  readonly status: number
  readonly out: string
  readonly err: string
  readonly questions: readonly Question[]
}

/** An operator's desk: commands run in this process, on the store of one data directory. */
export class Desk {
  readonly data: string

  constructor(data = join(aDirectory(), 'data')) {
    this.data = data
  }

  /** Runs `postern …`. */
  async run(argv: readonly string[], { columns, answers, input = '' }: Ends = {}): Promise<Outcome> {
    let out = ''
    let err = ''
    const left = [...(answers ?? [])]
    const questions: Question[] = []
    const io: Io = {
      print: (line) => {
        out += `${inert(line, 4000)}\n`
      },
      write: async (bytes) => {
        out += typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString()
      },
      complain: (line) => {
        err += `${inert(line, 4000)}\n`
      },
      terminal: columns === undefined ? null : { columns, colour: false },
      ask:
        answers === undefined
          ? null
          : async (question) => {
              questions.push(question)
              return left.shift() ?? null
            },
      input: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    }
    const status = await commandLine([...argv, '--data', this.data], io)
    return { status, out, err, questions }
  }

  /** Runs what must go well; what it printed. */
  async done(...argv: readonly string[]): Promise<string> {
    const { status, out, err } = await this.run(argv)
    if (status !== 0) throw new Error(`postern ${argv.join(' ')} ended with ${status}: ${err}${out}`)
    return out
  }

  /** Runs what must be refused with status 2; the one sentence that says why. */
  async refused(...argv: readonly string[]): Promise<string> {
    const { status, out, err } = await this.run(argv)
    if (status !== 2 || out !== '') throw new Error(`postern ${argv.join(' ')} ended with ${status}: ${err}${out}`)
    const [sentence = '', ...more] = err.trimEnd().split('\n')
    if (more.length > 0) throw new Error(`it said more than a sentence: ${err}`)
    return sentence
  }

  /** Runs with `--json` what must go well; the document. */
  async json(...argv: readonly string[]): Promise<Document> {
    return JSON.parse(await this.done(...argv, '--json'))
  }

  /** The items of a list. */
  async items(...argv: readonly string[]): Promise<readonly Document[]> {
    const { items } = await this.json(...argv)
    return items as readonly Document[]
  }

  /** Adds users by name, with addresses at example.org. */
  async addUsers(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.done('users', 'add', '--username', name, '--email', `${name}@example.org`)
  }
}

/** A JSON document or an item of a list. */
export type Document = Readonly<Record<string, unknown>>

const root = join(import.meta.dirname, '../..')
let built = false

/** The program as it is installed, built when it was not. */
export function program(): string {
  if (!built) execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' })
  built = true
  return join(root, 'bin/postern.mjs')
}

/** Runs the real `postern` in a process of its own, without a terminal. */
export function postern(data: string, argv: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program(), ...argv, '--data', data], {
    encoding: 'utf8',
    input,
  })
  return { status, out: stdout, err: stderr }
}

/** Starts the real `postern`, to be killed. */
export function startPostern(data: string, argv: readonly string[]) {
  const child = spawn(process.execPath, [program(), ...argv, '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}
