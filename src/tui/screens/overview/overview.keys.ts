import type { Keys } from '../../screen.ts'
import { chosenCause, type OverviewMsg, type OverviewState } from './overview.state.ts'
import { settingToFix } from './verdict.ts'

const aCause: NonNullable<Keys<OverviewState, OverviewMsg>[number]['when']> = (state, shared) =>
  chosenCause(state, shared) === undefined ? 'Nothing has failed in the last 24 hours.' : null

export const OVERVIEW_KEYS: Keys<OverviewState, OverviewMsg> = [
  {
    keys: ['f'],
    what: { kind: 'fix' },
    hint: 'fix',
    help: 'To the setting that mends what is said at the top, or else the chosen cause',
    when: (state, shared) => (settingToFix(state, shared) === null ? 'No setting is to be mended.' : null),
    waits: (_, { mail }) => mail === null,
  },
  {
    keys: ['enter'],
    what: { kind: 'entries' },
    hint: 'what was said',
    help: 'Show what the server said, each time it was the chosen cause',
    when: aCause,
  },
  {
    keys: ['t'],
    what: { kind: 'tasks' },
    hint: 'its letters',
    help: 'Show the letters that failed for the chosen cause, to redo them',
    when: aCause,
  },
]
