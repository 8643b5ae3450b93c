import { EXIT, Stop } from '../../core/exit.ts'
import { readableAddress } from '../../core/host/readable-address.ts'
import { humanTime } from '../../core/text/human.ts'
import { testedJson } from '../../core/text/json.ts'
import { confirmTestMail, type TestMailConfirmed } from '../../core/usecases/confirm-test-mail.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { printJson } from '../output/json.ts'

/** `postern mail confirm` */
export const confirmMail: Run = (call) =>
  atStore(call, async ({ store, context }) => {
    const tested = expectConfirmed(await confirmTestMail(context))
    if (call.json) await printJson(call.io, testedJson(tested))
    else {
      const at = humanTime(tested.at, store.now())
      call.io.print(`Confirmed: the test mail of ${at} to ${readableAddress(tested.to)} came in.`)
    }
    return EXIT.done
  })

function expectConfirmed(confirmed: TestMailConfirmed) {
  switch (confirmed.kind) {
    case 'confirmed':
      return confirmed.tested
    case 'none':
      throw new Stop(EXIT.failed, 'There is no test mail to confirm: send one with "postern mail test ADDRESS".')
    case 'changed-since':
      throw new Stop(
        EXIT.failed,
        'The mail settings were changed after the last test mail: send another one with "postern mail test ADDRESS".',
      )
  }
}
