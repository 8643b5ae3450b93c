import type { Screen } from '../../screen.ts'
import { performOverview } from './overview.effects.ts'
import { OVERVIEW_KEYS } from './overview.keys.ts'
import {
  initialOverview,
  type OverviewEffect,
  type OverviewMsg,
  type OverviewState,
  type OverviewTypes,
} from './overview.state.ts'
import { updateOverview } from './overview.update.ts'

export type { OverviewTypes }

/** Overview, without its looks: is everything all right, and if not, what is to be done? */
export const overviewScreen: Screen<OverviewState, OverviewMsg, OverviewEffect> = {
  initial: initialOverview,
  keys: OVERVIEW_KEYS,
  contexts: () => ['pick'],
  headline: () => ({ crumbs: [] }),
  update: updateOverview,
  perform: performOverview,
  leave: () => null,
  filter: () => null,
  awaits: ({ isDayRead, following }) => (isDayRead || following === 'idle' ? 'nothing' : 'page'),
}
