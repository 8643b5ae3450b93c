import { describeActor } from '../../../core/domain/actor.ts'
import { iso } from '../../../core/domain/time.ts'
import { ANY_GLYPHS, scrollWithin } from '../../list/scroll.ts'
import { hideSearch, leaveSearch, searchAskedSince, showSearched, updateSearched } from '../../list/search.ts'
import type { CoreMsg, Shared, Step } from '../../screen.ts'
import { entryInView } from './audit.keys.ts'
import { entryLines } from './audit.lines.ts'
import type { AuditEffect, AuditMsg, AuditRow, AuditState } from './audit.state.ts'

type AuditStep = Step<AuditState, AuditMsg, AuditEffect>

/** Rows for entries: what the page has less the line of titles. */
const listHeight = ({ bodyRows }: Shared): number => bodyRows - 1

/** What becomes of the page of the audit log. */
export function updateAudit(state: AuditState, msg: AuditMsg | CoreMsg, shared: Shared): AuditStep {
  switch (msg.kind) {
    case 'shown':
      return arrive(state, msg, shared)
    // Whatever was committed, the audit log has an entry of it.
    case 'changed':
    case 'refresh':
    case 'failed':
    case 'resized':
    case 'move':
    case 'mark':
    case 'minute':
    case 'typed':
    case 'filter':
    case 'rows':
    case 'progress':
    case 'stopped':
      return reading(state, { ...state, ...updateSearched(state, msg, listHeight(shared)) })
    case 'open': {
      const row = entryInView(state)
      return { state: row === undefined ? state : { ...state, opened: { row, top: 0 } } }
    }
    case 'scroll': {
      const { opened } = state
      if (opened === null) return { state }
      const lines = entryLines(opened.row, shared.now, ANY_GLYPHS)
      const top = scrollWithin(opened.top, msg.move, { ...shared, lines })
      return { state: { ...state, opened: { ...opened, top } } }
    }
    case 'copy': {
      const row = entryInView(state)
      return row === undefined
        ? { state }
        : { state, orders: [{ kind: 'copy', text: entryText(row), what: 'the entry' }] }
    }
  }
}

/** The read that the list asks for now. An entry that is open never changes. */
const reading = (before: AuditState, state: AuditState): AuditStep => ({
  state,
  effects: searchAskedSince(before, state),
})

/** An id that is asked for finds all that was done to what it names. */
function arrive(state: AuditState, { arrival }: Extract<CoreMsg, { kind: 'shown' }>, shared: Shared): AuditStep {
  const wanted = [arrival.filter, arrival.id].filter((each) => each !== undefined)
  const filter = wanted.length === 0 ? undefined : wanted.join(' ')
  const fresh = filter === undefined ? state : { ...state, opened: null }
  return reading(fresh, { ...fresh, ...showSearched(fresh, filter, listHeight(shared)) })
}

const entryText = ({ at, actor, action, touched }: AuditRow): string =>
  [iso(at), describeActor(actor), `uid ${actor.uid}`, action, touched.join(' ')].join('  ')

/** One rung of the Escape ladder: what was opened, the search, the filter. */
export function leaveAudit(state: AuditState, how: 'escape' | 'back'): AuditStep | null {
  if (state.opened !== null) return { state: { ...state, opened: null } }
  const left = how === 'back' ? null : leaveSearch(state)
  return left === null ? null : { ...left, state: { ...state, ...left.state } }
}

/** Another page is shown: a search ends, and goes on when this one is shown again. */
export function hideAudit(state: AuditState): AuditStep {
  const hidden = hideSearch(state)
  return { ...hidden, state: { ...state, ...hidden.state } }
}
