import { useMemo } from 'react'
import type { Instant } from '../../../core/domain/time.ts'
import { actionWords } from '../../../core/text/audit-words.ts'
import { humanTime } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { ListPage } from '../../components/list-page.tsx'
import { line, type Span } from '../../line.ts'
import type { Column } from '../../list/columns.ts'
import { nothingWords } from '../../list/search.ts'
import { shortTime } from '../../time-words.ts'
import type { ViewProps } from '../views.tsx'
import { entryInView } from './audit.keys.ts'
import { entryLines } from './audit.lines.ts'
import type { AuditRow, AuditState } from './audit.state.ts'

interface Given {
  readonly now: Instant
  readonly none: string
}

const COLUMNS: readonly Column<AuditRow, Given>[] = [
  {
    title: 'WHEN',
    width: 11,
    ample: 16,
    cell: ({ at }, { now }, width) => ({ text: inert(width < 16 ? shortTime(at, now) : humanTime(at, now)) }),
  },
  { title: 'WHO', width: 9, grows: 1, cell: ({ actor }) => ({ text: inert(actor.name) }) },
  { title: 'DOOR', width: 7, ample: 12, spare: 1, cell: doorCell },
  { title: 'DID', width: 20, cell: ({ action }) => ({ text: inert(actionWords(action)) }) },
  { title: 'ACTION', width: 22, spare: 2, cell: ({ action }) => ({ text: inert(action), tone: 'dim' }) },
  { title: 'TO', width: 8, grows: 3, cell: ({ words }, { none }) => ({ text: inert(toWords(words, none)) }) },
]

function doorCell({ actor: { door } }: AuditRow, _given: Given, width: number): Span {
  return { text: inert(width < 12 && door === 'command line' ? 'command' : door), tone: 'dim' }
}

/** What was touched in short: that wording was kept or a session begun, says the action already. */
function toWords(words: readonly string[], none: string): string {
  const telling = words.filter((each) => !/^(wording of|session at|mail as) /.test(each))
  const short = (telling.length === 0 ? words : telling).map((each) =>
    each.replace(/^(letter to|user|password of) /, ''),
  )
  const [first, ...others] = new Set(short)
  if (first === undefined) return none
  return others.length === 0 ? first : `${first} +${others.length}`
}

/** Audit: who did what, when, by which door. */
export function AuditView({ state, shared, theme }: ViewProps<AuditState>) {
  const { list, opened } = state
  const { now } = shared
  const { glyphs } = theme
  const given = useMemo(() => ({ now, none: glyphs.none }), [now, glyphs])
  const current = entryInView(state)
  const lines = useMemo(() => (current === undefined ? [] : entryLines(current, now, glyphs)), [current, now, glyphs])
  return (
    <ListPage
      shared={shared}
      opened={opened}
      lines={lines}
      list={list}
      columns={COLUMNS}
      given={given}
      theme={theme}
      empty={line(nothingWords(state, 'Nothing has been done yet.', glyphs.ellipsis), { tone: 'dim' })}
    />
  )
}
