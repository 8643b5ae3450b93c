import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { EXIT, Stop } from '../../core/exit.ts'
import { readUserRows } from '../../core/text/user-csv.ts'
import type { Context } from '../../core/usecases/context.ts'
import { importUsers } from '../../core/usecases/import.ts'

/** The file below the installation's directory. */
export const SAMPLE_USERS = 'data/sample-users.csv'

/**
 * Imports the sample users, as `postern users import` does.
 * @returns how many.
 * @throws Stop when the file is not there, or is not what it was.
 */
export async function importSampleUsers(context: Context): Promise<number> {
  const file = join(dirname(findPackageJSON(import.meta.url) ?? ''), SAMPLE_USERS)
  const { rows, problems } = await readUserRows(file)
  const imported = await importUsers(context, rows, problems.length > 0)
  const all = [...problems, ...(imported.kind === 'refused' ? imported.problems : [])]
  if (all.length === 0) return rows.length
  const said = all.map(({ line, field, why }) => `line ${line}: ${field ?? 'it'} ${why}`)
  throw new Stop(EXIT.failed, `${file} was not imported: ${said.join('; ')}.`)
}
