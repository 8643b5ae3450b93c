import { diagnose } from '../../../core/domain/diagnosis.ts'
import { STATUS_WORDS, type Task } from '../../../core/domain/task.ts'
import { inert } from '../../../core/text/inert.ts'
import { readQueue } from '../../../core/usecases/settings.ts'
import { redoTask } from '../../../core/usecases/tasks.ts'
import { setAsOperator } from '../operator.ts'
import { clockTime } from '../tell.ts'
import type { Refused } from './refusal.ts'
import { awaited, insist, personOf, type Stage, tasksNow } from './stage.ts'

/** Step: the right password is set; a probe opens the queue, and what was held leaves. */
export async function mendingStep(stage: Stage, { failed, held }: Refused): Promise<void> {
  const { teller, sandbox, mended } = stage
  const { house, catcher } = sandbox
  teller.step('The password is mended: a probe opens the queue, and the held letters leave')
  await setAsOperator(house, { SERVICE_MAIL_PASSWORD: mended })
  teller.say('SERVICE_MAIL_PASSWORD was set anew, sealed.')
  const probed = await awaited(stage, async () => {
    const queue = await readQueue(house.store)
    return queue.state === 'open' || queue.failedProbes > 0 ? queue : null
  })
  const why = probed?.cause ? `was refused (${diagnose(probed.cause).title})` : 'did not come'
  insist(stage, probed?.state === 'open', `the queue did not open, for the probe ${why}`)
  insist(stage, catcher.signIns[1] === true, 'the queue opened without a sign-in')

  const sent = await sentTasks(stage, held)
  insist(stage, sent !== null, 'the held letters did not leave')
  const first = Math.min(...sent.flatMap(({ attempts }) => attempts.map(({ at }) => at)))
  insist(stage, probed.since <= first, 'a letter met the server before the probe had opened the queue')
  teller.say(`A probe signed in at ${clockTime(probed.since)}; the queue is open.`)
  tellSent(stage, sent)
  const [still] = await tasksNow(stage, [failed.id])
  insist(stage, still?.status === 'failed' && catcher.lettersTo(failed.to).length === 0, 'the failed one has left, too')
}

/** Step: the one that failed is redone. */
export async function redoStep(stage: Stage, { failed }: Refused): Promise<void> {
  const { teller, sandbox } = stage
  teller.step('The failed one is redone')
  const redone = await redoTask(sandbox.house.context, { id: failed.id, version: failed.version })
  insist(stage, redone.kind === 'done', `it was refused (${redone.kind})`)
  teller.say(`Round ${redone.task.round.number} of task ${failed.id.slice(0, 8)}, with a new secret, due at once.`)
  const sent = await sentTasks(stage, [redone.task])
  insist(stage, sent !== null, 'its letter did not leave')
  tellSent(stage, sent)
}

/** The tasks once all are carried out, or null. */
function sentTasks(stage: Stage, tasks: readonly Task[]): Promise<readonly Task[] | null> {
  const ids = tasks.map(({ id }) => id)
  return awaited(stage, async () => {
    const now = await tasksNow(stage, ids)
    return now.every(({ status }) => status === 'carried-out') ? now : null
  })
}

/** Says that letters have left, having looked whether each arrived. */
function tellSent(stage: Stage, tasks: readonly Task[]): void {
  const rows = tasks.map((task) => {
    const attempt = task.attempts.at(-1)
    const caught = stage.sandbox.catcher.lettersTo(task.to).length
    insist(stage, caught === 1, `the mail catcher has ${caught} letters to ${task.to}`)
    insist(stage, attempt?.outcome === 'delivered' && attempt.reply !== null, `${task.to} has no delivery`)
    return [clockTime(attempt.at), inert(personOf(task)), STATUS_WORDS[task.status], inert(attempt.reply)]
  })
  stage.teller.table(rows)
}
