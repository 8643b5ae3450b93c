import { diagnose } from '../core/domain/diagnosis.ts'
import type { AttemptReport, Claimed } from '../core/usecases/delivery.ts'
import { summary } from './deliver.ts'
import type { Log } from './log.ts'

/** One line in the log for each attempt. */
export function recordAttempt(log: Log, { task }: Claimed, report: AttemptReport): void {
  const { happening, outcome, durationMs } = report
  const facts = { task: task.id, attempt: report.attempt, to: task.to, outcome, durationMs: Math.round(durationMs) }
  if (happening === null) log.info(facts, 'letter delivered')
  else
    log.warn(
      { ...facts, reply: report.reply, reason: diagnose(happening).title },
      `letter ${outcome}: ${summary(happening)}`,
    )
}

/** Whether the courier gave a letter back without having begun it. */
export function wasNotBegun({ happening }: AttemptReport): boolean {
  return happening?.code === 'EABORTED' && happening.stage === 'letter'
}
