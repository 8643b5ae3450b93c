import { createHash } from 'node:crypto'
import { Stop } from '../../../core/exit.ts'
import { inert } from '../../../core/text/inert.ts'
import type { UserRows } from '../../../core/text/user-csv.ts'
import type { Context } from '../../../core/usecases/context.ts'
import { type Imported, importUsers } from '../../../core/usecases/import.ts'
import { typedPath } from '../../form/typed-path.ts'
import type { ImportLooked, ImportPreview } from './users.state.ts'

const SAMPLE = 12
const MOST_PROBLEMS = 200

/** Reads a file and says what an import of it would do; nothing is changed. */
export async function look(typed: string, context: Context): Promise<ImportLooked> {
  const file = typedPath(typed)
  const read = await readRows(file)
  return read.kind === 'unreadable' ? read : previewOf(file, read.found, await tried(read.found, context, true))
}

/** Imports what was looked at, all of it or nothing; a file that has changed since is looked at again instead. */
export async function importPreviewed(
  { file, digest }: ImportPreview,
  context: Context,
): Promise<ImportLooked | { readonly kind: 'done'; readonly users: number }> {
  const read = await readRows(file)
  if (read.kind === 'unreadable') return read
  const isSame = digestOf(read.found) === digest
  const imported = await tried(read.found, context, !isSame)
  return isSame && imported.kind === 'done' && read.found.problems.length === 0
    ? imported
    : previewOf(file, read.found, imported)
}

type Read = { readonly kind: 'read'; readonly found: UserRows } | Extract<ImportLooked, { kind: 'unreadable' }>

async function readRows(file: string): Promise<Read> {
  // The parser is loaded when a file is to be read, and not when the console starts.
  const { readUserRows } = await import('../../../core/text/user-csv.ts')
  try {
    return { kind: 'read', found: await readUserRows(file) }
  } catch (error) {
    if (error instanceof Stop) return { kind: 'unreadable', why: inert(error.message, 500) }
    throw error
  }
}

/** With rows that are no users, the others are only looked at. */
const tried = ({ rows, problems }: UserRows, context: Context, dryRun: boolean): Promise<Imported> =>
  importUsers(context, rows, dryRun || problems.length > 0)

const digestOf = (found: UserRows): string => createHash('sha256').update(JSON.stringify(found)).digest('hex')

function previewOf(file: string, found: UserRows, imported: Imported): ImportLooked {
  const all = [...found.problems, ...(imported.kind === 'refused' ? imported.problems : [])]
  const preview: ImportPreview = {
    file,
    digest: digestOf(found),
    rows: found.rows.length,
    sample: found.rows.slice(0, SAMPLE).map(({ fields }) => fields),
    problems: all.sort((one, other) => one.line - other.line).slice(0, MOST_PROBLEMS),
    allProblems: all.length,
  }
  return { kind: 'preview', preview }
}
