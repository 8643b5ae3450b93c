import { Box } from 'ink'
import { useMemo } from 'react'
import type { Instant } from '../../../core/domain/time.ts'
import type { User } from '../../../core/domain/user.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { humanTime } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { Detail } from '../../components/detail.tsx'
import { Lines } from '../../components/line-view.tsx'
import { ListPage } from '../../components/list-page.tsx'
import { formLines } from '../../form/form.lines.ts'
import { BLANK, type Line, line } from '../../line.ts'
import type { Column } from '../../list/columns.ts'
import { currentRow } from '../../list/window.ts'
import type { Shared } from '../../screen.ts'
import type { Glyphs, Theme } from '../../theme.ts'
import { shortTime } from '../../time-words.ts'
import type { ViewProps } from '../views.tsx'
import { panelFoot, panelTitle } from './users.forms.ts'
import { previewLines, USER_TONES, userLines, userStatus } from './users.lines.ts'
import { noticeLines } from './users.notice.ts'
import type { Panel, UsersState } from './users.state.ts'

interface Given {
  readonly now: Instant
  readonly glyphs: Glyphs
}

/** What is shown of each user. */
export const USER_COLUMNS: readonly Column<User, Given>[] = [
  { title: 'USERNAME', width: 14, grows: 1, cell: ({ username }) => ({ text: inert(username) }) },
  { title: 'E-MAIL', width: 26, grows: 2, cell: ({ email }) => ({ text: inert(readableAddress(email)) }) },
  {
    title: 'NAME',
    width: 16,
    grows: 1,
    spare: 1,
    cell: ({ name }, { glyphs }) => (name === '' ? { text: inert(glyphs.none), tone: 'dim' } : { text: inert(name) }),
  },
  {
    title: 'STATUS',
    width: 10,
    cell: ({ status }, { glyphs }) => ({ text: inert(userStatus(status, glyphs)), tone: USER_TONES[status] }),
  },
  {
    title: 'MADE',
    width: 11,
    ample: 16,
    spare: 2,
    cell: ({ createdAt }, { now }, width) => ({
      text: inert(width < 16 ? shortTime(createdAt, now) : humanTime(createdAt, now)),
      tone: 'dim',
    }),
  },
]

/** AC User Management › Users. */
export function UsersView({ state, shared, theme }: ViewProps<UsersState>) {
  const { panel } = state
  if (panel.kind === 'preview') return <Preview panel={panel} shared={shared} theme={theme} />
  if (panel.kind !== 'none') return <PanelView panel={panel} shared={shared} theme={theme} />
  return <ListView state={state} shared={shared} theme={theme} />
}

function ListView({ state, shared, theme }: ViewProps<UsersState>) {
  const { list, opened, filter, detail, notice } = state
  const { now, columns, bodyRows } = shared
  const { glyphs } = theme
  const given = useMemo(() => ({ now, glyphs }), [now, glyphs])
  const said = useMemo(() => noticeLines(notice, { now, columns, bodyRows }), [notice, now, columns, bodyRows])
  const user = opened?.user ?? currentRow(list)
  const isBeside = opened === null
  const lines = useMemo(() => {
    if (user === undefined) return []
    return userLines(user, detail?.user.id === user.id ? detail : null, { now, glyphs, isBeside })
  }, [user, detail, now, glyphs, isBeside])
  const height = bodyRows - said.length
  return (
    <Box flexDirection="column" height={bodyRows}>
      <Box height={height} overflow="hidden">
        <ListPage
          shared={shared}
          opened={opened}
          lines={lines}
          height={height}
          list={list}
          columns={USER_COLUMNS}
          given={given}
          theme={theme}
          empty={emptyWords(filter, shared)}
        />
      </Box>
      <Lines lines={useMemo(() => marked(said, glyphs), [said, glyphs])} theme={theme} />
    </Box>
  )
}

/** What was asked for last behind a sign, as all of the page's own words are. */
const marked = (lines: readonly Line[], { good, warn }: Glyphs): readonly Line[] =>
  lines.map((each, index) => {
    const tone = each[0]?.tone === 'warn' ? 'warn' : 'good'
    const begins = index === 0 || lines[index - 1]?.[0]?.tone !== each[0]?.tone
    return [{ text: inert(` ${begins ? (tone === 'warn' ? warn : good) : ' '} `), tone, bold: true }, ...each]
  })

interface PanelProps<P extends Panel> {
  readonly panel: P
  readonly shared: Shared
  readonly theme: Theme
}

/** Rows from which on there is room between the parts of a form. */
const ROOMY = 16

function PanelView({ panel, shared, theme }: PanelProps<Exclude<Panel, { kind: 'none' | 'preview' }>>) {
  const { columns, bodyRows } = shared
  const lines = useMemo(() => {
    const foot = panelFoot(panel, shared.now)
    // Where there are few rows, the fields need them.
    const gap = bodyRows < ROOMY ? [] : [BLANK]
    const height = Math.max(1, bodyRows - foot.length - 1 - 2 * gap.length)
    return [panelTitle(panel, shared.now), ...gap, ...formLines(panel.form, columns, height, theme), ...gap, ...foot]
  }, [panel, shared.now, columns, bodyRows, theme])
  return <Lines lines={lines} theme={theme} />
}

function Preview({ panel, shared: { columns, bodyRows }, theme }: PanelProps<Extract<Panel, { kind: 'preview' }>>) {
  const lines = useMemo(() => previewLines(panel.preview), [panel.preview])
  return <Detail lines={lines} width={columns} height={bodyRows} top={panel.top} theme={theme} />
}

function emptyWords(filter: string, { readOnly }: Shared): Line {
  const none = readOnly ? 'There is no user yet.' : 'There is no user yet: n adds one, i imports a CSV file.'
  return line(filter === '' ? none : 'No user fits. Esc takes the filter away.', { tone: 'dim' })
}
