import { humanDuration } from '../../../core/text/human.ts'
import type { Sandbox } from '../sandbox.ts'
import { type Print, Teller } from '../tell.ts'
import { mailLogStep } from './mail-log.ts'
import { mendingStep, redoStep } from './mending.ts'
import { openingStep, settingsStep } from './opening.ts'
import { refusalStep } from './refusal.ts'
import { requestsStep } from './requests.ts'
import type { Stage } from './stage.ts'
import { wayInStep } from './way-in.ts'

export interface Story {
  readonly sandbox: Sandbox
  readonly print: Print
  /** Ends it with its reason as the error. */
  readonly signal: AbortSignal
  /** The password that the settings are mended with: the mail catcher's own, unless a test wants it to go wrong. */
  readonly mended: string
}

/**
 * Tells what Postern is for, from a wrong password to a person who is let in, and looks at each step whether it came
 * true: in the store, and in what the mail catcher got.
 * @throws Stop with exit status 1 at the first step that did not; the signal's reason.
 */
export async function tellStory({ sandbox, print, signal, mended }: Story): Promise<void> {
  const began = performance.now()
  const stage: Stage = { sandbox, signal, mended, teller: new Teller(print) }
  print('Postern in a sandbox: every letter is caught on this machine.')
  await openingStep(stage)
  await settingsStep(stage)
  const requested = await requestsStep(stage)
  const refused = await refusalStep(stage, requested)
  await mendingStep(stage, refused)
  await redoStep(stage, refused)
  await mailLogStep(stage)
  await wayInStep(stage, refused.failed)
  const { letters } = sandbox.catcher
  const took = humanDuration(performance.now() - began)
  print('')
  print(`All ${stage.teller.steps} steps came true, in ${took}; ${letters.length} letters were caught.`)
}
