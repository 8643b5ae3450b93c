import { useWindowSize } from 'ink'
import { type InertText, inert } from '../core/text/inert.ts'
import { Frame } from './app.tsx'
import { type Beginning, initialModel, type Model } from './model.ts'
import type { PageName } from './pages.ts'
import { isScreenName } from './screens/table.ts'
import type { Theme } from './theme.ts'

export interface OpeningProps {
  /** How the console will begin. */
  readonly beginning: Omit<Beginning, 'columns' | 'rows' | 'page'> & { readonly page: PageName }
  readonly theme: Theme
  /** Who is here: `ops@mx1`. */
  readonly title: InertText
  /** What is being read. */
  readonly data: string
}

/** What stands on the screen while a large store is being read: the console without data, and what is waited for. */
export function Opening({ beginning, theme, title, data }: OpeningProps) {
  const text = inert(`Reading ${data} ${theme.glyphs.ellipsis}`)
  const page = isScreenName(beginning.page) ? beginning.page : 'overview'
  const begun = initialModel({ ...beginning, ...useWindowSize(), page })
  const model: Model = { ...begun, toast: { number: 0, tone: 'busy', text } }
  return <Frame model={model} theme={theme} title={title} />
}
