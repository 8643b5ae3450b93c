import { parseTouched } from '../../../core/domain/touched.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import type { AuditEntry } from '../../../core/store/port.ts'
import { type Names, touchedWords } from '../../../core/text/audit-words.ts'
import { findUser } from '../../../core/usecases/users.ts'
import { type LogReads, readSearched } from '../../list/searching.ts'
import type { Progress, World } from '../../screen.ts'
import { type AuditEffect, type AuditMsg, type AuditSearch, parseSearch, says } from './audit.state.ts'

/** Reads what the page of the audit log asked for. */
export async function performAudit(
  effect: AuditEffect,
  { store }: Pick<World, 'store'>,
  progress: Progress<AuditMsg>,
): Promise<AuditMsg> {
  if (effect.kind === 'stop') return { kind: 'stopped' }
  const { filter, fits } = await withUser(parseSearch(effect.filter, store.now()), store)
  const reads: LogReads<AuditEntry> = {
    page: (paging) => store.audit(paging),
    search: (paging, signal) => store.searchAudit({ ...paging, ...filter }, signal),
    all: (query, signal) => store.searchAudit(query, signal),
    fits,
  }
  const came = await readSearched(effect, reads, {
    ...progress,
    tell: (msg) => {
      if (msg.kind === 'progress') progress.tell(msg)
    },
  })
  if (came.kind !== 'rows') return came
  const names = await namesIn(came.slice.items, store)
  const items = came.slice.items.map((entry) => ({
    ...entry,
    words: entry.touched.map((each) => touchedWords(each, names)),
  }))
  return { ...came, slice: { ...came.slice, items } }
}

/** A username or an address finds what was done to that user and their letters, too: the log has their ids alone. */
async function withUser(search: AuditSearch, store: World['store']): Promise<AuditSearch> {
  const { keyword, ...filter } = search.filter
  const user = keyword === undefined ? undefined : await findUser(store, keyword)
  if (keyword === undefined || user === undefined) return search
  const theirs = new Set([`user:${user.id}`, `credential:${user.id}`])
  for (const { id } of await store.tasksOf(user.id)) theirs.add(`task:${id}`)
  const word = keyword.toLowerCase()
  const isAbout = (entry: AuditEntry) => says(entry, word) || entry.touched.some((each) => theirs.has(each))
  const { fits } = search
  return { ...search, filter, fits: (entry) => isAbout(entry) && (fits === null || fits(entry)) }
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
      const task = await store.get('task', touched.id)
      recipients.set(touched.id, task === undefined ? undefined : readableAddress(task.to))
    }
  }
  return { username: (id) => usernames.get(id), recipient: (id) => recipients.get(id) }
}
