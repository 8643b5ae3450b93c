import { isResting } from '../../core/domain/throttle.ts'
import { type Instant, MINUTE } from '../../core/domain/time.ts'
import { EXIT, Stop } from '../../core/exit.ts'
import { findDaemon, type Heartbeat } from '../../core/host/heartbeat.ts'
import { humanDuration } from '../../core/text/human.ts'
import { queueReason } from '../../core/text/report.ts'
import { type MailStatus, readMailStatus } from '../../core/usecases/mail-status.ts'
import type { Call } from '../definition.ts'
import type { Door } from '../door.ts'

/** A daemon says every ten seconds that it lives: one that has been silent for longer hangs. */
const LONGEST_SILENCE = MINUTE

const NO_DAEMON = 'No daemon is running: letters leave when posternd is started.'

/** What is wrong with the daemon, or null when it is there and well. */
export function daemonTrouble(daemon: Heartbeat | null, now: Instant): string | null {
  if (daemon === null) return NO_DAEMON
  const silence = daemon.seenAt === '' ? 0 : now - Date.parse(daemon.seenAt)
  if (silence <= LONGEST_SILENCE) return null
  return `The daemon (pid ${daemon.pid}) has not been heard of for ${humanDuration(silence)}: it hangs or has died; restart posternd.`
}

/**
 * The daemon that a door asks for something only it can do.
 * @param wanted what it is wanted for, behind "No daemon is running that could": `send it`
 * @param instead what does it without a daemon, a whole sentence
 * @throws Stop with exit status 69 when there is none, or it hangs.
 */
export function expectDaemon(data: string, now: Instant, wanted: string, instead: string): Heartbeat {
  const daemon = findDaemon(data)
  if (daemon === null) {
    throw new Stop(EXIT.unavailable, `No daemon is running that could ${wanted}: start posternd. ${instead}`)
  }
  const trouble = daemonTrouble(daemon, now)
  if (trouble !== null) throw new Stop(EXIT.unavailable, `${trouble} ${instead}`)
  return daemon
}

/** What keeps letters from leaving, as sentences; none when nothing does. */
function obstacles({ state, queue }: MailStatus, daemon: Heartbeat | null, now: Instant): readonly string[] {
  const trouble = daemonTrouble(daemon, now)
  const closed = {
    open: null,
    off: 'SERVICE_MAIL_ENABLE is false: letters wait until it is true.',
    paused: `Mail is paused, and letters wait: ${queueReason('paused', queue)}. "postern mail status" says what mends it.`,
    unreachable: `The mail server cannot be reached, and letters wait: ${queueReason('unreachable', queue)}.`,
  }[state]
  const rests =
    state === 'open' && isResting(queue.throttle, now)
      ? 'The mail server asked to slow down, and letters wait: "postern mail status" says until when.'
      : null
  return [trouble, closed, rests].filter((sentence) => sentence !== null)
}

/** Says on standard error what keeps letters from leaving, where something does. */
export async function tellWhetherSent({ io }: Call, { store, data }: Door): Promise<void> {
  for (const sentence of obstacles(await readMailStatus(store), findDaemon(data), store.now())) io.complain(sentence)
}
