import { describeActor } from '../../core/domain/actor.ts'
import { type AttemptSummary, isEnded, STATUS_WORDS, type Task } from '../../core/domain/task.ts'
import type { Instant } from '../../core/domain/time.ts'
import { EXIT } from '../../core/exit.ts'
import { readableAddress } from '../../core/host/readable-address.ts'
import { heldWords } from '../../core/text/held.ts'
import { humanDuration, humanTime, humanUntil } from '../../core/text/human.ts'
import { taskJson } from '../../core/text/json.ts'
import { diagnosisLines } from '../../core/text/report.ts'
import { kindWords, shortId, withCode } from '../../core/text/task-words.ts'
import { latestEntry } from '../../core/usecases/follow.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { printFacts, printSection } from '../output/facts.ts'
import { printJson } from '../output/json.ts'
import { expectTask } from './addressed.ts'
import { holdingOf } from './held.ts'
import { scheduledWords } from './words.ts'

/** `postern tasks show` */
export const showTask: Run = (call) =>
  atStore(call, async (door) => {
    const { store } = door
    const { io } = call
    const task = await expectTask(store, call.input.first)
    const holding = await holdingOf(door, [task])
    const held = holding.of(task)
    if (call.json) {
      await printJson(io, taskJson(task, held))
      return EXIT.done
    }
    const now = store.now()
    printFacts(io, [
      ['Task', task.id],
      ['Status', held === undefined ? statusWords(task, now) : `wait, ${heldWords(held, holding.settings, now)}`],
      ['Letter', `${kindWords(task.kind)}, round ${task.round.number}`],
      ['User', task.user?.username ?? null],
      ['To', readableAddress(task.to)],
      ['Scheduled', scheduledWords(task, now)],
      ['Made', `${humanTime(task.createdAt, now)} by ${describeActor(task.createdBy)}`],
    ])
    if (isEnded(task) && task.cause !== null) {
      const lines = task.status === 'failed' ? diagnosisLines(task.cause, task.kind) : [task.cause.reply ?? '']
      printSection(io, CAUSE_TITLES[task.status], lines)
    }
    const waitsFor = task.status === 'wait' ? ((await latestEntry(store, task))?.happening ?? null) : null
    if (waitsFor !== null) printSection(io, 'Why it waits', diagnosisLines(waitsFor, task.kind))
    printSection(
      io,
      'Attempts, the newest first',
      task.attempts.toReversed().map((attempt) => attemptLine(attempt, now)),
    )
    return EXIT.done
  })

const CAUSE_TITLES = {
  failed: 'Why it failed',
  cancelled: 'Why it was cancelled',
  'carried-out': 'Cancelled too late',
} as const

function statusWords(task: Task, now: Instant): string {
  const word = STATUS_WORDS[task.status]
  if (isEnded(task)) return `${word} ${humanUntil(task.endedAt, now)}`
  if (task.status === 'wait') return word
  const { startedAt, by, afterwards } = task.running
  const then = {
    nothing: '',
    cancel: '; cancelled when it ends',
    'new-round': '; sent to the new address when it ends',
  }
  return `${word} since ${humanDuration(now - startedAt)} (daemon ${by})${then[afterwards]}`
}

/** `18:01 today  misconfigured  1.4 s  535 5.7.8 …  (log x7k2m9q0)` */
function attemptLine({ id, at, round, outcome, code, reply, durationMs }: AttemptSummary, now: Instant): string {
  const said = withCode(code, reply ?? '').trim()
  return [
    humanTime(at, now),
    `round ${round}`,
    outcome.padEnd('misconfigured'.length),
    humanDuration(durationMs).padStart(6),
    `log ${shortId(id)}`,
    ...(said === '' ? [] : [said]),
  ].join('  ')
}
