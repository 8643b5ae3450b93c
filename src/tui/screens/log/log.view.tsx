import { useMemo } from 'react'
import { resultOf } from '../../../core/domain/mail-log.ts'
import type { Instant } from '../../../core/domain/time.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import type { MailLogRow } from '../../../core/store/port.ts'
import { humanTime } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { kindWord, kindWords } from '../../../core/text/task-words.ts'
import { FormView } from '../../components/form-view.tsx'
import { ListPage } from '../../components/list-page.tsx'
import { line, type Span } from '../../line.ts'
import type { Column } from '../../list/columns.ts'
import { nothingWords } from '../../list/search.ts'
import { currentRow } from '../../list/window.ts'
import type { Glyphs } from '../../theme.ts'
import { shortTime } from '../../time-words.ts'
import { toneGlyph } from '../../tone-glyph.ts'
import type { ViewProps } from '../views.tsx'
import { entryLines, RESULT_TONES, rowLines, saidWords } from './log.lines.ts'
import type { LogState } from './log.state.ts'

interface Given {
  readonly now: Instant
  readonly glyphs: Glyphs
}

const COLUMNS: readonly Column<MailLogRow, Given>[] = [
  {
    title: 'TIME',
    width: 11,
    ample: 16,
    cell: ({ at }, { now }, width) => ({ text: inert(width < 16 ? shortTime(at, now) : humanTime(at, now)) }),
  },
  { title: 'RESULT', width: 9, cell: resultCell },
  {
    title: 'KIND',
    width: 6,
    ample: 16,
    spare: 2,
    cell: ({ kind }, _given, width) => ({ text: inert(width > 6 ? kindWords(kind) : kindWord(kind)) }),
  },
  { title: 'TO', width: 27, grows: 2, cell: ({ to }) => ({ text: inert(readableAddress(to)) }) },
  { title: 'SAID', width: 11, grows: 3, spare: 1, cell: saidCell },
]

function resultCell({ outcome }: MailLogRow, { glyphs }: Given): Span {
  const result = resultOf(outcome)
  const tone = RESULT_TONES[result]
  return { text: inert(`${toneGlyph(tone, glyphs)} ${result}`), tone }
}

function saidCell(row: MailLogRow, { glyphs }: Given): Span {
  const said = saidWords(row)
  return { text: inert(said === '' ? glyphs.none : said), tone: row.outcome === 'delivered' ? 'dim' : 'plain' }
}

/** System Information › Mail Log. */
export function LogView({ state, shared, theme }: ViewProps<LogState>) {
  const { list, opened, saving } = state
  const { now, columns, bodyRows } = shared
  const { glyphs } = theme
  const given = useMemo(() => ({ now, glyphs }), [now, glyphs])
  const current = currentRow(list)
  const lines = useMemo(() => {
    if (opened !== null) return entryLines(opened, given)
    return current === undefined ? [] : rowLines(current, given)
  }, [opened, current, given])
  if (saving !== null) return <FormView form={saving.form} width={columns} height={bodyRows} theme={theme} />
  return (
    <ListPage
      shared={shared}
      opened={opened}
      lines={lines}
      list={list}
      columns={COLUMNS}
      given={given}
      theme={theme}
      empty={line(nothingWords(state, 'No letter has been sent yet.', glyphs.ellipsis), { tone: 'dim' })}
    />
  )
}
