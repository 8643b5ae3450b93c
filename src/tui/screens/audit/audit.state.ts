import type { Instant } from '../../../core/domain/time.ts'
import type { AuditEntry, AuditFilter } from '../../../core/store/port.ts'
import { parseFilter } from '../../list/filter.ts'
import { NEW_SEARCH, type SearchEffect, type Searched, type SearchMsg } from '../../list/search.ts'
import { emptyWindow } from '../../list/window.ts'
import { momentOf } from '../log/log.search.ts'

/** An entry, and in plain words what it touched: `words[0]` is of `touched[0]`. */
export interface AuditRow extends AuditEntry {
  readonly words: readonly string[]
}

export interface AuditState extends Searched<AuditRow> {
  /** The entry that was opened, and the first line of it that is shown. */
  readonly opened: { readonly row: AuditRow; readonly top: number } | null
}

export const initialAudit: AuditState = {
  list: emptyWindow<AuditRow>(({ sequence }) => String(sequence)),
  filter: '',
  search: NEW_SEARCH,
  opened: null,
}

export type AuditMsg = SearchMsg<AuditRow> | { readonly kind: 'copy' }

export type AuditEffect = SearchEffect

export interface AuditTypes {
  readonly state: AuditState
  readonly msg: AuditMsg
  readonly effect: AuditEffect
}

const AUDIT_FIELDS = ['actor', 'action', 'door', 'since', 'until'] as const

/** A filter as the store has it, and what the store does not know. */
export interface AuditSearch {
  readonly filter: AuditFilter
  /** Whether an entry is wanted as far as the store could not tell; null when it could. */
  readonly fits: ((entry: AuditEntry) => boolean) | null
  /** What of it could not be read and is left out; null when all of it was. */
  readonly doubt: string | null
}

/**
 * What was typed behind `/`: words, `actor:ann`, `action:users.` (or its beginning), `door:console`, `since:2h`,
 * `until:2026-11-03`; `!` turns any of them but the times round.
 */
export function parseSearch(text: string, now: Instant): AuditSearch {
  const { words, without, fields, doubt } = parseFilter(text, AUDIT_FIELDS)
  const [actor, action, door] = [fields.get('actor'), fields.get('action'), fields.get('door')]
  const [since, until] = [fields.get('since'), fields.get('until')]
  const from = since === undefined ? undefined : momentOf(since.value, now)
  const before = until === undefined ? undefined : momentOf(until.value, now, 'end')
  const tests: ((entry: AuditEntry) => boolean)[] = []
  if (actor?.inverse) tests.push((entry) => entry.actor.name !== actor.value)
  if (action?.inverse) tests.push((entry) => !entry.action.startsWith(action.value))
  if (door !== undefined) tests.push((entry) => entry.actor.door.startsWith(door.value.toLowerCase()) !== door.inverse)
  for (const word of without) tests.push((entry) => !says(entry, word))
  return {
    filter: {
      ...(words === '' ? {} : { keyword: words }),
      ...(actor === undefined || actor.inverse ? {} : { actor: actor.value }),
      ...(action === undefined || action.inverse ? {} : { action: action.value }),
      ...(typeof from === 'number' ? { since: from } : {}),
      ...(typeof before === 'number' ? { until: before } : {}),
    },
    fits: tests.length === 0 ? null : (entry) => tests.every((test) => test(entry)),
    doubt: from === null || before === null ? 'times: 2h, 3d, 2026-11-20' : doubt,
  }
}

/** Whether an entry has a word, in lower case. */
export const says = ({ actor, action, touched }: AuditEntry, word: string): boolean =>
  [actor.name, actor.door, actor.address ?? '', action, ...touched].some((text) => text.toLowerCase().includes(word))
