import { EXIT, type ExitStatus } from '../../core/exit.ts'
import { systemClock } from '../../core/host/clock.ts'
import { enterData } from '../../core/open.ts'
import { type CheckReport, checkStore } from '../../core/store/embedded/check.ts'
import { type Repair, repairStore } from '../../core/store/embedded/repair.ts'
import { counted } from '../../core/text/human.ts'
import type { Call, Run } from '../definition.ts'
import { atStore, lockForUpkeep } from '../door.ts'
import { printJson } from '../output/json.ts'

/** `postern store check` */
export const check: Run = async (call) => {
  // Not by opening the store: one that cannot be opened is what there is to be checked.
  enterData(call.data, false)
  const repair = call.input.has('repair') ? await mend(call) : null
  const report = await checkStore(call.data)
  if (call.json) await printJson(call.io, { ...report, repair })
  else tell(call, report, repair)
  return statusOf(report)
}

/** Repairs the store and folds it, so that all that is left stands in a new snapshot. */
async function mend(call: Call): Promise<Repair | null> {
  using _lock = await lockForUpkeep(call.data, 'stop it before a repair; nothing was done.')
  const repair = await repairStore(call.data, systemClock)
  if (repair !== null) await atStore(call, ({ store }) => store.fold(), false)
  return repair
}

const statusOf = ({ worst }: CheckReport): ExitStatus => (worst === 'damage' ? EXIT.failed : EXIT.done)

const MARKS = { ok: 'ok', warning: '! ', damage: 'x ' } as const

function tell({ io, data, input }: Call, { findings, worst }: CheckReport, repair: Repair | null): void {
  if (repair !== null) io.print(repair.sentence)
  else if (input.has('repair')) io.print('No journal is damaged: nothing was repaired.')
  for (const { severity, file, offset, sentence } of findings) {
    const where = offset === null ? file : `${file}, byte ${offset}`
    io.print(`${MARKS[severity]} ${where}: ${sentence}`)
  }
  const count = (severity: string) => findings.filter((finding) => finding.severity === severity).length
  if (worst === 'ok') io.print(`${data}: all is well.`)
  else if (worst === 'warning') io.print(`${data}: sound, with ${counted(count('warning'), 'warning')}.`)
  else {
    const advice = input.has('repair') ? '' : ' "postern store check --repair" mends a journal; make a copy first.'
    io.complain(`${data} is damaged in ${counted(count('damage'), 'place')}.${advice}`)
  }
}
