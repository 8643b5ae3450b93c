import type { TestedMail } from '../domain/queue.ts'
import { mailFingerprint, settingsInForce } from '../domain/setting.ts'
import type { Context } from './context.ts'
import { readQueue } from './settings.ts'

export type TestMailConfirmed =
  | { readonly kind: 'confirmed'; readonly tested: TestedMail }
  /** No test mail has been taken by a server yet. */
  | { readonly kind: 'none' }
  /** The mail settings are not those that the test mail left under. */
  | { readonly kind: 'changed-since'; readonly tested: TestedMail }

/** An operator has seen the latest test mail come in: that a server took it says only that much. */
export async function confirmTestMail({ store, actor }: Context): Promise<TestMailConfirmed> {
  return store.transact(actor, 'mail.confirm', async (tx): Promise<TestMailConfirmed> => {
    const queue = await readQueue(tx)
    if (queue.tested === null) return { kind: 'none' }
    const { fingerprint } = queue.tested
    if (fingerprint !== mailFingerprint(settingsInForce(await tx.settings()))) {
      return { kind: 'changed-since', tested: queue.tested }
    }
    const tested = { ...queue.tested, confirmedAt: queue.tested.confirmedAt ?? tx.now }
    tx.put('queue', { ...queue, tested })
    return { kind: 'confirmed', tested }
  })
}
