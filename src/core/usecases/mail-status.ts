import type { Queue, QueueState } from '../domain/queue.ts'
import { settingsInForce } from '../domain/setting.ts'
import type { Store } from '../store/port.ts'
import { readQueue } from './settings.ts'

/** How sending as a whole stands: `off`, while SERVICE_MAIL_ENABLE is false, over any state of the queue. */
export interface MailStatus {
  readonly state: QueueState | 'off'
  readonly queue: Queue
  /** Letters that are due and wait. */
  readonly held: number
}

/** How sending stands now. */
export async function readMailStatus(store: Pick<Store, 'get' | 'settings' | 'backlog' | 'now'>): Promise<MailStatus> {
  const queue = await readQueue(store)
  const { SERVICE_MAIL_ENABLE: enabled } = settingsInForce(await store.settings())
  const { due } = await store.backlog(store.now())
  return { state: enabled ? queue.state : 'off', queue, held: due }
}
