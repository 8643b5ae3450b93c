import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { MailLogRow, Paging, Store } from '../../../core/store/port.ts'
import { findEntry, openLetter } from '../../../core/usecases/mail-log.ts'
import { type Ask, pagingOf, type Slice } from '../../list/window.ts'
import type { Progress, World } from '../../screen.ts'
import { type LogSearch, parseLogSearch } from './log.search.ts'
import type { LogEffect, LogMsg } from './log.state.ts'

/** Does what the page of the mail log asked for. */
export async function performLog(effect: LogEffect, world: World, progress: Progress<LogMsg>): Promise<LogMsg> {
  switch (effect.kind) {
    case 'read':
      return read(effect, world.store, progress)
    case 'stop':
      return { kind: 'stopped' }
    case 'open':
      return open(effect, world, progress)
    case 'save':
      return save(effect, world)
  }
}

async function read(
  { ask, filter, front }: Extract<LogEffect, { kind: 'read' }>,
  store: Store,
  progress: Progress<LogMsg>,
): Promise<LogMsg> {
  const { ticket } = ask
  if (filter.trim() !== '') return search(ask, parseLogSearch(filter, store.now()), front, store, progress)
  const slice = await store.mailLog(pagingOf(ask))
  return { kind: 'rows', ticket, slice: { ...slice, total: null }, share: null, front: null }
}

/**
 * A part of a search: what was found when something was, with the cursor from which the window goes on when it wants more;
 * how far it has come while nothing is.
 */
async function search(
  ask: Ask,
  { filter, fits }: LogSearch,
  known: string | null,
  store: Store,
  { tell, signal }: Progress<LogMsg>,
): Promise<LogMsg> {
  const { ticket, place } = ask
  const isBack = place.kind === 'end' || place.kind === 'before'
  const front = place.kind === 'start' ? await endOfLog(store, signal) : known
  // What is appended while one searches is found by another search, in front of that end.
  const paging: Paging = place.kind === 'start' && front !== null ? { limit: ask.limit, after: front } : pagingOf(ask)
  const found: MailLogRow[] = []
  let isFirst = true
  for await (const { items, share, cursor } of store.searchMailLog({ ...paging, ...filter }, signal)) {
    const fitting = fits === null ? items : items.filter(fits)
    if (isBack) found.unshift(...fitting)
    else found.push(...fitting)
    // Rows of another filter must not stay while nothing is found; a list that is read again must not shrink.
    const isNews = found.length > 0 || (isFirst && (place.kind === 'start' || place.kind === 'end'))
    isFirst = false
    if (share === 1 || (isNews && !ask.again)) {
      const edge = share === 1 ? null : cursor
      const slice: Slice<MailLogRow> = isBack
        ? { items: found, previous: edge, next: place.kind === 'before' ? place.cursor : null, total: null }
        : { items: found, previous: place.kind === 'after' ? place.cursor : null, next: edge, total: null }
      const end = isBack && share === 1 ? cursor : front
      return { kind: 'rows', ticket, slice, share, front: end }
    }
    tell({ kind: 'progress', ticket, share })
  }
  return { kind: 'stopped' }
}

/** The cursor behind which nothing is yet: a search backwards through no time at all ends there. */
async function endOfLog(store: Store, signal: AbortSignal): Promise<string | null> {
  const nothing = { limit: 1, from: 'end', since: Number.MAX_SAFE_INTEGER } as const
  for await (const { share, cursor } of store.searchMailLog(nothing, signal)) if (share === 1) return cursor
  return null
}

async function open(
  { id, began }: Extract<LogEffect, { kind: 'open' }>,
  { store, context }: World,
  { tell }: Progress<LogMsg>,
): Promise<LogMsg> {
  const found = await findEntry(store, id, began ?? undefined)
  if (found.kind !== 'one') return { kind: 'no-entry', id, why: found.kind }
  const { entry } = found
  tell({ kind: 'entry', id, entry })
  return { kind: 'letter', id: entry.id, letter: await openLetter(context, entry) }
}

async function save({ row, path }: Extract<LogEffect, { kind: 'save' }>, { store, context }: World): Promise<LogMsg> {
  const file = resolve(path)
  const found = await findEntry(store, row.id, row.at)
  if (found.kind !== 'one') return { kind: 'not-saved', why: 'The entry is not in the log any more.' }
  const letter = await openLetter(context, found.entry)
  if (letter === null) return { kind: 'not-saved', why: 'There is no letter: none could be made, or it is not kept.' }
  try {
    await writeFile(file, letter.message, { flag: 'wx', mode: 0o600 })
    return { kind: 'saved', path: file }
  } catch (error) {
    return { kind: 'not-saved', why: `${file} ${reasonOf(error)}` }
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'is there already: choose another name.',
  ENOENT: 'cannot be made: there is no such directory.',
  ENOTDIR: 'cannot be made: part of the path is a file, not a directory.',
  EACCES: 'cannot be written: permission denied. Choose another directory, like /tmp.',
  EPERM: 'cannot be written: permission denied. Choose another directory, like /tmp.',
  EROFS: 'cannot be written: that file system is read-only.',
  ENOSPC: 'was not written whole: the disk is full.',
  EISDIR: 'is a directory: add the name of a file.',
  ENAMETOOLONG: 'cannot be made: the name is too long.',
}

/** Why the operating system did not write a file, in words. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  if (code === null) throw error
  return REASONS[code] ?? `cannot be written (${code}).`
}
