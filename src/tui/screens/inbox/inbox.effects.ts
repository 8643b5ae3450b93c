import type { World } from '../../screen.ts'
import { fitting, type InboxEffect, type InboxMsg } from './inbox.state.ts'

/** Reads what was caught: it is all in memory, so that one slice has all of it. */
export async function performInbox({ ticket, filter }: InboxEffect, { inbox }: World): Promise<InboxMsg> {
  const items = ((await inbox?.letters()) ?? []).filter(fitting(filter))
  return { kind: 'letters', ticket, slice: { items, next: null, previous: null, total: items.length } }
}
