import { EXIT, type ExitStatus } from '../../core/exit.ts'
import { counted } from '../../core/text/human.ts'
import { type RowProblem, readUserRows } from '../../core/text/user-csv.ts'
import { importUsers } from '../../core/usecases/import.ts'
import type { Call, Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { printJson } from '../output/json.ts'

const MOST_PROBLEMS = 50

/** `postern users import` */
export const importFile: Run = async (call) => {
  const { input, io, json } = call
  const file = input.first
  const dryRun = input.has('dry-run')
  // Read before the store is opened, as whoever calls: that may give up root's privileges.
  const { rows, problems } = await readUserRows(file)
  return atStore(call, async ({ context }) => {
    // With rows that are no users, the others are only looked at.
    const imported = await importUsers(context, rows, dryRun || problems.length > 0)
    const all = [...problems, ...(imported.kind === 'refused' ? imported.problems : [])]
    if (all.length > 0)
      return tellProblems(
        call,
        all.sort((a, b) => a.line - b.line),
      )
    if (json) await printJson(io, { users: rows.length, dryRun, problems: [], more: 0 })
    else io.print(`${file}: ${counted(rows.length, 'user')} ${dryRun ? 'could be imported' : 'imported'}.`)
    return EXIT.done
  })
}

async function tellProblems({ input, io, json }: Call, problems: readonly RowProblem[]): Promise<ExitStatus> {
  const shown = problems.slice(0, MOST_PROBLEMS)
  const more = problems.length - shown.length
  if (json) await printJson(io, { users: 0, dryRun: input.has('dry-run'), problems: shown, more })
  else {
    for (const { line, field, why } of shown) io.complain(`line ${line}: ${field === null ? 'it' : field} ${why}`)
    if (more > 0) io.complain(`and ${more} more`)
  }
  io.complain(`postern: ${input.first}: nothing was imported: ${counted(problems.length, 'problem')}.`)
  return EXIT.usage
}
