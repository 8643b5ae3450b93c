import { open as openFile, rm, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { MailLogRow, Store } from '../../../core/store/port.ts'
import { findEntry, openLetter } from '../../../core/usecases/mail-log.ts'
import { typedPath } from '../../form/typed-path.ts'
import type { SearchMsg } from '../../list/search.ts'
import { type LogReads, readSearched } from '../../list/searching.ts'
import type { Progress, World } from '../../screen.ts'
import { parseLogSearch } from './log.search.ts'
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

function read(
  effect: Extract<LogEffect, { kind: 'read' }>,
  store: Store,
  progress: Progress<LogMsg>,
): Promise<SearchMsg<MailLogRow>> {
  const { filter, fits } = parseLogSearch(effect.filter, store.now())
  const reads: LogReads<MailLogRow> = {
    page: (paging) => store.mailLog(paging),
    search: (paging, signal) => store.searchMailLog({ ...paging, ...filter }, signal),
    all: (query, signal) => store.searchMailLog(query, signal),
    fits,
  }
  return readSearched(effect, reads, progress)
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
  const file = resolve(typedPath(path))
  const found = await findEntry(store, row.id, row.at)
  if (found.kind !== 'one') return { kind: 'not-saved', why: 'The entry is not in the log any more.' }
  const letter = await openLetter(context, found.entry)
  if (letter === null) return { kind: 'not-saved', why: 'There is no letter: none could be made, or it is not kept.' }
  try {
    await writeNew(file, letter.message)
    return { kind: 'saved', path: file }
  } catch (error) {
    return { kind: 'not-saved', why: `${file} ${(await isDirectory(file)) ? IS_DIRECTORY : reasonOf(error)}` }
  }
}

/** Writes a file that is not there yet, whole or not at all. */
async function writeNew(file: string, content: Buffer): Promise<void> {
  const handle = await openFile(file, 'wx', 0o600)
  try {
    await handle.writeFile(content)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'is there already: choose another name.',
  ENOENT: 'cannot be made: there is no such directory.',
  ENOTDIR: 'cannot be made: part of the path is a file, not a directory.',
  EACCES: 'cannot be written: permission denied. Choose another directory, like /tmp.',
  EPERM: 'cannot be written: permission denied. Choose another directory, like /tmp.',
  EROFS: 'cannot be written: that file system is read-only.',
  ENOSPC: 'was not written: the disk is full.',
  ENAMETOOLONG: 'cannot be made: the name is too long.',
}

/** To whoever wants to make a new file, a directory is but a file that is there (EEXIST). */
const IS_DIRECTORY = 'is a directory: add the name of a file.'
const isDirectory = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isDirectory() === true

/** Why the operating system did not write a file, in words. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  if (code === null) throw error
  return REASONS[code] ?? `cannot be written (${code}).`
}
