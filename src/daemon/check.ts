import { SETTING_NAMES, settingsInForce } from '../core/domain/setting.ts'
import { reviewSettings } from '../core/domain/setting-review.ts'
import { EXIT, type ExitStatus } from '../core/exit.ts'
import type { MasterKeys } from '../core/secrets/master-key.ts'
import type { Store } from '../core/store/port.ts'
import { diagnosisJson, stageJson } from '../core/text/json.ts'
import { diagnosisLines, stageLines } from '../core/text/report.ts'
import { Courier } from './courier/courier.ts'
import type { Report } from './courier/report.ts'
import { unsentReport } from './deliver.ts'
import { mailServer } from './mail-server.ts'

/** Reaches the mail server under the settings in force and signs in, without sending a letter. */
async function reach(store: Store, keys: MasterKeys): Promise<Report> {
  const server = await mailServer(settingsInForce(await store.settings()), keys)
  if (!server.ok) return unsentReport(server.happening)
  const courier = new Courier(server.settings, { connections: 1 })
  try {
    return await courier.probe()
  } finally {
    await courier.close()
  }
}

/** Checks store, settings and mail server, and says stage by stage what it saw; 0 when letters could leave. */
export async function check(
  store: Store,
  keys: MasterKeys,
  json: boolean,
  print: (line: string) => void,
): Promise<ExitStatus> {
  const settings = settingsInForce(await store.settings())
  const { refusals, warnings } = reviewSettings(settings, SETTING_NAMES)
  const doubts = [...refusals, ...warnings]
  if (!settings.SERVICE_MAIL_ENABLE) doubts.push('SERVICE_MAIL_ENABLE is false: no letter leaves until it is true.')
  const report = await reach(store, keys)
  const ok = report.happening === null
  if (json) {
    const diagnosis = report.happening === null ? null : diagnosisJson(report.happening)
    print(
      JSON.stringify({
        ok,
        settings: doubts,
        stages: report.stages.map(stageJson),
        outcome: report.outcome,
        reply: report.reply,
        diagnosis,
      }),
    )
  } else {
    for (const doubt of doubts) print(`! ${doubt}`)
    for (const line of stageLines(report.stages)) print(line)
    for (const line of report.happening === null
      ? ['The mail server was reached and took the sign-in.']
      : diagnosisLines(report.happening))
      print(line)
  }
  return ok ? EXIT.done : EXIT.failed
}
