import { describeActor } from '../../../core/domain/actor.ts'
import { iso } from '../../../core/domain/time.ts'
import { askedSince, reopened, updateList } from '../../list/list.update.ts'
import { ANY_GLYPHS, scrollWithin } from '../../list/scroll.ts'
import { fillWindow, type ListWindow } from '../../list/window.ts'
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
    case 'changed':
    case 'refresh':
    case 'failed':
    case 'resized':
    case 'move':
    case 'mark':
    case 'minute':
    case 'typed':
      // Whatever was committed, the audit log has an entry of it.
      return reread(
        state,
        updateList(state.list, msg, listHeight(shared), () => true),
      )
    case 'filter':
      return reread({ ...state, filter: msg.text }, reopened(state.list))
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
    case 'rows':
      return reread(state, fillWindow(state.list, msg.ticket, msg.slice))
    case 'copy': {
      const row = entryInView(state)
      return row === undefined
        ? { state }
        : { state, orders: [{ kind: 'copy', text: entryText(row), what: 'the entry' }] }
    }
  }
}

/** The state with the list as it is now, and the read that it asks for. An entry that is open never changes. */
function reread(state: AuditState, list: ListWindow<AuditRow>): AuditStep {
  const ask = askedSince(state.list, list)
  const effects: readonly AuditEffect[] = ask === null ? [] : [{ kind: 'read', ask, filter: state.filter }]
  return { state: list === state.list ? state : { ...state, list }, effects }
}

/** An id that is asked for finds all that was done to what it names. */
function arrive(state: AuditState, msg: Extract<CoreMsg, { kind: 'shown' }>, shared: Shared): AuditStep {
  const wanted = [msg.arrival.filter, msg.arrival.id].filter((each) => each !== undefined)
  const sized = updateList(state.list, msg, listHeight(shared), () => true)
  if (wanted.length === 0) return reread(state, sized)
  return reread({ ...state, filter: wanted.join(' '), opened: null }, reopened(sized))
}

const entryText = ({ at, actor, action, touched }: AuditRow): string =>
  [iso(at), describeActor(actor), `uid ${actor.uid}`, action, touched.join(' ')].join('  ')

/** One rung of the Escape ladder: what was opened, then the filter. */
export function leaveAudit(state: AuditState, how: 'escape' | 'back'): AuditStep | null {
  if (state.opened !== null) return { state: { ...state, opened: null } }
  if (how === 'back') return null
  if (state.filter !== '') return reread({ ...state, filter: '' }, reopened(state.list))
  return null
}
