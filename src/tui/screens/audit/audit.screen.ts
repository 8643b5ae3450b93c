import { type InertText, inert } from '../../../core/text/inert.ts'
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
import { leaveAudit, updateAudit } from './audit.update.ts'

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
  filter: ({ filter }) => filter,
}

function headline({ list, filter, opened }: AuditState, { now }: Shared): Headline {
  const crumbs: InertText[] = filter === '' ? [] : [inert(filter, 60)]
  const { doubt } = parseSearch(filter, now)
  const note = doubt === null ? {} : { note: inert(doubt) }
  if (opened === null) return { crumbs, list, order: { words: 'time', direction: 'descending' }, ...note }
  return { crumbs: [...crumbs, inert(`entry ${opened.row.sequence.toLocaleString('en')}`)] }
}
