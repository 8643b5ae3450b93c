import type { InboxLetter } from '../../inbox.ts'
import { askedSince, reopened, updateList } from '../../list/list.update.ts'
import { scrollWithin } from '../../list/scroll.ts'
import { fillWindow, type ListWindow } from '../../list/window.ts'
import type { CoreMsg, Shared, Step } from '../../screen.ts'
import { letterInView } from './inbox.keys.ts'
import { letterLines } from './inbox.lines.ts'
import type { InboxEffect, InboxMsg, InboxState } from './inbox.state.ts'

type InboxStep = Step<InboxState, InboxMsg, InboxEffect>

/** Rows for letters: what the page has less the line of titles. */
const listHeight = ({ bodyRows }: Shared): number => bodyRows - 1

/** What becomes of the page of caught letters. */
export function updateInbox(state: InboxState, msg: InboxMsg | CoreMsg, shared: Shared): InboxStep {
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
      return reread(
        state,
        // A letter was caught before the store has an entry of it.
        updateList(state.list, msg, listHeight(shared), (kinds) => kinds.has('mail-log')),
      )
    case 'filter':
      return reread({ ...state, filter: msg.text }, reopened(state.list))
    case 'open': {
      const letter = letterInView(state)
      return { state: letter === undefined ? state : { ...state, opened: { letter, top: 0 } } }
    }
    case 'scroll': {
      const { opened } = state
      if (opened === null) return { state }
      const lines = letterLines(opened.letter, shared.now)
      const top = scrollWithin(opened.top, msg.move, { ...shared, lines })
      return { state: { ...state, opened: { ...opened, top } } }
    }
    case 'letters':
      return reread(state, fillWindow(state.list, msg.ticket, msg.slice))
    case 'copy-secret': {
      const secret = letterInView(state)?.secret ?? null
      if (secret === null) return { state }
      return { state, orders: [{ kind: 'copy', text: secret.text, what: `the ${secret.kind}` }] }
    }
    case 'copy-letter': {
      const letter = letterInView(state)
      return letter === undefined
        ? { state }
        : { state, orders: [{ kind: 'copy', text: letter.text, what: 'the text' }] }
    }
  }
}

/** The state with the list as it is now, and the read that it asks for. What was caught never changes. */
function reread(state: InboxState, list: ListWindow<InboxLetter>): InboxStep {
  const ask = askedSince(state.list, list)
  const effects: readonly InboxEffect[] =
    ask === null ? [] : [{ kind: 'read', ticket: ask.ticket, filter: state.filter }]
  return { state: list === state.list ? state : { ...state, list }, effects }
}

function arrive(state: InboxState, msg: Extract<CoreMsg, { kind: 'shown' }>, shared: Shared): InboxStep {
  const { filter } = msg.arrival
  const sized = updateList(state.list, msg, listHeight(shared), () => true)
  // Who comes to the inbox looks for what is new.
  if (filter === undefined) return reread(state, state.opened === null ? reopened(sized) : sized)
  return reread({ ...state, filter, opened: null }, reopened(sized))
}

/** One rung of the Escape ladder: what was opened, then the filter. */
export function leaveInbox(state: InboxState, how: 'escape' | 'back'): InboxStep | null {
  if (state.opened !== null) return { state: { ...state, opened: null } }
  if (how === 'back') return null
  if (state.filter !== '') return reread({ ...state, filter: '' }, reopened(state.list))
  return null
}
