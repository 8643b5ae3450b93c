import { followDay } from '../../../core/usecases/overview.ts'
import type { Progress, World } from '../../screen.ts'
import type { OverviewEffect, OverviewMsg } from './overview.state.ts'

/** Does what the overview asked for. */
export async function performOverview(
  effect: OverviewEffect,
  { store }: World,
  { signal }: Progress<OverviewMsg>,
): Promise<OverviewMsg> {
  switch (effect.kind) {
    case 'count': {
      const [counts, backlog] = await Promise.all([store.taskCounts(), store.backlog(store.now())])
      return { kind: 'figures', figures: { counts, backlog } }
    }
    case 'follow-day':
      return { kind: 'day', day: await followDay(store, effect.day, signal) }
  }
}
