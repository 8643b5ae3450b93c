import type { Task } from '../core/domain/task.ts'
import { EXIT, type ExitStatus } from '../core/exit.ts'
import { entryJson } from '../core/text/json.ts'
import { attemptLines, NOT_TRIED } from '../core/text/report.ts'
import type { Context } from '../core/usecases/context.ts'
import { followTask, latestEntry } from '../core/usecases/follow.ts'
import { sendTestMail } from '../core/usecases/tasks.ts'

export interface TestMail {
  readonly to: string
  readonly json: boolean
  readonly print: (line: string) => void
  /** Sends by itself where no daemon is there to do it; null hands the letter over. */
  readonly drain: (() => Promise<unknown>) | null
}

/** Sends a test letter by the way of every other letter, and says what came of its first attempt. */
export async function testMail(context: Context, { to, json, print, drain }: TestMail): Promise<ExitStatus> {
  const task = await sendTestMail(context, to)
  const followed = followTask(context.store, task.id, AbortSignal.timeout(FOLLOWED_MS))
  await drain?.()
  return tell(context, await followed, json, print)
}
/** Longer than any attempt: a final dot may take ten minutes. */
const FOLLOWED_MS = 12 * 60 * 1000

async function tell(
  { store }: Context,
  task: Task | null,
  json: boolean,
  print: (line: string) => void,
): Promise<ExitStatus> {
  const entry = task === null ? null : await latestEntry(store, task)
  if (entry === null) {
    print(json ? 'null' : NOT_TRIED)
    return EXIT.failed
  }
  if (json) print(JSON.stringify(entryJson(entry)))
  else for (const line of attemptLines(entry)) print(line)
  return entry.outcome === 'delivered' ? EXIT.done : EXIT.failed
}
