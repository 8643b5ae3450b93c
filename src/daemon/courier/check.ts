import { parseAddress } from '../../core/domain/address.ts'
import { CHECK_DEADLINE, CUT_SHORT } from '../../core/domain/check.ts'
import type { Stage, StageReport } from '../../core/domain/outcome.ts'
import { type Deadlines, timeoutCode } from './deadline.ts'
import { failure } from './failure.ts'
import { Lane } from './lane.ts'
import { surroundings } from './opening.ts'
import { type CourierSettings, type Parcel, type Report, reportOf } from './report.ts'
import { Transcript } from './transcript.ts'

export interface CheckOptions {
  /** Told of each stage as it begins, with those that were passed. */
  readonly entered: (stages: readonly StageReport[], stage: Stage) => void
  /** Ends it at once. */
  readonly signal: AbortSignal
  /** All stages together, in ms. */
  readonly deadline?: number
  readonly deadlines?: Partial<Deadlines>
}

const STOPPED = failure('ECHECK', null, CUT_SHORT)

/**
 * Goes the way of a letter up to RCPT TO, over a connection of its own, takes it back and says goodbye. Resolves
 * whatever the network does; `delivered` means that all of it was accepted, and nothing was sent.
 */
export async function checkServer(
  settings: CourierSettings,
  { from, to }: Omit<Parcel, 'message'>,
  { entered, signal, deadline = CHECK_DEADLINE, deadlines }: CheckOptions,
): Promise<Report> {
  const transcript: Transcript = new Transcript(
    () => performance.now(),
    (stage) => entered([...transcript.stages], stage),
  )
  const [sender, recipient] = [parseAddress(from), parseAddress(to)]
  if (!sender.ok) return reportOf(transcript, failure('EADDRESS', null, `The sender is no address: ${sender.why}.`))
  if (!recipient.ok) return reportOf(transcript, failure('EADDRESS', null, recipient.why))

  if (signal.aborted) return reportOf(transcript, STOPPED)

  const lane = new Lane(surroundings(settings, deadlines), () => {})
  const stop = () => lane.kill(STOPPED)
  const late = () => lane.kill(failure('ETIMEDOUT', timeoutCode(transcript.stage), 'The check took too long.'))
  const timer = setTimeout(late, deadline)
  signal.addEventListener('abort', stop, { once: true })
  try {
    const envelope = { from: sender.wire, to: recipient.wire }
    const failed = (await lane.open(transcript)) ?? (await lane.tryEnvelope(envelope, transcript))
    return reportOf(transcript, failed)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    await lane.quit()
  }
}
