import { parseTouched } from '../../../core/domain/touched.ts'
import type { AuditEntry } from '../../../core/store/port.ts'
import { type Names, touchedWords } from '../../../core/text/audit-words.ts'
import { readFitting } from '../../list/fitting.ts'
import { pagingOf } from '../../list/window.ts'
import type { World } from '../../screen.ts'
import { type AuditEffect, type AuditMsg, parseSearch } from './audit.state.ts'

/** Reads what the page of the audit log asked for. */
export async function performAudit({ ask, filter }: AuditEffect, { store }: World): Promise<AuditMsg> {
  const search = parseSearch(filter, store.now())
  const page = await readFitting((paging) => store.audit({ ...paging, ...search.filter }), pagingOf(ask), search.fits)
  const names = await namesIn(page.items, store)
  const items = page.items.map((entry) => ({
    ...entry,
    words: entry.touched.map((each) => touchedWords(each, names)),
  }))
  return { kind: 'rows', ticket: ask.ticket, slice: { ...page, items } }
}

/** Whom the ids in these entries stand for; what is not there any more has no name. */
async function namesIn(entries: readonly AuditEntry[], store: World['store']): Promise<Names> {
  const usernames = new Map<string, string | undefined>()
  const recipients = new Map<string, string | undefined>()
  for (const text of new Set(entries.flatMap(({ touched }) => touched))) {
    const touched = parseTouched(text)
    if (touched.kind === 'user' || touched.kind === 'credential') {
      usernames.set(touched.id, (await store.get('user', touched.id))?.username)
    } else if (touched.kind === 'task') {
      recipients.set(touched.id, (await store.get('task', touched.id))?.to)
    }
  }
  return { username: (id) => usernames.get(id), recipient: (id) => recipients.get(id) }
}
