import { Box } from 'ink'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { type InertText, inert } from '../core/text/inert.ts'
import { Detail } from './components/detail.tsx'
import { LineView } from './components/line-view.tsx'
import { Overlay } from './components/overlay.tsx'
import { dialogLines } from './dialogs/dialog.lines.ts'
import { crumbsLine, footerLine, headerLine, statusLines } from './frame.ts'
import { helpLines } from './help.lines.ts'
import { BLANK, type Line, line } from './line.ts'
import { isTooSmall, LEAST_COLUMNS, LEAST_ROWS, type Model, sharedOf } from './model.ts'
import { paletteLines } from './prompt/palette.lines.ts'
import { ScreenView } from './screens/views.tsx'
import type { Theme } from './theme.ts'

/** Where the console's state is kept: outside React, so that any number of keys may come before it is drawn. */
interface Drawn {
  readonly subscribe: (redraw: () => void) => () => void
  readonly model: () => Model
  /** Told of every model that was drawn. */
  readonly seen: (model: Model) => void
}

interface AppProps {
  readonly drawn: Drawn
  readonly theme: Theme
  /** Who is here: `ops@mx1`. */
  readonly title: InertText
}

/** The console as it is drawn. */
export function App({ drawn, theme, title }: AppProps) {
  const model = useSyncExternalStore(drawn.subscribe, drawn.model)
  useEffect(() => drawn.seen(model), [drawn, model])
  return <Frame model={model} theme={theme} title={title} />
}

interface FrameProps {
  readonly model: Model
  readonly theme: Theme
  readonly title: InertText
}

/** One frame: the same for the same model. */
export function Frame({ model, theme, title }: FrameProps) {
  const shared = useShared(model)
  if (isTooSmall(model)) return <TooSmall model={model} theme={theme} />
  const { rows, overlay } = model
  const said = statusLines(model, theme)
  return (
    // The width is the terminal's own: a fixed one was measured to break 3 of 11 resizes.
    <Box flexDirection="column" width="100%" height={rows}>
      <LineView line={headerLine(model, theme, title)} theme={theme} />
      <LineView line={crumbsLine(model, theme)} theme={theme} />
      <Box height={shared.bodyRows} flexDirection="column" overflow="hidden">
        {overlay.kind === 'help' ? (
          <Detail
            lines={helpLines(model)}
            width={model.columns}
            height={shared.bodyRows}
            top={overlay.top}
            theme={theme}
          />
        ) : (
          <ScreenView model={model} shared={shared} theme={theme} />
        )}
        <OverlayView model={model} rows={shared.bodyRows} theme={theme} />
        <Overlay lines={said.slice(0, -1)} columns={model.columns} rows={shared.bodyRows} theme={theme} at="bottom" />
      </Box>
      <LineView line={said.at(-1) ?? BLANK} theme={theme} />
      <LineView line={footerLine(model, theme)} theme={theme} />
    </Box>
  )
}

/** The same object as long as nothing of it is another: what is drawn from it need not be drawn again. */
function useShared(model: Model) {
  const { columns, rows, now, readOnly, sandbox, daemon, mail } = model
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are all that it is made of
  return useMemo(() => sharedOf(model), [columns, rows, now, readOnly, sandbox, daemon, mail])
}

function OverlayView({ model, rows, theme }: { readonly model: Model; readonly rows: number; readonly theme: Theme }) {
  const { overlay, columns } = model
  switch (overlay.kind) {
    case 'none':
    case 'help':
      return null
    case 'dialog':
      return (
        <Overlay
          lines={dialogLines(overlay.dialog, columns, theme)}
          columns={columns}
          rows={rows}
          theme={theme}
          at="middle"
        />
      )
    case 'prompt':
      if (overlay.prompt.kind === 'filter') return null
      return (
        <Overlay
          lines={paletteLines(overlay.prompt, columns, rows, theme)}
          columns={columns}
          rows={rows}
          theme={theme}
          at="bottom"
        />
      )
  }
}

function TooSmall({ model: { columns, rows }, theme }: { readonly model: Model; readonly theme: Theme }) {
  const lines: readonly Line[] = [
    line(`This terminal is ${columns}×${rows}: too small.`),
    line(`The console needs ${LEAST_COLUMNS}×${LEAST_ROWS}. q quits.`),
  ]
  return (
    <Box flexDirection="column" width="100%" height={rows}>
      {lines.slice(0, rows).map((each) => (
        <LineView key={each[0]?.text ?? inert('')} line={each} theme={theme} />
      ))}
    </Box>
  )
}
