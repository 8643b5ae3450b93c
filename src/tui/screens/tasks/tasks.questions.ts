import type { Task } from '../../../core/domain/task.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { counted } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { editorOf } from '../../input/editor.ts'
import type { Order } from '../../screen.ts'
import { editOf, type Redo, type TaskAction, type TasksMsg } from './tasks.state.ts'

type Asked = Order<TasksMsg>

const SHOWN = 3
/** More letters than these are not sent by one key: their number is to be typed. */
const MANY = 20

/** `ann@example.org and bob@example.org`, or the first of them: `ann@example.org, bob@example.org, cy@example.org and 3 others`. */
function whom(tasks: readonly Task[]): string {
  const to = tasks.slice(0, SHOWN).map(({ to }) => readableAddress(to))
  const others = tasks.length - to.length
  const all = others > 0 ? [...to, counted(others, 'other')] : to
  return [all.slice(0, -1).join(', '), ...all.slice(-1)].filter((words) => words !== '').join(' and ')
}

function question(
  action: TaskAction,
  title: string,
  tasks: readonly Task[],
  lines: readonly string[],
  words: { readonly okWord: string; readonly cancelWord?: string },
): Asked {
  const common = {
    title: inert(title),
    lines: lines.map((line) => inert(line, 400)),
    ...words,
    ok: { kind: 'do', action, edits: tasks.map(editOf) },
  } as const
  if (tasks.length <= MANY) return { kind: 'ask', dialog: { ...common, kind: 'confirm', focus: 'cancel' } }
  return { kind: 'ask', dialog: { ...common, kind: 'typed', expected: String(tasks.length), editor: editorOf() } }
}

const REDO_WORDS = (redo: Redo): string => {
  switch (redo.kind) {
    case 'chosen':
      return ''
    case 'all-failed':
      return 'All that have failed. '
    case 'same-error':
      return `All that failed with: ${redo.title}. `
  }
}

/** Asks before letters are sent again; says plainly what had arrived. */
export function askRedo({ ready, leftOut, what }: Extract<TasksMsg, { kind: 'redo-ready' }>): Asked {
  const [first] = leftOut
  if (ready.length === 0) return { kind: 'toast', tone: 'warn', text: inert(first ?? 'There is nothing to redo.', 400) }
  const letters = counted(ready.length, 'letter')
  const arrived = ready.filter(({ status }) => status === 'carried-out').length
  const waiting = ready.filter(({ status }) => status === 'wait').length
  const anew = ready.filter(({ status }) => status !== 'wait')
  const lines = [
    ...(anew.length === 0
      ? []
      : [
          `${REDO_WORDS(what)}${whom(anew)} ${anew.length === 1 ? 'gets' : 'get'} a new letter now. Earlier letters stop working.`,
        ]),
    ...(arrived === 0
      ? []
      : [`Careful: ${arrived === 1 ? 'one letter was' : `${arrived} letters were`} carried out already.`]),
    ...(waiting === 0
      ? []
      : [`${counted(waiting, 'letter')} that ${waiting === 1 ? 'waits is' : 'wait are'} sent now instead of later.`]),
    ...(first === undefined ? [] : [leftOut.length === 1 ? first : `${leftOut.length} are left out. ${first}`]),
  ]
  return question('redo', `Redo ${letters}?`, ready, lines, { okWord: 'Redo' })
}

/** Asks before letters that wait are cancelled. */
export function askCancel(tasks: readonly Task[]): Asked {
  const open = tasks.filter(({ status }) => status === 'wait' || status === 'executing')
  const executing = open.filter(({ status }) => status === 'executing').length
  const lines = [
    `Nothing is sent to ${whom(open)}; a secret that was sent before stops working.`,
    ...(executing === 0
      ? []
      : ['What is being sent just now is cancelled when that ends, unless it has arrived by then.']),
  ]
  const them = open.length === 1 ? 'it' : 'them'
  const words = { okWord: `Cancel ${them}`, cancelWord: `Keep ${them}` }
  return question('cancel', `Cancel ${counted(open.length, 'letter')}?`, open, lines, words)
}

/** Asks before letters leave at once. */
export function askSendNow(tasks: readonly Task[]): Asked {
  const waiting = tasks.filter(({ status }) => status === 'wait')
  const [letters, its] =
    waiting.length === 1 ? ['letter', 'leaves now instead of at its'] : ['letters', 'leave now instead of at their']
  const lines = [`The ${letters} to ${whom(waiting)} ${its} scheduled time.`]
  return question('send-now', `Send ${counted(waiting.length, 'letter')} now?`, waiting, lines, { okWord: 'Send now' })
}
