import type { Instant } from '../../../core/domain/time.ts'
import { iso } from '../../../core/domain/time.ts'
import { actionWords } from '../../../core/text/audit-words.ts'
import { counted, humanTime } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { cellsOf } from '../../../core/text/width.ts'
import { BLANK, fact, heading, type Line, line } from '../../line.ts'
import type { Glyphs } from '../../theme.ts'
import type { AuditRow } from './audit.state.ts'

/** Names beside which the code names still stand in line, in cells. */
const WIDEST_WORDS = 40

/** The audit log names so many things of one entry at most. */
const MOST_TOUCHED = 20

/** An entry as it stands beside the list or fills the page: who did what, by which door, and all that was touched. */
export function entryLines(row: AuditRow, now: Instant, glyphs: Glyphs): readonly Line[] {
  const { sequence, at, actor, action, touched } = row
  return [
    fact('Who', actor.name, { bold: true }),
    fact('Uid', String(actor.uid)),
    fact('Door', actor.door),
    fact('From', actor.address ?? glyphs.none),
    fact('Did', actionWords(action), { bold: true }),
    fact('Action', action),
    fact('When', humanTime(at, now)),
    fact('', iso(at), { tone: 'dim' }),
    fact('Entry', sequence.toLocaleString('en')),
    BLANK,
    ...touchedLines(row, touched.length),
  ]
}

function touchedLines({ touched, words }: AuditRow, count: number): readonly Line[] {
  if (count === 0) return [heading('Nothing was touched')]
  const said = words.map((each) => inert(each))
  const width = Math.min(WIDEST_WORDS, Math.max(0, ...said.map(cellsOf)))
  const most = count >= MOST_TOUCHED ? ' (no more than these are kept)' : ''
  return [
    heading(`Touched: ${counted(count, 'thing')}${most}`),
    ...touched.flatMap((each, index): readonly Line[] => {
      const shown = said[index]
      if (shown === undefined || shown === inert(each)) return [line(each)]
      const room = ' '.repeat(Math.max(0, width - cellsOf(shown)))
      return [[{ text: shown }, { text: inert(`${room}  ${each}`), tone: 'dim' }]]
    }),
  ]
}
