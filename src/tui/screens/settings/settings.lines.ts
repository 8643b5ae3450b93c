import { isPassed } from '../../../core/domain/check.ts'
import type { SettingName } from '../../../core/domain/setting.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { inert } from '../../../core/text/inert.ts'
import { attemptLines, checkEndLines, stageLines, stageWord } from '../../../core/text/report.ts'
import { BLANK, heading, type Line, line } from '../../line.ts'
import type { Glyphs } from '../../theme.ts'
import { settingThatMends } from '../../warning.ts'
import type { Pane } from './settings.state.ts'

/** What the daemon was asked for, as far as it has come. */
export function paneLines(pane: Pane, glyphs: Glyphs): readonly Line[] {
  const trouble =
    pane.trouble === null ? [] : [BLANK, line(`${glyphs.bad} ${pane.trouble}`, { tone: 'bad', bold: true })]
  switch (pane.kind) {
    case 'check':
      return [...checkLines(pane, glyphs), ...trouble, BLANK, closing(pane)]
    case 'test':
      return [...testLines(pane, glyphs), ...trouble, BLANK, closing(pane)]
  }
}

/** A check is called off; a letter that was handed over goes its way; what is over leads to the setting that mends it. */
function closing(pane: Pane): Line {
  if (!pane.isOver)
    return line(pane.kind === 'check' ? 'Esc calls it off.' : 'Esc stops looking; the letter goes on.', { tone: 'dim' })
  const setting = mendedBy(pane)
  return setting === null
    ? line('Esc closes this.', { tone: 'dim' })
    : line(`f: ${setting}. Esc closes this.`, { bold: true })
}

/** The setting that mends what a check or a test mail has met; null where there is none. */
export function mendedBy(pane: Pane): SettingName | null {
  const happening = pane.kind === 'check' ? pane.check?.happening : pane.entry?.happening
  return happening === undefined || happening === null ? null : settingThatMends(happening)
}

function checkLines({ check, warnings }: Extract<Pane, { kind: 'check' }>, glyphs: Glyphs): readonly Line[] {
  const title = heading('Checking the mail server with what is typed')
  const doubts = warnings.map((warning) => line(`${glyphs.warn} ${warning}`, { tone: 'warn' }))
  if (check === null) return [title, line(`Asking the daemon ${glyphs.ellipsis}`, { tone: 'dim' })]
  const stages = stageLines(check).map((text, index): Line => {
    const report = check.stages[index]
    const passed = report !== undefined && isPassed(check, report)
    const tone = passed ? 'good' : 'bad'
    return [
      { text: inert(`${passed ? glyphs.good : glyphs.bad} `), tone, bold: true },
      { text, ...(passed ? {} : { tone }) },
    ]
  })
  const now =
    check.status === 'done'
      ? []
      : [
          line(
            check.stage === null
              ? `${glyphs.busy} waiting for its turn ${glyphs.ellipsis}`
              : `${glyphs.busy} ${stageWord(check.stage)} ${glyphs.ellipsis}`,
            { bold: true },
          ),
        ]
  const end = checkEndLines(check)
  const tone = check.happening === null ? 'good' : 'bad'
  const [first, ...rest] = end
  const ended: readonly Line[] =
    first === undefined ? [] : [BLANK, [{ text: first, tone, bold: true }], ...rest.map((text): Line => [{ text }])]
  return [title, ...doubts, BLANK, ...stages, ...now, ...ended]
}

function testLines(
  { to, isHanded, entry, isConfirmed, trouble }: Extract<Pane, { kind: 'test' }>,
  glyphs: Glyphs,
): readonly Line[] {
  const title = heading('Test mail')
  if (entry === undefined || entry === null) {
    const waiting = line(
      isHanded
        ? `${glyphs.busy} Handed to the daemon; waiting for what the server says ${glyphs.ellipsis}`
        : `${glyphs.busy} Handing it to the daemon ${glyphs.ellipsis}`,
    )
    return [title, line(`To ${readableAddress(to)}`), ...(trouble === null ? [BLANK, waiting] : [])]
  }
  const isGood = entry.outcome === 'delivered'
  const said = attemptLines(entry).map((each) => line(each))
  const sign = line(isGood ? `${glyphs.good} The mail server took it.` : `${glyphs.bad} It was not delivered.`, {
    tone: isGood ? 'good' : 'bad',
    bold: true,
  })
  const asked = isConfirmed
    ? line(`${glyphs.good} Confirmed: it has arrived.`, { tone: 'good' })
    : line(`Has it arrived at ${readableAddress(to)}? Look there, then press y.`, { bold: true })
  return [title, line(`To ${readableAddress(to)}`), BLANK, sign, ...said, ...(isGood ? [BLANK, asked] : [])]
}
