import { resultOf } from '../../../core/domain/mail-log.ts'
import { readableAddress } from '../../../core/host/readable-address.ts'
import { inert } from '../../../core/text/inert.ts'
import { clockTime } from '../tell.ts'
import { insist, type Stage } from './stage.ts'

/** Step: the mail log, an entry an attempt. */
export async function mailLogStep(stage: Stage): Promise<void> {
  const { sandbox, teller } = stage
  const { house, catcher } = sandbox
  teller.step('The mail log, newest first')
  const { items } = await house.store.mailLog({ limit: 100 })
  const delivered = items.filter(({ outcome }) => outcome === 'delivered').length
  const times = items.map(({ at }) => at)
  const ordered = times[0] === Math.max(...times) && times.at(-1) === Math.min(...times)
  insist(stage, ordered, 'it is out of order')
  insist(
    stage,
    delivered === catcher.letters.length,
    `it has ${delivered} deliveries, and the mail catcher ${catcher.letters.length} letters`,
  )
  insist(stage, delivered < items.length, 'it does not have the failure')
  teller.table([
    ['at', 'result', 'round', 'to', 'answer', 'subject'],
    ...items.map(({ at, outcome, to, round, replyCode, enhancedCode, subject }) => [
      clockTime(at),
      resultOf(outcome),
      String(round),
      inert(readableAddress(to)),
      inert(`${replyCode ?? '-'} ${enhancedCode ?? ''}`),
      inert(subject),
    ]),
  ])
}
