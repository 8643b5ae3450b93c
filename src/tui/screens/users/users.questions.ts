import { type Instant, MINUTE } from '../../../core/domain/time.ts'
import type { User } from '../../../core/domain/user.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { counted } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { editorOf } from '../../input/editor.ts'
import type { Order } from '../../screen.ts'
import type { ImportPreview, ResetPlan, UserAction, UsersMsg } from './users.state.ts'
import { leavesWords, whoWords } from './users.words.ts'

type Asked = Order<UsersMsg>

/** More letters, or users, than these are not done by one key: their number is to be typed. */
const MANY = 20

const usernames = (users: readonly User[]): readonly string[] => users.map(({ username }) => username)

interface Question {
  readonly title: string
  readonly lines: readonly string[]
  readonly okWord: string
  readonly ok: UsersMsg
  /** How many things are done by it. */
  readonly count: number
  readonly focus?: 'cancel' | 'ok'
}

function question({ title, lines, okWord, ok, count, focus = 'cancel' }: Question): Asked {
  const common = { title: inert(title), lines: lines.map((line) => inert(line, 400)), okWord, ok }
  if (count <= MANY) return { kind: 'ask', dialog: { ...common, kind: 'confirm', focus } }
  return { kind: 'ask', dialog: { ...common, kind: 'typed', expected: String(count), editor: editorOf() } }
}

/** Asks before letters are sent: how many, to whom, when, and how long that takes. */
export function askReset(plan: ResetPlan, now: Instant): Asked {
  const { ready, open, outlook } = plan
  if (ready.length > 0) return askNewLetters(plan, now)
  if (open.length === 0) {
    const why = plan.gone > 0 ? 'The user is not there any more.' : 'A disabled user gets no letter: press a first.'
    return { kind: 'toast', tone: 'warn', text: inert(why) }
  }
  const waiting = open.filter(({ task }) => task.status === 'wait' && task.scheduledAt > now)
  const [first] = waiting
  if (first === undefined) {
    const text = inert(`A letter to ${whoWords(usernames(open.map(({ user }) => user)))} is on its way already.`, 400)
    return { kind: 'toast', tone: 'warn', text }
  }
  const users = waiting.map(({ user }) => user)
  const one = users.length === 1
  return question({
    title: `${one ? 'A letter is' : `${counted(users.length, 'letter')} are`} open already: send now?`,
    lines: [
      `The letter to ${whoWords(usernames(users))} ${leavesWords(first.task.scheduledAt, now, { isHeld: outlook.isHeld })}.`,
      `Cancel keeps it so; Send now sends ${one ? 'it' : 'them'} at once.`,
      ...outlook.warnings,
    ],
    okWord: 'Send now',
    ok: { kind: 'do-reset', users: users.map(({ id }) => id), when: { kind: 'now' } },
    count: users.length,
  })
}

function askNewLetters({ ready, open, disabled, gone, outlook, rate }: ResetPlan, now: Instant): Asked {
  const one = ready.length === 1
  const due = now + outlook.delayMinutes * MINUTE
  const canUndo = outlook.delayMinutes > 0
  const leftOut = [
    ...(open.length === 0
      ? []
      : [`${whoWords(usernames(open.map(({ user }) => user)))}: a letter is open already, and stays as it is.`]),
    ...(disabled === 0 ? [] : [`${counted(disabled, 'disabled user')} ${disabled === 1 ? 'gets' : 'get'} no letter.`]),
    ...(gone === 0 ? [] : [`${counted(gone, 'user')} ${gone === 1 ? 'is' : 'are'} not there any more.`]),
  ]
  return question({
    title: one ? `Reset the password of ${ready[0]?.username ?? ''}?` : `Reset ${counted(ready.length, 'password')}?`,
    lines: [
      one
        ? `One letter with a temporary password, to ${readableAddress(ready[0]?.email ?? '')}.`
        : `${counted(ready.length, 'letter')} with a temporary password each, to ${whoWords(usernames(ready))}.`,
      `${one ? 'It' : 'They'} ${leavesWords(due, now, { many: !one, isHeld: outlook.isHeld })}${canUndo ? '; until then u undoes it' : ''}.`,
      ...rate,
      ...leftOut,
      ...outlook.warnings,
    ],
    okWord: 'Reset',
    ok: { kind: 'do-reset', users: ready.map(({ id }) => id), when: { kind: 'usual' } },
    count: ready.length,
    // What can be undone may be confirmed by Enter.
    focus: canUndo ? 'ok' : 'cancel',
  })
}

const WORDS: Readonly<Record<Exclude<UserAction, 'delete'>, { readonly title: string; readonly words: string }>> = {
  disable: {
    title: 'Disable',
    words: 'can no longer sign in: open letters are cancelled, and what was sent to sign in with stops working.',
  },
  enable: { title: 'Enable', words: 'can sign in again, with the password from before, where one was set.' },
}

/** Asks before users are disabled or enabled. */
export function askStatus(action: Exclude<UserAction, 'delete'>, users: readonly User[]): Asked {
  const { title, words } = WORDS[action]
  return question({
    title: users.length === 1 ? `${title} ${users[0]?.username ?? ''}?` : `${title} ${counted(users.length, 'user')}?`,
    lines: [`${whoWords(usernames(users))} ${words}`],
    okWord: title,
    ok: { kind: 'do', action, users },
    count: users.length,
  })
}

/** Asks before a user is deleted, which nothing brings back: the username is to be typed. */
export function askDelete(user: User): Asked {
  const { username, email } = user
  return {
    kind: 'ask',
    dialog: {
      kind: 'typed',
      title: inert(`Delete ${username} for good?`),
      lines: [
        inert(
          `${username} <${readableAddress(email)}> and the password are deleted, and open letters are cancelled.`,
          400,
        ),
        inert('Tasks and mail log keep what they say. To keep the account, disable it instead (d).'),
      ],
      okWord: 'Delete',
      expected: username,
      editor: editorOf(),
      ok: { kind: 'do', action: 'delete', users: [user] },
    },
  }
}

/** Asks before a file is imported. */
export function askImport({ file, rows }: ImportPreview): Asked {
  return question({
    title: `Import ${counted(rows, 'user')}?`,
    lines: [
      `All of ${file}, or nothing of it.`,
      'They are active and have no password: reset theirs to send them one.',
    ],
    okWord: 'Import',
    ok: { kind: 'do-import' },
    count: rows,
  })
}

/** Asks before what was typed is thrown away. */
export const askLeave = (): Asked =>
  question({
    title: 'Leave without saving?',
    lines: ['What was typed here has not been saved.'],
    okWord: 'Leave',
    ok: { kind: 'leave-panel' },
    count: 1,
  })
