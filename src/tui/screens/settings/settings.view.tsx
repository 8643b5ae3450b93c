import { Box } from 'ink'
import { useMemo } from 'react'
import { Detail } from '../../components/detail.tsx'
import { FormView } from '../../components/form-view.tsx'
import { Lines } from '../../components/line-view.tsx'
import { formLines } from '../../form/form.lines.ts'
import { fitLine, line } from '../../line.ts'
import { hasDetailPane } from '../../screen.ts'
import type { ViewProps } from '../views.tsx'
import { paneLines } from './settings.lines.ts'
import { paneWidth } from './settings.pane.ts'
import type { SettingsState } from './settings.state.ts'

/** System Configs › Setting. */
export function SettingsView({ state, shared, theme }: ViewProps<SettingsState>) {
  const { form, pane, asking, rows } = state
  const { columns, bodyRows } = shared
  const beside = pane !== null && hasDetailPane(shared) ? paneWidth(columns) : 0
  const width = columns - beside
  const lines = useMemo(() => {
    // One cell less than there is: what is cut would touch the rule of the pane.
    const room = beside === 0 ? width : width - 1
    return formLines(form, room, bodyRows, theme).map((each) => fitLine(each, room))
  }, [form, beside, width, bodyRows, theme])
  const paned = useMemo(() => (pane === null ? [] : paneLines(pane, theme.glyphs)), [pane, theme])
  if (asking !== null) return <FormView form={asking} width={columns} height={bodyRows} theme={theme} />
  if (rows === null)
    return <Lines lines={[line(` Reading the settings ${theme.glyphs.ellipsis}`, { tone: 'dim' })]} theme={theme} />
  if (pane !== null && beside === 0)
    return <Detail lines={paned} width={columns} height={bodyRows} top={pane.top} theme={theme} />
  return (
    <Box>
      <Box flexDirection="column" width={width}>
        <Lines lines={lines} theme={theme} />
      </Box>
      {pane === null ? null : (
        <Detail lines={paned} width={beside} height={bodyRows} top={pane.top} theme={theme} ruled />
      )}
    </Box>
  )
}
