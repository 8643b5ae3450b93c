import { isIdPrefix } from '../domain/ids.ts'
import type { MailLogEntry } from '../domain/mail-log.ts'
import type { Instant } from '../domain/time.ts'
import type { Rendered } from '../letters/render.ts'
import type { Store } from '../store/port.ts'
import type { Context } from './context.ts'

export type FoundEntry = { readonly kind: 'one'; readonly entry: MailLogEntry } | { readonly kind: 'none' | 'several' }

/** Symbols of an id. */
const WHOLE_ID = 16

/**
 * The mail log entry whose id begins with `prefix`. Who knows when its attempt began says so: then no more of the log is
 * read than what was appended between that and the entry, where else all of it may have to be looked through.
 */
export async function findEntry(store: Pick<Store, 'mailLog'>, prefix: string, began?: Instant): Promise<FoundEntry> {
  const id = prefix.toLowerCase()
  if (!isIdPrefix(id)) return { kind: 'none' }
  // Behind a whole id no second entry is looked for: that would read the log to its end.
  const limit = id.length === WHOLE_ID ? 1 : 2
  const where = began === undefined ? {} : ({ since: began, from: 'end' } as const)
  const { items } = await store.mailLog({ limit, idPrefix: id, ...where })
  const [entry] = items
  if (entry === undefined) return { kind: 'none' }
  return items.length === 1 ? { kind: 'one', entry } : { kind: 'several' }
}

/** A letter as it was sent, with `[secret hidden]` where its secret stood. */
export interface OpenedLetter extends Rendered {
  /** The whole message as MIME. */
  readonly message: Buffer
}

/**
 * Opens the letter of a mail log entry, and puts on record that it was opened: `log.show` in the audit log.
 * @returns null when no letter could be made, or its template is not kept any more.
 */
export async function openLetter({ store, actor }: Context, entry: MailLogEntry): Promise<OpenedLetter | null> {
  const { letter } = entry
  if (letter === null) return null
  const template = await store.transact(actor, 'log.show', async (tx) => {
    tx.note(`mail-log:${entry.id}`)
    return tx.get('template', letter.template)
  })
  if (template === undefined) return null
  // Liquid is loaded by whoever opens a letter, since it would cost every start of the console some 25 ms.
  const [{ renderLetter, SECRET_HIDDEN }, { composeLetter }] = await Promise.all([
    import('../letters/render.ts'),
    import('../letters/compose.ts'),
  ])
  const rendered = renderLetter(template, letter.variables, SECRET_HIDDEN)
  return { ...rendered, message: composeLetter(letter, rendered) }
}
