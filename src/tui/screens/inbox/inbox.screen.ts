import { type InertText, inert } from '../../../core/text/inert.ts'
import { isUnsettled } from '../../list/window.ts'
import type { Headline, Screen, Shared } from '../../screen.ts'
import { performInbox } from './inbox.effects.ts'
import { INBOX_KEYS } from './inbox.keys.ts'
import { type InboxEffect, type InboxMsg, type InboxState, type InboxTypes, initialInbox } from './inbox.state.ts'
import { leaveInbox, updateInbox } from './inbox.update.ts'

export type { InboxTypes }

/** Sandbox › Inbox, without its looks: what was caught instead of sent, as its readers would see it. */
export const inboxScreen: Screen<InboxState, InboxMsg, InboxEffect> = {
  initial: initialInbox,
  keys: INBOX_KEYS,
  contexts: ({ opened }) => (opened === null ? ['browse'] : ['detail']),
  headline,
  update: updateInbox,
  perform: performInbox,
  leave: (state, _shared, how) => leaveInbox(state, how),
  filter: ({ filter }) => filter,
  awaits: ({ list, opened }) => (opened === null && isUnsettled(list) ? 'rows' : 'nothing'),
}

function headline({ list, filter, opened }: InboxState, { columns }: Shared): Headline {
  const crumbs: InertText[] = filter === '' ? [] : [inert(filter, 60)]
  if (opened !== null) return { crumbs: [...crumbs, inert(opened.letter.subject, 60)] }
  const note = columns < ROOMY ? {} : { note: inert('nothing leaves this machine') }
  return { crumbs, list, order: { words: 'caught', direction: 'descending' }, ...note }
}

/** Columns from which on there is room for a word about what a sandbox is. */
const ROOMY = 80
