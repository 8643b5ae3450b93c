import type { SettingName } from '../../../core/domain/setting.ts'
import type { Shared } from '../../screen.ts'
import type { Figures } from './overview.state.ts'

/** One of the things to do before anybody can be helped. */
export interface Step {
  readonly isDone: boolean
  readonly words: string
  /** Where it is done, when that is a setting. */
  readonly setting: SettingName | null
}

/** What is to be done in a new store, in this order. */
export function stepsOf(
  { beginning, commands }: Pick<Figures, 'beginning' | 'commands'>,
  { daemon }: Pick<Shared, 'daemon'>,
): readonly Step[] {
  const { hasServer, isTested, isEnabled, hasUsers } = beginning
  return [
    { isDone: daemon !== null, words: `Start the daemon: ${commands.start}`, setting: null },
    {
      isDone: hasServer,
      words: 'Setting (5): mail server, username, password; Ctrl-S saves',
      setting: 'SERVICE_MAIL_HOST',
    },
    {
      isDone: isTested,
      words: 'Setting (5): c checks them; t sends a test mail to yourself',
      setting: 'SERVICE_MAIL_HOST',
    },
    {
      isDone: isEnabled,
      words: 'Setting (5): turn MAIL_ENABLE on; letters leave from then on',
      setting: 'SERVICE_MAIL_ENABLE',
    },
    { isDone: hasUsers, words: 'Users (2): n adds a user, i imports a CSV file; r resets a password', setting: null },
  ]
}

/** The first step that is not done; undefined when all are. */
export const nextStep = (steps: readonly Step[]): Step | undefined => steps.find(({ isDone }) => !isDone)
