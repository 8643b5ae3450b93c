import { counted } from '../../../core/text/human.ts'
import { type InertText, inert } from '../../../core/text/inert.ts'
import { shortId } from '../../../core/text/task-words.ts'
import type { Headline, Screen, Shared } from '../../screen.ts'
import { performLog } from './log.effects.ts'
import { LOG_KEYS } from './log.keys.ts'
import { parseLogSearch } from './log.search.ts'
import { initialLog, isSearching, type LogEffect, type LogMsg, type LogState, type LogTypes } from './log.state.ts'
import { leaveLog, updateLog } from './log.update.ts'

export type { LogTypes }

/** System Information › Mail Log, without its looks. */
export const logScreen: Screen<LogState, LogMsg, LogEffect> = {
  initial: initialLog,
  keys: LOG_KEYS,
  contexts: ({ opened, saving }) => (saving !== null ? ['form'] : opened === null ? ['list'] : ['detail']),
  headline,
  update: updateLog,
  perform: performLog,
  replaces: ({ kind }) => (kind === 'read' || kind === 'stop' ? 'read' : kind === 'open' ? 'open' : null),
  leave: (state, _shared, how) => leaveLog(state, how),
  filter: ({ filter }) => filter,
}

function headline(state: LogState, { now }: Shared): Headline {
  const { list, filter, opened } = state
  const crumbs: InertText[] = []
  if (filter !== '') crumbs.push(inert(filter, 60))
  if (opened !== null) crumbs.push(inert(`${opened.row.to} (${shortId(opened.row.id)})`, 80))
  if (opened !== null) return { crumbs }
  const total = foundInAll(state)
  const isPlain = filter.trim() === ''
  const words = isPlain ? null : (parseLogSearch(filter, now).doubt ?? searchWords(state, total))
  return {
    crumbs,
    list: { ...list, total: isPlain ? null : total },
    ...(words === null ? {} : { note: inert(words) }),
    ...(isPlain ? { order: { words: 'newest first', direction: 'descending' as const } } : {}),
  }
}

/** How many rows there are, once both ends of them are known. */
function foundInAll({ list: { first, slices, rows } }: LogState): number | null {
  return first !== null && slices.at(-1)?.next === null ? first + rows.length : null
}

/** `searched 40 %, 12 found`; nothing once all of it was searched, since the place in the list says how many there are. */
function searchWords(state: LogState, total: number | null): string | null {
  const { search, list } = state
  if (total !== null) return null
  const found = `${counted((list.first ?? 0) + list.rows.length, 'letter').replace(/ letters?$/, '')} found`
  const share = `${Math.floor(search.share * 100)} %`
  if (search.isCalledOff) return `stopped at ${share}, ${found}; R goes on`
  return `searched ${share}, ${found}${isSearching(state) || search.share === 1 ? '' : ' so far'}`
}
