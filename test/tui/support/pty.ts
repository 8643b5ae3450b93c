import { onTestFinished } from 'vitest'
import { OwnTerminal, type PtyOptions } from './own-terminal.ts'

export type { PtyOptions }

/** A program in a pseudo-terminal of its own, which is lost when the test is over. */
export class Pty extends OwnTerminal {
  constructor(file: string, args: readonly string[], options: PtyOptions = {}) {
    super(file, args, options)
    onTestFinished(() => this.close())
  }
}
