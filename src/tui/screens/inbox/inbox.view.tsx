import { useMemo } from 'react'
import type { Instant } from '../../../core/domain/time.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { humanTime } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { ListPage } from '../../components/list-page.tsx'
import type { InboxLetter } from '../../inbox.ts'
import { type Line, line } from '../../line.ts'
import type { Column } from '../../list/columns.ts'
import { shortTime } from '../../time-words.ts'
import type { ViewProps } from '../views.tsx'
import { letterInView } from './inbox.keys.ts'
import { letterLines } from './inbox.lines.ts'
import type { InboxState } from './inbox.state.ts'

interface Given {
  readonly now: Instant
}

const COLUMNS: readonly Column<InboxLetter, Given>[] = [
  {
    title: 'CAUGHT',
    width: 11,
    ample: 16,
    cell: ({ at }, { now }, width) => ({ text: inert(width < 16 ? shortTime(at, now) : humanTime(at, now)) }),
  },
  { title: 'TO', width: 18, grows: 2, cell: ({ to }) => ({ text: inert(readableAddress(to)) }) },
  { title: 'SUBJECT', width: 18, grows: 2, cell: ({ subject }) => ({ text: inert(subject) }) },
]

/** A letter's lines are of 72 characters at most, as mail has it: they fit at 140 columns. */
const PANE_SHARE = 0.54

/** Sandbox › Inbox: every letter that would have left this machine. */
export function InboxView({ state, shared, theme }: ViewProps<InboxState>) {
  const { list, opened, filter } = state
  const { now } = shared
  const given = useMemo(() => ({ now }), [now])
  const current = letterInView(state)
  const lines = useMemo(() => (current === undefined ? [] : letterLines(current, now)), [current, now])
  return (
    <ListPage
      shared={shared}
      opened={opened}
      lines={lines}
      list={list}
      columns={COLUMNS}
      given={given}
      theme={theme}
      empty={emptyWords(filter)}
      paneShare={PANE_SHARE}
    />
  )
}

const emptyWords = (filter: string): Line =>
  line(
    filter === ''
      ? 'No letter has been caught yet: reset a password on page 2, Users.'
      : 'No letter fits. Esc takes the filter away.',
    { tone: 'dim' },
  )
