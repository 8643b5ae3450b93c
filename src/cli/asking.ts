import { buffer } from 'node:stream/consumers'
import { EXIT, Stop } from '../core/exit.ts'
import type { Call } from './definition.ts'
import { wrongUse } from './input.ts'
import type { Io } from './io.ts'

/**
 * Goes on only when the operator says yes, at a prompt or by `--yes`.
 * @throws Stop with exit status 2 where there is nobody to ask, with 1 when the answer is anything but yes.
 */
export async function confirm({ input, io }: Call, question: string): Promise<void> {
  if (input.has('yes')) return
  if (io.ask === null)
    throw wrongUse(`It asks first, and there is no terminal: say --yes. The question is: ${question}`)
  const answer = await io.ask({ text: `${question} [y/N]`, masked: false })
  if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new Stop(EXIT.failed, 'Nothing was changed.')
}

/** More than any setting may have. */
const LONGEST_SECRET = 64 * 1024

/**
 * Reads a secret: typed at a prompt that shows asterisks, else all of standard input without one line break at its end.
 * @throws Stop
 */
export async function readSecret(io: Io, name: string): Promise<string> {
  if (io.ask !== null) {
    const typed = await io.ask({ text: `${name}:`, masked: true })
    if (typed === null) throw new Stop(EXIT.failed, 'Nothing was changed.')
    return typed
  }
  const bytes = await buffer(bounded(io.input, name))
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).replace(/\r?\n$/, '')
  } catch {
    throw wrongUse(`${name} on standard input is not UTF-8.`)
  }
}

async function* bounded(input: AsyncIterable<Uint8Array>, name: string) {
  let length = 0
  for await (const chunk of input) {
    length += chunk.length
    if (length > LONGEST_SECRET) throw wrongUse(`${name} on standard input is over ${LONGEST_SECRET / 1024} KB.`)
    yield chunk
  }
}
