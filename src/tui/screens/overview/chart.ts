import { thousands } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import type { HourOfDay } from '../../../core/usecases/overview.ts'
import type { Line, Span, Tone } from '../../line.ts'
import type { Theme } from '../../theme.ts'

const LABEL = 18
/** Cells of one hour at most, the gap between two included. */
const WIDEST = 5

/**
 * The hours side by side, successes above failures, each on its own scale: one failure among thousands must be seen.
 * @param width cells
 * @param height rows for the bars of successes, at most; those of failures take one more. What there is none of takes none
 */
export function chartLines(hours: readonly HourOfDay[], width: number, height: number, theme: Theme): readonly Line[] {
  if (theme.glyphs.bars.length === 0) return hourWords(hours, height + 2)
  const cells = Math.max(1, Math.min(WIDEST, Math.floor((width - LABEL) / Math.max(1, hours.length))))
  return [
    ...bars(
      'success',
      hours.map(({ success }) => success),
      'good',
      { cells, rows: height, theme },
    ),
    ...bars(
      'failure',
      hours.map(({ failure, unknown }) => failure + unknown),
      'bad',
      { cells, rows: 1, theme },
    ),
    axis(hours, cells),
  ]
}

/** What the bars would show, in words where there are none: the hours in which something was tried, the latest first. */
function hourWords(hours: readonly HourOfDay[], most: number): readonly Line[] {
  return hours
    .filter(({ success, failure, unknown }) => success + failure + unknown > 0)
    .toReversed()
    .slice(0, most)
    .map(({ from, success, failure, unknown }) => {
      const what = `${thousands(success)} success, ${thousands(failure + unknown)} failure`
      return [{ text: inert(` From ${hourOf(from)}:00  ${what}`) }]
    })
}

const hourOf = (at: number): string => String(new Date(at).getHours()).padStart(2, '0')

interface Drawing {
  readonly cells: number
  /** At most; a single letter makes no tower. */
  readonly rows: number
  readonly theme: Theme
}

/** One row of bars or several; the label says how many the highest stands for. */
function bars(name: string, counts: readonly number[], tone: Tone, { cells, rows, theme }: Drawing): readonly Line[] {
  const most = Math.max(0, ...counts)
  if (most === 0) return []
  const height = Math.min(rows, most)
  const full = theme.glyphs.bars.length - 1
  const levels = counts.map((count) => (count === 0 ? 0 : Math.max(1, Math.round((count / most) * height * full))))
  return Array.from({ length: height }, (_, row): Line => {
    const floor = (height - 1 - row) * full
    const drawn = levels.map((level) => {
      const glyph = theme.glyphs.bars[Math.max(0, Math.min(full, level - floor))] ?? ' '
      return cells === 1 ? glyph : `${glyph.repeat(cells - 1)} `
    })
    const label = row === height - 1 ? ` ${name}, most ${thousands(most)}` : ''
    return [labelled(label), { text: inert(drawn.join(''), 400), tone }]
  })
}

const labelled = (label: string): Span => ({ text: inert(label.padEnd(LABEL).slice(0, LABEL)), tone: 'dim' })

const EVERY = 3

/** The hour of the clock under every third bar. */
function axis(hours: readonly HourOfDay[], cells: number): Line {
  const marks = hours.map(({ from }, index) => {
    if (index % EVERY !== 0) return ''
    return hourOf(from).padEnd(cells * EVERY)
  })
  return [{ text: inert(' '.repeat(LABEL) + marks.join(''), 400), tone: 'dim' }]
}
