import type { User } from '../../../core/domain/user.ts'
import { counted } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import type { ResetRequested } from '../../../core/usecases/reset.ts'
import { type Line, wrapLine } from '../../line.ts'
import type { Order, Shared } from '../../screen.ts'
import type { Acted, Notice, Outlook, UsersEffect, UsersMsg, UsersState, UsersStep } from './users.state.ts'
import { actedWords, noticeWords, whoWords } from './users.words.ts'

/** Lines that the page gives to what was asked for last, at most. */
const MOST_LINES = 5

/** What was asked for last, and what is in its way, as lines below the list. */
export function noticeLines(
  notice: Notice | null,
  { now, columns, bodyRows }: Pick<Shared, 'now' | 'columns' | 'bodyRows'>,
): readonly Line[] {
  if (notice === null || notice.isHidden) return []
  const width = columns - 4
  const said = wrapLine([{ text: noticeWords(notice, now), bold: true }], width)
  const doubts = notice.outlook.warnings.flatMap((text) => wrapLine([{ text, tone: 'warn' }], width))
  const all = [...said, ...doubts]
  const most = Math.min(MOST_LINES, Math.floor(bodyRows / 3))
  return all.length <= most ? all : [...all.slice(0, most - 1), [...(all[most - 1] ?? []), { text: inert(' …') }]]
}

/** The page without marks. */
export const unmarked = (state: UsersState): UsersState =>
  state.list.marks.size === 0 ? state : { ...state, list: { ...state.list, marks: new Map<string, User>() } }

/** The page with what has been asked for: new letters can be undone, others are told of once. */
export function withResets(state: UsersState, requested: readonly ResetRequested[], outlook: Outlook): UsersStep {
  const tasks = requested.flatMap((each) => (each.kind === 'made' ? [each.task] : []))
  const notice: Notice | null = tasks.length === 0 ? state.notice : { tasks, outlook, isHidden: false }
  const said = otherWords(requested)
  const order: Order<UsersMsg> = { kind: 'toast', tone: said.isGood ? 'good' : 'warn', text: inert(said.words, 400) }
  return { state: { ...state, notice }, orders: said.words === '' ? [] : [order] }
}

/** What became of those for whom no new letter was made. */
function otherWords(requested: readonly ResetRequested[]): { readonly isGood: boolean; readonly words: string } {
  const refused = requested.flatMap((each) => (each.kind === 'refused' ? [each] : []))
  if (refused.length > 0)
    return {
      isGood: false,
      words: 'Nothing was asked for: a user was deleted or disabled meanwhile. Look, and try again.',
    }
  const sooner: string[] = []
  const open: string[] = []
  for (const each of requested) {
    if (each.kind === 'already') (each.broughtForward ? sooner : open).push(each.user.username)
  }
  const words = [
    ...(sooner.length === 0 ? [] : [`The letter to ${whoWords(sooner)} leaves now.`]),
    ...(open.length === 0 ? [] : [`${whoWords(open)}: a letter was open already, and stays as it is.`]),
  ]
  return { isGood: open.length === 0, words: words.join(' ') }
}

/** Resets were asked for, for marked users or one. */
export const resetDone = (
  state: UsersState,
  { requested, outlook }: Extract<UsersMsg, { kind: 'reset-done' }>,
): UsersStep => withResets(unmarked(state), requested, outlook)

/** Cancels the very tasks that were made last. */
export const undo = ({ tasks }: Notice): UsersEffect => ({
  kind: 'undo',
  edits: tasks.map(({ id, version }) => ({ id, version })),
})

/** What became of that: what was cancelled cannot be undone once more. */
export function undone(state: UsersState, { cancelled, refused }: Extract<UsersMsg, { kind: 'undone' }>): UsersStep {
  const [first] = refused
  const said = cancelled === 0 ? [] : [`Undone: ${counted(cancelled, 'letter')} cancelled, nothing is sent.`]
  const others = refused.length > 1 ? [`${refused.length - 1} more were not cancelled.`] : []
  const text = inert([...said, ...(first === undefined ? [] : [first]), ...others].join(' '), 400)
  return {
    state: { ...state, notice: null },
    orders: [{ kind: 'toast', tone: first === undefined ? 'good' : 'warn', text }],
  }
}

/** Users were disabled, enabled or deleted: who, and why some were not. */
export function acted(state: UsersState, result: Acted): UsersStep {
  const { action, done, refused } = result
  const isGone = action === 'delete' && done.length > 0
  const idle = { ...state, opened: isGone ? null : state.opened, underWay: 'nothing' } as const
  const tone = refused.length === 0 ? 'good' : 'warn'
  return { state: unmarked(idle), orders: [{ kind: 'toast', tone, text: actedWords(result) }] }
}
