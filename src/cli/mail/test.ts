import { parseAddress } from '../../core/domain/address.ts'
import { MINUTE } from '../../core/domain/time.ts'
import { EXIT } from '../../core/exit.ts'
import { withDaemon } from '../../core/host/with-daemon.ts'
import { entryJson } from '../../core/text/json.ts'
import { attemptLines, NOT_TRIED } from '../../core/text/report.ts'
import { followTask, latestEntry } from '../../core/usecases/follow.ts'
import { readForgotPassword } from '../../core/usecases/forgot-password.ts'
import { sendTestMail } from '../../core/usecases/tasks.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { quoted, wrongUse } from '../input.ts'
import { printJson } from '../output/json.ts'
import { expectDaemon } from './sending.ts'

/** Longer than any attempt: a final dot may take ten minutes. */
const FOLLOWED_MS = 12 * MINUTE

/** `postern mail test` */
export const testMail: Run = async (call) => {
  const { io, json } = call
  const typed = call.input.first
  const address = parseAddress(typed)
  if (!address.ok) throw wrongUse(`${quoted(typed)} is not an e-mail address: ${address.why}.`)
  return atStore(call, async ({ store, context, data }) => {
    const instead = `"posternd --test-mail ${address.wire}" sends by itself.`
    const daemon = expectDaemon(data, store.now(), 'send it', instead)
    const { id } = await sendTestMail(context, address.wire)
    if (!json) io.complain(`Handed to the daemon (pid ${daemon.pid}); waiting for what the server says …`)
    const task = await withDaemon(data, (gone) =>
      followTask(store, id, AbortSignal.any([gone, AbortSignal.timeout(FOLLOWED_MS)])),
    )
    const entry = task === null ? null : await latestEntry(store, task)
    if (json) await printJson(io, entry === null ? null : entryJson(entry))
    else for (const line of entry === null ? [NOT_TRIED] : attemptLines(entry)) io.print(line)
    if (entry?.outcome !== 'delivered') return EXIT.failed
    // That a server took it is not yet that it came in.
    const { unconfirmed } = await readForgotPassword(store)
    if (!json && unconfirmed !== null) io.complain(unconfirmed)
    return EXIT.done
  })
}
