import { inert } from '../../core/text/inert.ts'
import type { Catcher } from './catcher.ts'
import { keep } from './keep.ts'
import { readLetter, temporaryPasswordIn } from './letter.ts'
import { makeSandbox, type Sandbox } from './sandbox.ts'
import { tellStory } from './story/story.ts'
import type { Print } from './tell.ts'

export interface Play {
  /** An empty directory, or one to be made, that stays; without it a temporary one is used and removed. */
  readonly data: string | undefined
  readonly print: Print
  readonly warn: Print
  /** Aborts when a signal came; in the middle of the story its reason is thrown. */
  readonly ended: AbortSignal
  /** Whether somebody is there to go on with the sandbox when the story is told. */
  readonly onTerminal: boolean
  /** The password that the story mends the settings with. Default: the one that the mail catcher takes. */
  readonly mended?: string
}

/**
 * Tells the story in a new sandbox, keeps that where there is a terminal, and clears it away.
 * @throws Stop when a step did not come true or the directory cannot be used; the reason of `ended`.
 */
export async function playSandbox(play: Play): Promise<void> {
  const { print, data } = play
  const sandbox = await makeSandbox(data, play.warn)
  try {
    await perform(sandbox, play)
  } finally {
    await sandbox[Symbol.asyncDispose]()
    print(sandbox.temporary ? `Removed ${sandbox.house.data}.` : `The store stays in ${sandbox.house.data}.`)
  }
}

async function perform(sandbox: Sandbox, { print, ended, onTerminal, mended }: Play): Promise<void> {
  const { house, catcher, password } = sandbox
  const signal = AbortSignal.any([ended, house.broken])
  await tellStory({ sandbox, print, signal, mended: mended ?? password })
  if (!onTerminal) return
  print('')
  await keep(house, { print, ended, more: sayCaught(catcher, print) })
}

/** Says what has been caught since it was asked last: a temporary password could not be read anywhere else. */
function sayCaught({ letters }: Catcher, print: Print): () => Promise<void> {
  let said = letters.length
  return async () => {
    for (; said < letters.length; said++) {
      const caught = letters[said]
      const { text } = await readLetter(caught?.message ?? new Uint8Array())
      const secret = temporaryPasswordIn(text)
      if (secret !== null) print(`          caught for ${inert(caught?.to.join(', ') ?? '')}: ${secret}`)
    }
  }
}
