import { diagnose } from '../../../core/domain/diagnosis.ts'
import type { Queue } from '../../../core/domain/queue.ts'
import { type Ended, STATUS_WORDS, type Task, type Waiting } from '../../../core/domain/task.ts'
import { inert, inertLines } from '../../../core/text/inert.ts'
import { readQueue } from '../../../core/usecases/settings.ts'
import { clockTime, wrap } from '../tell.ts'
import { DELAY } from './requests.ts'
import { awaited, insist, personOf, type Stage, tasksNow } from './stage.ts'

export interface Refused {
  readonly failed: Ended
  readonly held: readonly Waiting[]
}

/** Step: all are due, one meets the server and fails, the queue pauses and holds the others. */
export async function refusalStep(stage: Stage, requested: readonly Task[]): Promise<Refused> {
  const { teller, sandbox } = stage
  teller.step('They are due: one letter meets the server, and the others are held')
  const ids = requested.map(({ id }) => id)
  const found = await awaited(stage, () => paused(stage, ids), DELAY)
  const tasks = await tasksNow(stage, ids)
  insist(stage, found !== null, `the tasks are ${tasks.map(({ status }) => STATUS_WORDS[status]).join(', ')}`)
  const { queue, failed, held } = found
  const [cause, refusals] = [failed.cause, sandbox.catcher.signIns.length]
  const { store } = sandbox.house
  const { items } = await store.mailLog({ limit: 10 })
  insist(stage, cause !== null && cause.replyCode === 535, 'the letter did not fail by a refused sign-in')
  insist(stage, refusals === 1, `the server was asked for ${refusals} sign-ins`)
  insist(stage, items.length === 1, `the mail log has ${items.length} entries`)
  insist(stage, sandbox.catcher.letters.length === 0, 'a letter has got through')
  teller.table([
    ['due at', 'user', 'status', 'attempts'],
    ...tasks.map((task) => [
      clockTime(task.scheduledAt),
      inert(personOf(task)),
      STATUS_WORDS[task.status],
      String(task.attempts.length),
    ]),
  ])
  const { title, advice } = diagnose(cause)
  teller.say('', ...wrap(`${title}. ${advice}`), 'The server said:')
  teller.say(...inertLines(cause.reply ?? '').map((line) => `   ${line}`), '')
  const next = queue.nextProbeAt === null ? '' : `, next probe ${clockTime(queue.nextProbeAt)}`
  teller.say(`The queue is ${queue.state} since ${clockTime(queue.since)}${next}.`)
  return { failed, held }
}

/** Everything is due, one has failed, the queue is paused, and the others wait with no attempt. */
async function paused(stage: Stage, ids: readonly Task['id'][]): Promise<(Refused & { readonly queue: Queue }) | null> {
  const { store } = stage.sandbox.house
  const tasks = await tasksNow(stage, ids)
  const queue = await readQueue(store)
  const [failed, ...more] = tasks.flatMap((task) => (task.status === 'failed' ? [task] : []))
  const held = tasks.flatMap((task) => (task.status === 'wait' && task.attempts.length === 0 ? [task] : []))
  const due = tasks.every(({ scheduledAt }) => scheduledAt <= store.now())
  const whole = more.length === 0 && held.length === tasks.length - 1
  return failed !== undefined && whole && due && queue.state === 'paused' ? { failed, held, queue } : null
}
