import { AUDIT } from './audit/commands.ts'
import type { GroupDefinition } from './definition.ts'
import { LOG } from './log/commands.ts'
import { MAIL } from './mail/commands.ts'
import { SETTINGS_COMMANDS } from './settings/commands.ts'
import { STORE } from './store/commands.ts'
import { TASKS } from './tasks/commands.ts'
import { USERS } from './users/commands.ts'

const UP: GroupDefinition = {
  name: 'up',
  summary: 'All in one process',
  commands: [
    {
      name: 'up',
      summary: 'Run the daemon in this terminal, with the console; with --sandbox, tell the story of a reset first.',
      details: [
        'Without a terminal, or where TERM=dumb says that it cannot place text, there is no console: the daemon says what it does, a line an attempt, until a signal; with --sandbox the story is told and that is all.',
      ],
      options: [{ name: 'sandbox', help: 'With a mail catcher of its own: no letter leaves this machine.' }],
      json: 'nothing: it tells a story for people',
      load: async () => {
        const { up } = await import('./up/up.ts')
        return ({ input, dataFlag }) => up({ data: dataFlag, sandbox: input.has('sandbox') })
      },
    },
  ],
}

/** The command line's contract: every sub-command there is. */
export const GROUPS: readonly GroupDefinition[] = [USERS, TASKS, LOG, SETTINGS_COMMANDS, MAIL, STORE, AUDIT, UP]
