import type { SettingName } from '../../../core/domain/setting.ts'
import { isDirty } from '../../form/form.ts'
import type { Keys, Shared } from '../../screen.ts'
import { settingToMend } from '../../warning.ts'
import { mendedBy } from './settings.lines.ts'
import { toConfirm } from './settings.review.ts'
import type { SettingsMsg, SettingsState } from './settings.state.ts'

const TYPING = 'Something is being typed: Enter ends that, Esc takes it back.'
const NO_DAEMON = 'No daemon is running: start posternd, which alone talks to the mail server.'

const isTyping = ({ before, asking }: SettingsState): boolean => before !== null || asking !== null
const isBusy = ({ pane }: SettingsState): boolean => pane !== null && !pane.isOver

/** For what the daemon alone can do. */
function byDaemon(state: SettingsState, { daemon }: Shared): string | null {
  if (isTyping(state)) return TYPING
  if (state.rows === null) return 'The settings are being read.'
  if (isBusy(state)) return 'One is under way: Esc ends that first.'
  return daemon === null ? NO_DAEMON : null
}

/** A test mail was taken, nobody has said that it came in, and one looks at it or at the setting that needs it. */
function isToConfirm(state: SettingsState): boolean {
  const { pane, form } = state
  if (pane !== null) return pane.kind === 'test' && pane.entry?.outcome === 'delivered' && !pane.isConfirmed
  return form.fields[form.focus]?.name === 'SERVICE_FORGOT_PASSWORD_ENABLE' && toConfirm(state) !== null
}

/** The setting that mends what the check or the test mail met that stands there; null where there is none. */
const mended = ({ pane }: SettingsState): SettingName | null => (pane === null ? null : mendedBy(pane))

export const SETTINGS_KEYS: Keys<SettingsState, SettingsMsg> = [
  {
    keys: ['f'],
    what: { kind: 'fix' },
    hint: 'fix',
    help: 'To the setting that mends what the check or the test mail met, or else the one that the line above the hints names',
    when: (state, shared) => ((mended(state) ?? settingToMend(shared)) === null ? 'No setting needs mending.' : null),
    hinted: (state) => mended(state) !== null,
    waits: (state, { mail }) => mail === null && mended(state) === null,
  },
  {
    keys: ['y'],
    what: { kind: 'confirm' },
    hint: 'it has arrived',
    help: 'Say that the test mail has arrived: people can then be let ask for links',
    changes: true,
    when: (state) => (isToConfirm(state) ? null : 'There is no test mail to confirm: t sends one.'),
    hinted: isToConfirm,
  },
  {
    keys: ['ctrl+s'],
    what: { kind: 'save' },
    hint: 'save',
    help: 'Save what was changed; shows the difference first',
    changes: true,
    hinted: ({ asking }) => asking === null,
    when: ({ form, isSaving }) =>
      isSaving ? 'It is being saved.' : isDirty(form) ? null : 'Nothing was changed: there is nothing to save.',
  },
  {
    keys: ['enter'],
    what: { kind: 'edit' },
    hint: 'edit',
    help: 'Type into the setting, or end that',
    changes: true,
    hinted: ({ asking, before }) => (asking !== null ? 'send' : before === null || 'done'),
    when: ({ pane, asking }) => (pane === null || asking !== null ? null : 'Esc closes what stands over the settings.'),
    opensField: true,
  },
  {
    keys: [' '],
    what: { kind: 'turn' },
    hint: 'change',
    help: 'Turn a yes or no round, take the next choice, or begin to type',
    changes: true,
    when: ({ pane, before, asking }) => {
      if (before !== null || asking !== null) return TYPING
      return pane === null ? null : 'Esc closes what stands over the settings.'
    },
    opensField: true,
  },
  {
    keys: ['c'],
    what: { kind: 'check' },
    hint: 'check',
    help: 'Check the connection with what is typed, saved or not; sends no letter',
    changes: true,
    when: byDaemon,
  },
  {
    keys: ['t'],
    what: { kind: 'test' },
    hint: 'test mail',
    help: 'Send a test mail under the saved settings, and see what becomes of it',
    changes: true,
    when: byDaemon,
    opensField: true,
  },
  {
    keys: ['r'],
    what: { kind: 'resume' },
    hint: 'resume',
    help: 'Resume sending: try the mail server now instead of later',
    changes: true,
    when: (state, { mail }) => {
      if (isTyping(state)) return TYPING
      const isHeld = mail !== null && (mail.queue.state !== 'open' || mail.queue.throttle !== null)
      return isHeld ? null : 'Mail is not paused: there is nothing to resume.'
    },
    waits: (_, { mail }) => mail === null,
  },
  {
    keys: ['u'],
    what: { kind: 'undo' },
    help: 'Take back what was typed into this setting',
    changes: true,
    when: ({ form }) => (isDirty(form) ? null : 'Nothing was changed.'),
  },
]
