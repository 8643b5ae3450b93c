import { readableAddress } from '../../../core/host/readable-address.ts'
import { type InertText, inert } from '../../../core/text/inert.ts'
import { shortId } from '../../../core/text/task-words.ts'
import { searchHeadline } from '../../list/search.ts'
import { isUnsettled } from '../../list/window.ts'
import type { Awaiting, Headline, Screen, Shared } from '../../screen.ts'
import { performLog } from './log.effects.ts'
import { LOG_KEYS } from './log.keys.ts'
import { parseLogSearch } from './log.search.ts'
import { initialLog, type LogEffect, type LogMsg, type LogState, type LogTypes } from './log.state.ts'
import { hideLog, leaveLog, updateLog } from './log.update.ts'

export type { LogTypes }

/** System Information › Mail Log, without its looks. */
export const logScreen: Screen<LogState, LogMsg, LogEffect> = {
  initial: initialLog,
  keys: LOG_KEYS,
  contexts: ({ opened, saving }) => (saving !== null ? ['field'] : opened === null ? ['list'] : ['detail']),
  headline,
  update: updateLog,
  perform: performLog,
  replaces: ({ kind }) => (kind === 'read' || kind === 'stop' ? 'read' : kind === 'open' ? 'open' : null),
  leave: (state, _shared, how) => leaveLog(state, how),
  hide: hideLog,
  filter: ({ filter }) => filter,
  awaits,
}

function headline(state: LogState, { now }: Shared): Headline {
  const { filter, opened } = state
  const crumbs: InertText[] = []
  if (filter !== '') crumbs.push(inert(filter, 60))
  if (opened !== null) crumbs.push(inert(`${readableAddress(opened.row.to)} (${shortId(opened.row.id)})`, 80))
  if (opened !== null) return { crumbs }
  const { words, ...shown } = searchHeadline(state)
  const note = (filter.trim() === '' ? null : parseLogSearch(filter, now).doubt) ?? words
  return { crumbs, ...shown, ...(note === null ? {} : { note: inert(note) }) }
}

function awaits({ wanted, opened, list, saving }: LogState): Awaiting {
  if (saving?.isBusy === true) return 'answer'
  if (wanted !== null) return 'page'
  return opened === null && isUnsettled(list) ? 'rows' : 'nothing'
}
