import type { InboxLetter } from '../../inbox.ts'
import { currentRow } from '../../list/window.ts'
import type { Keys } from '../../screen.ts'
import type { InboxMsg, InboxState } from './inbox.state.ts'

/** The letter that is being looked at. */
export const letterInView = ({ opened, list }: InboxState): InboxLetter | undefined =>
  opened?.letter ?? currentRow(list)

const NONE = 'There is no letter here.'

export const INBOX_KEYS: Keys<InboxState, InboxMsg> = [
  {
    keys: ['y'],
    what: { kind: 'copy-secret' },
    hint: 'copy password or link',
    help: 'Copy the temporary password or the link that the letter brings',
    when: (state) => {
      const letter = letterInView(state)
      if (letter === undefined) return NONE
      return letter.secret === null ? 'This letter brings no password and no link: Y copies its text.' : null
    },
  },
  {
    keys: ['Y'],
    what: { kind: 'copy-letter' },
    help: 'Copy the text of the letter',
    when: (state) => (letterInView(state) === undefined ? NONE : null),
  },
]
