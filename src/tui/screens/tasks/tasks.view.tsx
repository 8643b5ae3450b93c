import { useMemo } from 'react'
import { STATUS_WORDS, type Task } from '../../../core/domain/task.ts'
import type { Instant } from '../../../core/domain/time.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { humanTime } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { cameTooLate, kindWord, kindWords, lastWords } from '../../../core/text/task-words.ts'
import { ListPage } from '../../components/list-page.tsx'
import { type Line, line, type Span } from '../../line.ts'
import type { Column } from '../../list/columns.ts'
import { currentRow } from '../../list/window.ts'
import type { Shared } from '../../screen.ts'
import type { Glyphs } from '../../theme.ts'
import { shortestTime, untilWords } from '../../time-words.ts'
import type { ViewProps } from '../views.tsx'
import type { HeldTasks } from './held.ts'
import { STATUS_TONES, statusGlyph, taskLines } from './tasks.lines.ts'
import type { TasksState } from './tasks.state.ts'

interface Given {
  readonly now: Instant
  readonly glyphs: Glyphs
  readonly held: HeldTasks
}

const COLUMNS: readonly Column<Task, Given>[] = [
  {
    title: 'SCHEDULED',
    width: 9,
    ample: 16,
    cell: ({ scheduledAt }, { now }, width) => ({
      text: inert(width < 16 ? shortestTime(scheduledAt, now) : humanTime(scheduledAt, now)),
    }),
  },
  { title: 'STATUS', width: 11, ample: 14, cell: statusCell },
  {
    title: 'KIND',
    width: 6,
    ample: 16,
    spare: 2,
    cell: ({ kind }, _given, width) => ({ text: inert(width > 6 ? kindWords(kind) : kindWord(kind)) }),
  },
  { title: 'TO', width: 27, grows: 1, cell: ({ to }) => ({ text: inert(readableAddress(to)) }) },
  {
    title: 'TRY',
    width: 3,
    spare: 3,
    align: 'right',
    cell: ({ attempts }) => ({ text: inert(String(attempts.length)) }),
  },
  { title: 'LAST', width: 11, grows: 1, spare: 1, cell: lastCell },
]

/** `✗ failed`, `· wait 9m`: a sign, a word, and how long it has yet to wait; of two units the larger where both have no room. */
function statusCell({ status, scheduledAt }: Task, { now, glyphs }: Given, width: number) {
  const wait = scheduledAt > now ? untilWords(scheduledAt, now).replace('in ', '') : 'due'
  const shown = width < 14 ? wait.split(' ')[0] : wait
  const words = status === 'wait' ? `${STATUS_WORDS[status]} ${shown}` : STATUS_WORDS[status]
  return { text: inert(`${statusGlyph(status, glyphs)} ${words}`), tone: STATUS_TONES[status] }
}

/** What the last attempt came to, or what keeps the next one from being made. */
function lastCell(task: Task, { glyphs, held }: Given): Span {
  const holding = held.get(task.id)
  if (holding !== undefined) return { text: holding.short, tone: 'warn' }
  const words = lastWords(task)
  return {
    text: inert(words === '' ? glyphs.none : words),
    tone: task.status === 'failed' ? 'bad' : cameTooLate(task) ? 'warn' : 'dim',
  }
}

/** System Information › Scheduled Tasks. */
export function TasksView({ state, shared, theme }: ViewProps<TasksState>) {
  const { list, opened, filter, held } = state
  const { now } = shared
  const { glyphs } = theme
  const given = useMemo(() => ({ now, glyphs, held }), [now, glyphs, held])
  const current = opened?.task ?? currentRow(list)
  const isBeside = opened === null
  const lines = useMemo(() => {
    const holding = current === undefined ? undefined : held.get(current.id)
    return current === undefined ? [] : taskLines(current, { now, glyphs, held: holding, isBeside })
  }, [current, now, glyphs, held, isBeside])
  return (
    <ListPage
      shared={shared}
      opened={opened}
      lines={lines}
      list={list}
      columns={COLUMNS}
      given={given}
      theme={theme}
      empty={emptyWords(filter, shared)}
    />
  )
}

function emptyWords(filter: string, { readOnly }: Shared): Line {
  const none = `No letter has been asked for yet${readOnly ? '' : ': reset a password on page 2, Users'}.`
  return line(filter === '' ? none : 'No task fits. Esc takes the filter away.', { tone: 'dim' })
}
