import type { SettingName } from '../../../core/domain/setting.ts'
import type { MailLogRow } from '../../../core/store/port.ts'
import type { Keys, Shared } from '../../screen.ts'
import { settingThatMends, settingToMend } from '../../warning.ts'
import { type LogMsg, type LogState, rowInView } from './log.state.ts'

/** The setting that would mend what an attempt failed of; null when there is none. */
export const settingOf = ({ happening }: Pick<MailLogRow, 'happening'>): SettingName | null =>
  happening === null ? null : settingThatMends(happening)

/** The setting that `f` goes to: that of what is looked at, else what the line of warnings names. */
export function settingToFix(state: LogState, shared: Shared): SettingName | null {
  const row = rowInView(state)
  return (row === undefined ? null : settingOf(row)) ?? settingToMend(shared)
}

const NONE = 'There is no entry here.'
const TYPING = 'A path is being typed: Enter saves, Esc leaves.'

const anyRow = (state: LogState): string | null => {
  if (state.saving !== null) return TYPING
  return rowInView(state) === undefined ? NONE : null
}

export const LOG_KEYS: Keys<LogState, LogMsg> = [
  {
    keys: ['ctrl+s'],
    what: { kind: 'save-now' },
    hint: 'save',
    help: 'Save the letter under the path that was typed; so does Enter',
    when: ({ saving }) => (saving === null ? 'Press e first: it asks for the path.' : null),
    hinted: ({ saving }) => saving !== null,
  },
  {
    keys: ['f'],
    what: { kind: 'fix' },
    hint: 'fix',
    help: 'To the setting that mends what the letter failed of',
    when: (state, shared) => {
      if (state.saving !== null) return TYPING
      return settingToFix(state, shared) === null ? 'No setting mends this: the diagnosis says what does.' : null
    },
    waits: (state, shared) => shared.mail === null && settingToFix(state, shared) === null,
  },
  { keys: ['t'], what: { kind: 'to-task' }, hint: 'task', help: 'To the task of this letter', when: anyRow },
  {
    keys: ['e'],
    what: { kind: 'save' },
    hint: 'save .eml',
    help: 'Save the letter as a file, its secret hidden; asks for the path',
    when: anyRow,
    opensField: true,
  },
  { keys: ['y'], what: { kind: 'copy-id' }, help: 'Copy the id of the entry, or of the marked ones', when: anyRow },
  {
    keys: ['Y'],
    what: { kind: 'copy-address' },
    help: 'Copy the address that the letter went to, or those of the marked ones',
    when: anyRow,
  },
]
