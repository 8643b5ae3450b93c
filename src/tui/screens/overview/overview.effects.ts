import { settingsInForce } from '../../../core/domain/setting.ts'
import { findDaemon } from '../../../core/host/heartbeat.ts'
import { daemonCommands } from '../../../core/open.ts'
import { readBudget } from '../../../core/usecases/budget.ts'
import { followDay, readBeginning } from '../../../core/usecases/overview.ts'
import type { Progress, World } from '../../screen.ts'
import type { Figures, OverviewEffect, OverviewMsg } from './overview.state.ts'

/** Does what the overview asked for. */
export async function performOverview(
  effect: OverviewEffect,
  world: World,
  { signal }: Progress<OverviewMsg>,
): Promise<OverviewMsg> {
  switch (effect.kind) {
    case 'count':
      return { kind: 'figures', figures: await readFigures(world) }
    case 'follow-day':
      return { kind: 'day', day: await followDay(world.store, effect.day, signal) }
  }
}

async function readFigures({ store, data }: World): Promise<Figures> {
  return {
    counts: await store.taskCounts(),
    backlog: await store.backlog(store.now()),
    budget: await readBudget(store, { daemon: findDaemon(data) !== null }),
    settings: settingsInForce(await store.settings()),
    beginning: await readBeginning(store),
    commands: daemonCommands(data),
  }
}
