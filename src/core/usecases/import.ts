import { type FieldRefusal, type ParsedUser, parseUser, type UserField, type UserFields } from '../domain/user.ts'
import type { Context } from './context.ts'
import { conflicts, newUser } from './users.ts'

/** A row of the file, with the line it began on (the header is line 1). */
export interface ImportRow {
  readonly line: number
  readonly fields: UserFields
}

interface ImportProblem {
  readonly line: number
  readonly field: UserField
  readonly why: string
}

export type Imported =
  | { readonly kind: 'done'; readonly users: number }
  | { readonly kind: 'refused'; readonly problems: readonly ImportProblem[] }

/**
 * Imports all rows or none, in one transaction. A duplicate, inside the file or with a user that is there, refuses the
 * whole. With `dryRun` it says what would happen and changes nothing.
 */
export async function importUsers(
  { store, actor, ids }: Context,
  rows: readonly ImportRow[],
  dryRun: boolean,
): Promise<Imported> {
  return store
    .transact(actor, 'users.import', async (tx): Promise<Imported> => {
      const problems: ImportProblem[] = []
      const lines = new FirstLines()
      for (const { line, fields } of rows) {
        const parsed = parseUser(fields)
        const refusals = parsed.ok
          ? lines.explain(parsed.user, await conflicts(tx, parsed.user, null))
          : parsed.refusals
        for (const refusal of refusals) problems.push({ line, ...refusal })
        if (!parsed.ok || refusals.length > 0) continue
        tx.put('user', newUser(parsed.user, ids.user(), tx.now))
        lines.add(parsed.user, line)
      }
      // Throwing takes the rows back that were put to find duplicates among them.
      if (problems.length > 0) throw new NotImported({ kind: 'refused', problems })
      if (dryRun) throw new NotImported({ kind: 'done', users: rows.length })
      return { kind: 'done', users: rows.length }
    })
    .catch((error: unknown) => {
      if (error instanceof NotImported) return error.outcome
      throw error
    })
}

/** Where in the file a username and an address stood first: a duplicate names the line. */
class FirstLines {
  readonly #usernames = new Map<string, number>()
  readonly #addresses = new Map<string, number>()

  add(user: ParsedUser, line: number): void {
    this.#usernames.set(user.usernameKey, line)
    this.#addresses.set(user.addressKey, line)
  }

  explain(user: ParsedUser, refusals: readonly FieldRefusal[]): readonly FieldRefusal[] {
    const first = { username: this.#usernames.get(user.usernameKey), email: this.#addresses.get(user.addressKey) }
    return refusals.map(({ field, why }) => {
      const line = field === 'username' || field === 'email' ? first[field] : undefined
      return { field, why: line === undefined ? why : `is the same as on line ${line}` }
    })
  }
}

class NotImported extends Error {
  readonly outcome: Imported

  constructor(outcome: Imported) {
    super('nothing was imported')
    this.outcome = outcome
  }
}
