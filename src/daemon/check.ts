import type { CheckProgress, UnsavedSetting } from '../core/domain/check.ts'
import type { Stage, StageReport } from '../core/domain/outcome.ts'
import { senderOf } from '../core/domain/setting.ts'
import { EXIT, type ExitStatus, Stop } from '../core/exit.ts'
import type { MasterKeys } from '../core/secrets/master-key.ts'
import { checkJson } from '../core/text/json.ts'
import { checkEndLines, stageLines } from '../core/text/report.ts'
import { reviewForCheck, settingsForCheck } from '../core/usecases/check.ts'
import type { Context } from '../core/usecases/context.ts'
import { checkMail } from './check-mail.ts'
import { noLog } from './log.ts'

export interface CheckCommand {
  /** Whom RCPT TO names; null: the sender. */
  readonly to: string | null
  /** Settings to try out, secrets sealed. */
  readonly unsaved: readonly UnsavedSetting[]
  readonly json: boolean
  readonly print: (line: string) => void
}

/**
 * Checks the mail server, whether or not a daemon runs, and says stage by stage what it saw; 0 when a letter could leave.
 * @throws Stop with exit status 2 when the settings to try out contradict one another.
 */
export async function check(context: Context, keys: MasterKeys, command: CheckCommand): Promise<ExitStatus> {
  const { to, unsaved, json, print } = command
  const settings = await settingsForCheck(context.store, unsaved)
  const { refusals, warnings } = reviewForCheck(settings, unsaved)
  if (refusals.length > 0) throw new Stop(EXIT.usage, `${refusals.join(' ')} Nothing was checked.`)
  if (!json) for (const warning of warnings) print(`! ${warning}`)

  const progress: CheckProgress = {
    from: senderOf(settings),
    to,
    status: 'executing',
    stages: [],
    stage: null,
    happening: null,
  }
  let shown = 0
  const tell = (now: CheckProgress) => {
    if (!json) for (const line of stageLines(now).slice(shown)) print(line)
    shown = now.stages.length
  }
  const entered = (stages: readonly StageReport[], stage: Stage) => tell({ ...progress, stages, stage })
  const around = { context, log: noLog }
  const { stages, happening } = await checkMail({ settings, keys, around, to }, { entered, signal: NEVER })
  const end: CheckProgress = { ...progress, status: 'done', stages, happening }
  tell(end)
  if (json) print(JSON.stringify(checkJson({ ...end, id: null, settings: unsaved }, warnings)))
  else for (const line of [...(stages.length > 0 ? [''] : []), ...checkEndLines(end)]) print(line)
  return happening === null ? EXIT.done : EXIT.failed
}

const NEVER = new AbortController().signal
