import { lookBack, roomAt, windowsOf } from '../domain/budget.ts'
import { probeNow, type Queue, type QueueNews, queueAfter } from '../domain/queue.ts'
import { mailFingerprint, type Settings, settingsInForce } from '../domain/setting.ts'
import { isResting, type Throttle, throttleAfter } from '../domain/throttle.ts'
import type { Instant } from '../domain/time.ts'
import type { Transaction } from '../store/port.ts'
import { readQueue, readSetting } from './settings.ts'

/** Whether nothing but test letters may leave. */
export async function isClosed(tx: Transaction, settings: Settings): Promise<boolean> {
  const { state, throttle } = await readQueue(tx)
  return state !== 'open' || !settings.SERVICE_MAIL_ENABLE || isResting(throttle, tx.now)
}

/** How many letters the limits let go at once: an operator's test letters are counted with all others, and not held. */
export async function room(tx: Transaction, settings: Settings): Promise<number> {
  const windows = windowsOf(settings)
  return windows.length === 0
    ? Number.POSITIVE_INFINITY
    : roomAt(windows, await tx.lettersBegun(lookBack(windows)), tx.now)
}

/**
 * Notes with the queue what a letter or a probe came to.
 * @param begunAt when the letter began; null for a probe
 */
export async function settleQueue(tx: Transaction, news: QueueNews, begunAt: Instant | null): Promise<void> {
  const queue = await readQueue(tx)
  const moved = queueAfter(queue, news, tx.now)
  const throttle = moved.throttle === null && !news.throttled ? null : await settleThrottle(tx, moved, news, begunAt)
  const after = throttle === moved.throttle ? moved : { ...moved, throttle }
  if (after === queue) return
  // What failed under settings that were saved over meanwhile says nothing of the new ones: they are tried at once.
  const current = news.fingerprint === mailFingerprint(settingsInForce(await tx.settings()))
  tx.put('queue', current ? after : probeNow(after, tx.now))
}

/** Fewer connections for a server that asked to slow down, and more again as letters arrive. */
async function settleThrottle(
  tx: Transaction,
  { throttle, proven }: Queue,
  { outcome, throttled, fingerprint }: QueueNews,
  begunAt: Instant | null,
): Promise<Throttle | null> {
  const connections = await readSetting(tx, 'SERVICE_MAIL_CONNECTIONS')
  return throttleAfter(throttle, {
    outcome,
    throttled,
    letter: begunAt !== null,
    proven: proven === fingerprint,
    connections,
    begunAt: begunAt ?? tx.now,
    now: tx.now,
  })
}
