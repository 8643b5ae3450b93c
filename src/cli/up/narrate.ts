import { diagnose } from '../../core/domain/diagnosis.ts'
import { type MailLogEntry, resultOf } from '../../core/domain/mail-log.ts'
import type { Queue } from '../../core/domain/queue.ts'
import { readableAddress } from '../../core/host/readable-address.ts'
import type { Store } from '../../core/store/port.ts'
import { inert } from '../../core/text/inert.ts'
import { readQueue } from '../../core/usecases/settings.ts'
import { clockTime, type Print } from './tell.ts'

/** More attempts than these between two looks are only counted. */
const MOST = 50

/**
 * Says what the daemon does from now on, a line an attempt and a line when the queue opens or closes, until `signal`
 * aborts.
 */
export async function narrate(
  store: Pick<Store, 'changes' | 'mailLog' | 'get' | 'now'>,
  print: Print,
  signal: AbortSignal,
): Promise<void> {
  const { items } = await store.mailLog({ limit: 1 })
  let last = items[0]?.id
  let { state } = await readQueue(store)
  for await (const { kinds } of store.changes(signal)) {
    if (kinds.has('mail-log')) {
      const entries = await entriesSince(store, last)
      if (entries.length === MOST) print(`(${MOST} attempts or more; the latest ${MOST}:)`)
      for (const entry of entries) print(attemptLine(entry))
      last = entries.at(-1)?.id ?? last
    }
    const queue = kinds.has('queue') ? await readQueue(store) : null
    if (queue !== null && queue.state !== state) {
      state = queue.state
      print(queueLine(queue, store.now()))
    }
  }
}

/** The entries that came after `last`, the oldest first. */
async function entriesSince(
  store: Pick<Store, 'mailLog'>,
  last: MailLogEntry['id'] | undefined,
): Promise<readonly MailLogEntry[]> {
  const { items } = await store.mailLog({ limit: MOST })
  const known = items.findIndex(({ id }) => id === last)
  return items.slice(0, known < 0 ? MOST : known).reverse()
}

function attemptLine({ at, to, subject, outcome, happening }: MailLogEntry): string {
  const why = happening === null ? '' : `: ${diagnose(happening).title}`
  return `${clockTime(at)}  ${resultOf(outcome)}  ${inert(readableAddress(to))}  "${inert(subject)}"${why}`
}

function queueLine({ state, cause }: Queue, now: number): string {
  const why = cause === null ? '' : `: ${diagnose(cause).title}. ${diagnose(cause).advice}`
  return `${clockTime(now)}  The queue is ${state}${why}`
}
