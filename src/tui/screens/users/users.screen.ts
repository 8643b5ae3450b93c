import { type InertText, inert } from '../../../core/text/inert.ts'
import type { SharedContext } from '../../key-row.ts'
import { isUnsettled } from '../../list/window.ts'
import type { Awaiting, Headline, Screen } from '../../screen.ts'
import { performUsers } from './users.effects.ts'
import { isBusy, isPanelDirty } from './users.forms.ts'
import { USERS_KEYS } from './users.keys.ts'
import {
  initialUsers,
  parseUserSearch,
  type UsersEffect,
  type UsersMsg,
  type UsersState,
  type UsersTypes,
} from './users.state.ts'
import { callOff, leaveUsers, updateUsers } from './users.update.ts'

export type { UsersTypes }

/** AC User Management › Users, without its looks. */
export const usersScreen: Screen<UsersState, UsersMsg, UsersEffect> = {
  initial: initialUsers,
  keys: USERS_KEYS,
  contexts,
  headline,
  update: updateUsers,
  perform: performUsers,
  // Who moves through the list wants to see the user at which they stop.
  replaces: ({ kind }) => (kind === 'read-user' || kind === 'read-outlook' ? kind : null),
  hide: callOff,
  leave: leaveUsers,
  filter: ({ filter, panel }) => (panel.kind === 'none' ? filter : null),
  awaits,
  dirty: ({ panel }) => isPanelDirty(panel),
}

function contexts({ panel, opened }: UsersState): readonly SharedContext[] {
  if (panel.kind === 'preview') return ['detail']
  if (panel.kind === 'import') return ['field']
  if (panel.kind !== 'none') return ['form']
  return opened === null ? ['list'] : ['detail']
}

function awaits({ underWay, panel, wanted, opened, list }: UsersState): Awaiting {
  if (underWay === 'question' || isBusy(panel)) return 'answer'
  if (wanted !== null) return 'page'
  const isListed = opened === null && panel.kind === 'none'
  return underWay === 'change' || (isListed && isUnsettled(list)) ? 'rows' : 'nothing'
}

const SORTED = { username: 'username', email: 'e-mail', name: 'name', created: 'made' } as const

function headline({ list, filter, opened, panel, sort, direction }: UsersState): Headline {
  const crumbs: InertText[] = []
  if (filter !== '') crumbs.push(inert(filter, 60))
  const { doubt } = parseUserSearch(filter)
  switch (panel.kind) {
    case 'add':
      return { crumbs: [inert('new user')] }
    case 'import':
    case 'preview':
      return { crumbs: [inert('import')] }
    case 'edit':
      return { crumbs: [inert(panel.user.username, 60), inert('edit')] }
    case 'none':
      if (opened !== null) return { crumbs: [...crumbs, inert(opened.user.username, 80)] }
      return doubt === null
        ? { crumbs, list, order: { words: SORTED[sort], direction } }
        : { crumbs, list, note: inert(doubt) }
  }
}
