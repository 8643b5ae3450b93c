import { requestResets } from '../../core/usecases/reset.ts'
import type { House } from './house.ts'
import { inboxOf } from './inbox.ts'
import { makeSandbox, type Sandbox } from './sandbox.ts'
import { type Showing, showConsole } from './screen.ts'
import { tellStory } from './story/story.ts'
import type { Print } from './tell.ts'

export interface Play {
  /** An empty directory, or one to be made, that stays; without it a temporary one is used and removed. */
  readonly data: string | undefined
  readonly print: Print
  readonly warn: Print
  /** Aborts when a signal came; in the middle of the story its reason is thrown. */
  readonly ended: AbortSignal
  /** Goes on with the sandbox when the story is told; without it there is nobody to go on. */
  readonly stay?: ((sandbox: Sandbox) => Promise<void>) | undefined
  /** The password that the story mends the settings with. Default: the one that the mail catcher takes. */
  readonly mended?: string
}

/**
 * Tells the story in a new sandbox, stays in that where somebody wants to, and clears it away.
 * @throws Stop when a step did not come true or the directory cannot be used; the reason of `ended`.
 */
export async function playSandbox({ data, print, warn, ended, stay, mended }: Play): Promise<void> {
  const sandbox = await makeSandbox(data, warn)
  const { house, password } = sandbox
  try {
    const signal = AbortSignal.any([ended, house.broken])
    await tellStory({ sandbox, print, signal, mended: mended ?? password })
    await stay?.(sandbox)
  } finally {
    await sandbox[Symbol.asyncDispose]()
    print(sandbox.temporary ? `Removed ${house.data}.` : `The store stays in ${house.data}.`)
  }
}

const GREETING = 'Sandbox: nothing leaves this machine; letters come to page 7, Inbox.'

/** The console on a sandbox, with what its mail catcher has. */
export async function showSandbox(
  { house, catcher }: Sandbox,
  { voice, ended }: Pick<Showing, 'voice' | 'ended'>,
): Promise<void> {
  await leaveOneWaiting(house)
  await showConsole(house, { voice, ended, inbox: inboxOf(catcher), place: 'sandbox', greeting: GREETING })
}

/** One of the sample users, whom the story does not write to. */
const ONE_WHO_WAITS = 'grace'

/** Asks for one reset more, as an operator does: so there is a letter to be sent now, or to be cancelled. */
async function leaveOneWaiting({ store, context }: House): Promise<void> {
  const user = await store.userByUsername(ONE_WHO_WAITS)
  if (user !== undefined) await requestResets(context, [user.id], { kind: 'usual' })
}
