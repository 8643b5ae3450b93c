import type { Task } from '../../core/domain/task.ts'
import { lastTurnWords } from '../../core/text/held.ts'
import { lastTurn } from '../../core/usecases/budget.ts'
import type { Call } from '../definition.ts'
import type { Door } from '../door.ts'

/** Says on standard error when the last of these letters leaves, where a limit makes it wait. */
export async function tellLastTurn({ io }: Call, { store }: Door, tasks: readonly Task[]): Promise<void> {
  const waiting = tasks.filter(({ status, kind }) => status === 'wait' && kind !== 'test')
  if (waiting.length === 0) return
  const letters = waiting.length
  const from = waiting.reduce((latest, { scheduledAt }) => Math.max(latest, scheduledAt), 0)
  const before = (await store.ahead(waiting)).reduce((most, count) => Math.max(most, count), 0)
  const found = await lastTurn(store, { letters, from, ahead: Math.max(0, before + 1 - letters) })
  if (found === null) return
  const { turn, settings } = found
  for (const sentence of lastTurnWords(turn, { letters, settings, from, now: store.now() })) io.complain(sentence)
}
