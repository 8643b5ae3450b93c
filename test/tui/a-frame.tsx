import { renderToString } from 'ink'
import { inert } from '../../src/core/text/inert.ts'
import { Frame } from '../../src/tui/app.tsx'
import type { Model } from '../../src/tui/model.ts'
import { themeOf } from '../../src/tui/theme.ts'

/** One frame as the lines of a terminal of the model's size, without colours. */
export function aFrame(model: Model): readonly string[] {
  const theme = themeOf({ colour: false, ascii: model.ascii })
  const text = renderToString(<Frame model={model} theme={theme} title={inert('olga@mx1')} />, {
    columns: model.columns,
  })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours and weights are what is taken away
  return text.replaceAll(/\u001b\[[0-9;]*m/g, '').split('\n')
}
