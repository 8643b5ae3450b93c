import type { Instant } from '../../core/domain/time.ts'
import { EXIT } from '../../core/exit.ts'
import { findDaemon, type Heartbeat } from '../../core/host/heartbeat.ts'
import { humanTime, humanUntil } from '../../core/text/human.ts'
import { mailStatusJson } from '../../core/text/json.ts'
import { diagnosisLines } from '../../core/text/report.ts'
import { type MailStatus, readMailStatus } from '../../core/usecases/mail-status.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { printFacts } from '../output/facts.ts'
import { printJson } from '../output/json.ts'
import { counted } from '../output/words.ts'
import { daemonTrouble } from './sending.ts'

/** `postern mail status` */
export const mailStatus: Run = (call) =>
  atStore(call, async ({ store, data }) => {
    const status = await readMailStatus(store)
    const daemon = findDaemon(data)
    const { io } = call
    if (call.json) {
      await printJson(io, mailStatusJson(status, daemon))
      return EXIT.done
    }
    const now = store.now()
    const trouble = daemonTrouble(daemon, now)
    printFacts(io, [
      ['Queue', queueWords(status, now)],
      ['Why', whyLines(status)],
      ['Next', nextWords(status, now)],
      [
        'Held',
        status.held === 0 ? 'nothing waits that is due' : `${counted(status.held, 'letter')} due, waiting to leave`,
      ],
      ['Daemon', daemonWords(daemon, now)],
    ])
    if (trouble !== null) io.complain(`! ${trouble}`)
    return EXIT.done
  })

function queueWords({ state, queue }: MailStatus, now: Instant): string {
  if (state === 'open') return 'open: letters leave when they are due'
  if (state === 'off') return 'off: no letter leaves'
  return `${state} since ${humanTime(queue.since, now)}`
}

function whyLines({ state, queue }: MailStatus): readonly string[] {
  if (state === 'off') {
    const beneath = queue.cause === null ? [] : [`Beneath that it is ${queue.state}:`, ...diagnosisLines(queue.cause)]
    return ['SERVICE_MAIL_ENABLE is false; "postern settings set SERVICE_MAIL_ENABLE=true" turns it on.', ...beneath]
  }
  return queue.cause === null ? [] : diagnosisLines(queue.cause)
}

/** When a closed queue is tried next; null while it is open or off. */
export function nextWords({ state, queue }: Pick<MailStatus, 'state' | 'queue'>, now: Instant): string | null {
  if (state === 'open' || state === 'off') return null
  const again = '"postern mail resume", or saving mail settings, probes at once'
  if (queue.nextProbeAt === null) return `no probe by itself: ${again}`
  return queue.nextProbeAt <= now ? 'a probe is due' : `a probe ${humanUntil(queue.nextProbeAt, now)}; ${again}`
}

function daemonWords(daemon: Heartbeat | null, now: Instant): string {
  if (daemon === null) return 'none is running'
  if (daemon.startedAt === '') return `pid ${daemon.pid}, starting`
  return `posternd ${daemon.version}, pid ${daemon.pid}, since ${humanTime(Date.parse(daemon.startedAt), now)}`
}
