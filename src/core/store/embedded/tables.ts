import { emptyCredential } from '../../domain/credential.ts'
import { NEW_QUEUE } from '../../domain/queue.ts'
import { TABLES, type Table, type Tables } from '../port.ts'

/** Something for each table, made by `make`. */
export function perTable<Made extends { [T in Table]: unknown }>(make: <T extends Table>(table: T) => Made[T]): Made {
  // The compiler cannot follow a key through `fromEntries`.
  return Object.fromEntries(TABLES.map((table) => [table, make(table)])) as unknown as Made
}

const KEYS: { readonly [T in Table]: (row: Tables[T]) => string } = {
  user: (user) => user.id,
  credential: (credential) => credential.user,
  task: (task) => task.id,
  setting: (setting) => setting.name,
  queue: (queue) => queue.key,
  template: (template) => template.hash,
  check: (check) => check.id,
  session: (session) => session.hash,
}

/** The key of a row. */
export const keyOf = <T extends Table>(table: T, row: Tables[T]): string => KEYS[table](row)

const WHOLE: { readonly [T in Table]?: (row: Tables[T]) => Tables[T] } = {
  credential: (row) => (row.link === undefined ? { ...emptyCredential(row.user), ...row } : row),
  queue: (row) => ({ ...NEW_QUEUE, ...row }),
}

/** A row that was read as this version knows it: what an older one did not write is "none". */
export const whole = <T extends Table>(table: T, row: Tables[T]): Tables[T] => WHOLE[table]?.(row) ?? row

/** Whether a name that was read is a table's; `constructor` is none. */
export const isTable = (name: unknown): name is Table => typeof name === 'string' && Object.hasOwn(KEYS, name)
