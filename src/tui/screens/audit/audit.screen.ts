import { type InertText, inert } from '../../../core/text/inert.ts'
import { searchHeadline } from '../../list/search.ts'
import { isUnsettled } from '../../list/window.ts'
import type { Headline, Screen, Shared } from '../../screen.ts'
import { performAudit } from './audit.effects.ts'
import { AUDIT_KEYS } from './audit.keys.ts'
import {
  type AuditEffect,
  type AuditMsg,
  type AuditState,
  type AuditTypes,
  initialAudit,
  parseSearch,
} from './audit.state.ts'
import { hideAudit, leaveAudit, updateAudit } from './audit.update.ts'

export type { AuditTypes }

/** Audit, without its looks: who did what, when, by which door. */
export const auditScreen: Screen<AuditState, AuditMsg, AuditEffect> = {
  initial: initialAudit,
  keys: AUDIT_KEYS,
  contexts: ({ opened }) => (opened === null ? ['browse'] : ['detail']),
  headline,
  update: updateAudit,
  perform: performAudit,
  replaces: () => 'read',
  leave: (state, _shared, how) => leaveAudit(state, how),
  hide: hideAudit,
  filter: ({ filter }) => filter,
  awaits: ({ list, opened }) => (opened === null && isUnsettled(list) ? 'rows' : 'nothing'),
}

function headline(state: AuditState, { now }: Shared): Headline {
  const { filter, opened } = state
  const crumbs: InertText[] = filter === '' ? [] : [inert(filter, 60)]
  if (opened !== null) return { crumbs: [...crumbs, inert(`entry ${opened.row.sequence.toLocaleString('en')}`)] }
  const { words, ...shown } = searchHeadline(state)
  const note = parseSearch(filter, now).doubt ?? words
  return { crumbs, ...shown, ...(note === null ? {} : { note: inert(note) }) }
}
