import { inert } from '../../core/text/inert.ts'
import type { Print } from './tell.ts'

const LONGEST_LINE = 4000

/** What is said to people on standard output and standard error; while something else has the screen, it waits. */
export class Voice {
  #waiting: (() => void)[] | null = null

  readonly print: Print = (line) => this.#say(process.stdout, line)
  readonly warn: Print = (line) => this.#say(process.stderr, line)

  /** Holds its tongue while `showing` goes on, and then says what has come up. */
  async silentWhile<Result>(showing: () => Promise<Result>): Promise<Result> {
    this.#waiting = []
    try {
      return await showing()
    } finally {
      const waiting = this.#waiting
      this.#waiting = null
      for (const say of waiting) say()
    }
  }

  #say(stream: NodeJS.WriteStream, line: string): void {
    const say = () => void stream.write(`${inert(line, LONGEST_LINE)}\n`)
    if (this.#waiting === null) say()
    else this.#waiting.push(say)
  }
}
