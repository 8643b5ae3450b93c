import type { Keys } from '../../screen.ts'
import { chosenCause, type OverviewMsg, type OverviewState } from './overview.state.ts'

export const OVERVIEW_KEYS: Keys<OverviewState, OverviewMsg> = [
  {
    keys: ['t'],
    what: { kind: 'tasks' },
    hint: 'its letters',
    help: 'Show the letters that failed for the chosen cause, to redo them',
    when: (state, shared) =>
      chosenCause(state, shared) === undefined ? 'Nothing has failed in the last 24 hours.' : null,
  },
]
