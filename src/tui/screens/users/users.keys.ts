import type { User } from '../../../core/domain/user.ts'
import { MARK_ALL_KEY } from '../../list/mark-all.ts'
import { chosenRows, currentRow } from '../../list/window.ts'
import type { Keys } from '../../screen.ts'
import type { Panel, UsersMsg, UsersState } from './users.state.ts'

/** What an action is about: who was opened, else the marked users, else the one under the cursor. */
export function chosenUsers({ opened, list }: UsersState): readonly User[] {
  return opened === null ? chosenRows(list) : [opened.user]
}

/** The user that is being looked at. */
export const userInView = ({ opened, list }: UsersState): User | undefined => opened?.user ?? currentRow(list)

const NONE = 'There is no user here.'
const BUSY = 'First save what is open (Ctrl-S), or leave it (Esc).'

type When = (state: UsersState) => string | null

/** A key of the list and of who was opened: it sleeps while a form is open. */
function onList(when: When = () => null): When {
  return (state) => (state.panel.kind === 'none' ? when(state) : BUSY)
}

/** A key of the list alone. */
const inList = onList(({ opened }) => (opened === null ? null : 'It is about the list: Esc goes back to it.'))

const anyUser = onList((state) => (userInView(state) === undefined ? NONE : null))

/** Why an action goes with none of those who were chosen; null when it goes with one at least. */
function unless(fits: (user: User) => boolean, why: string): When {
  return onList((state) => {
    const users = chosenUsers(state)
    if (users.length === 0) return NONE
    return users.some(fits) ? null : why
  })
}

const isActive = ({ status }: User): boolean => status === 'active'

const hasTheirs = (panel: Panel): boolean => panel.kind === 'edit' && panel.meanwhile !== null

function whenSaving({ panel }: UsersState): string | null {
  if (panel.kind === 'none') return 'There is nothing to save: e edits this user.'
  const isBad = panel.kind === 'preview' && panel.preview.allProblems > 0
  return isBad ? 'Nothing can be imported before the file is mended: Esc, then look again.' : null
}

/** What saving is called in the footer, as on the button of what is open. */
const SAVE_HINTS: Readonly<Record<Panel['kind'], string | false>> = {
  none: false,
  add: 'Add',
  edit: 'Update',
  import: 'Look at it',
  preview: 'Import',
}

const FORM_KEYS: Keys<UsersState, UsersMsg> = [
  {
    keys: ['ctrl+s'],
    what: { kind: 'save' },
    help: 'Update: save the form, look at the file that is to be imported, or import it',
    changes: true,
    when: whenSaving,
    hinted: ({ panel }) => SAVE_HINTS[panel.kind],
  },
  {
    keys: ['ctrl+t'],
    what: { kind: 'take-theirs' },
    hint: 'take theirs',
    help: 'In a form that somebody else saved meanwhile: take what they saved in this field',
    changes: true,
    when: ({ panel }) => (hasTheirs(panel) ? null : 'Nobody else has saved this user meanwhile.'),
    hinted: ({ panel }) => hasTheirs(panel),
  },
]

const ACTION_KEYS: Keys<UsersState, UsersMsg> = [
  {
    keys: ['u'],
    what: { kind: 'undo' },
    hint: 'undo',
    help: 'Undo the reset that was asked for last: cancel its letter before it leaves',
    changes: true,
    when: onList(({ notice }) =>
      notice === null || notice.tasks.length === 0
        ? 'There is no reset to undo: cancel others on page 3, Tasks.'
        : null,
    ),
  },
  {
    keys: ['r'],
    what: { kind: 'reset' },
    hint: 'reset password',
    help: 'Reset the password of the marked users, or of this one: a letter is sent',
    changes: true,
    when: unless(isActive, 'A disabled user gets no letter: press a to make the user active again.'),
  },
  {
    keys: ['e'],
    what: { kind: 'edit' },
    hint: 'edit',
    help: 'Edit this user: e-mail, name, language, status, reset password',
    changes: true,
    when: anyUser,
    opensField: true,
  },
  {
    keys: ['n'],
    what: { kind: 'add' },
    hint: 'new',
    help: 'Add a user',
    changes: true,
    when: onList(),
    atOnce: true,
    opensField: true,
  },
  {
    keys: ['d'],
    what: { kind: 'disable' },
    hint: 'disable',
    help: 'Disable the marked users, or this one',
    changes: true,
    when: unless(isActive, 'Disabled already: press a to make the user active again.'),
  },
  {
    keys: ['a'],
    what: { kind: 'enable' },
    hint: 'enable',
    help: 'Enable the marked users, or this one: active again',
    changes: true,
    when: unless((user) => !isActive(user), 'Active already: press d to disable the user.'),
  },
  {
    keys: ['x'],
    what: { kind: 'delete' },
    help: 'Delete this user for good, once the username has been typed',
    changes: true,
    when: onList((state) => {
      const users = chosenUsers(state)
      if (users.length === 0) return NONE
      return users.length > 1 ? 'Users are deleted one at a time: Esc takes the marks away.' : null
    }),
  },
  {
    keys: ['i'],
    what: { kind: 'import' },
    help: 'Import users from a CSV file',
    changes: true,
    when: onList(),
    atOnce: true,
    opensField: true,
  },
  { keys: ['o'], what: { kind: 'sort' }, hint: 'sort', help: 'Sort by the next column', when: inList, atOnce: true },
  { keys: ['O'], what: { kind: 'reverse' }, help: 'Turn the order round', when: inList, atOnce: true },
  {
    keys: ['s'],
    what: { kind: 'status' },
    help: 'Show everybody, the active users, or the disabled ones',
    when: inList,
    atOnce: true,
  },
  {
    ...MARK_ALL_KEY,
    when: onList(({ opened, list }) => {
      if (opened !== null) return 'It is about the list: Esc goes back to it.'
      return list.rows.length === 0 ? NONE : null
    }),
  },
  { keys: ['t'], what: { kind: 'show-tasks' }, help: "To this user's tasks on page 3", when: anyUser },
  { keys: ['l'], what: { kind: 'show-log' }, help: "To this user's letters in the mail log, page 4", when: anyUser },
  { keys: ['y'], what: { kind: 'copy-id' }, help: 'Copy the id of the user', when: anyUser },
  { keys: ['Y'], what: { kind: 'copy-address' }, help: "Copy the user's e-mail address", when: anyUser },
]

export const USERS_KEYS: Keys<UsersState, UsersMsg> = [
  ...ACTION_KEYS.map((row) => ({ ...row, hinted: ({ panel }: UsersState) => panel.kind === 'none' })),
  ...FORM_KEYS,
]
