import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { environment } from '../core/host/environment.ts'
import { inert } from '../core/text/inert.ts'

export interface Question {
  readonly text: string
  /** Show asterisks for what is typed. */
  readonly masked: boolean
}

/** The streams of a command and what is at their ends. */
export interface Io {
  /** One line on standard output. Whatever it holds, it arrives inert. */
  print(line: string): void
  /** Bytes on standard output as they are; resolves when there is room for more. */
  write(bytes: string | Uint8Array): Promise<void>
  /** One sentence on standard error, inert, too. */
  complain(sentence: string): void
  /** The terminal that standard output is, or null for a pipe or a file. */
  readonly terminal: { readonly columns: number; readonly colour: boolean } | null
  /** Asks whoever sits at the terminal; null where nobody does. Its answer is null when it was not given. */
  readonly ask: ((question: Question) => Promise<string | null>) | null
  /** Standard input as it is. */
  readonly input: Readable
}

const LONGEST_LINE = 4000
const NARROW = 80

/** This process's own streams. Prompts go to standard error, so that standard output holds results alone. */
export function systemIo(): Io {
  const { stdin, stdout, stderr } = process
  return {
    print: (line) => void stdout.write(`${inert(line, LONGEST_LINE)}\n`),
    write: async (bytes) => {
      if (!stdout.write(bytes)) await once(stdout, 'drain')
    },
    complain: (sentence) => void stderr.write(`${inert(sentence, LONGEST_LINE)}\n`),
    terminal: stdout.isTTY ? { columns: stdout.columns || NARROW, colour: !environment().noColor } : null,
    ask:
      stdin.isTTY && stderr.isTTY
        ? async (question) => {
            // Before Ink is loaded, and before its first frame: what is typed meanwhile would be echoed as it is.
            stdin.setRawMode(true)
            const { prompt } = await import('./prompt.tsx')
            return prompt(question, { stdin, stderr })
          }
        : null,
    input: stdin,
  }
}
