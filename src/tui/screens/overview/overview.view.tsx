import { useMemo } from 'react'
import { Lines } from '../../components/line-view.tsx'
import type { ViewProps } from '../views.tsx'
import { overviewLines } from './overview.lines.ts'
import type { OverviewState } from './overview.state.ts'

/** Overview. */
export function OverviewView({ state, shared, theme }: ViewProps<OverviewState>) {
  const lines = useMemo(() => overviewLines(state, shared, theme), [state, shared, theme])
  return <Lines lines={lines} theme={theme} />
}
