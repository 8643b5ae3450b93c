import { describeActor } from '../../core/domain/actor.ts'
import { type Instant, iso } from '../../core/domain/time.ts'
import { EXIT } from '../../core/exit.ts'
import type { AuditEntry } from '../../core/store/port.ts'
import { humanTime } from '../../core/text/human.ts'
import { auditJson } from '../../core/text/json.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { type Column, printPage } from '../output/list.ts'

const columns = (now: Instant): readonly Column<AuditEntry>[] => [
  { title: 'NUMBER', shown: ({ sequence }) => String(sequence), spare: 1 },
  { title: 'AT', shown: ({ at }) => humanTime(at, now), plain: ({ at }) => iso(at) },
  { title: 'WHO', shown: ({ actor }) => describeActor(actor), flexible: true },
  { title: 'DID', shown: ({ action }) => action },
  { title: 'TO', shown: ({ touched }) => touched.join(' '), flexible: true },
]

/** `postern audit list` */
export const listAudit: Run = async (call) => {
  const paging = call.input.paging()
  return atStore(call, async ({ store }) => {
    const page = await store.audit(paging)
    await printPage(call, page, { columns: columns(store.now()), json: auditJson, none: 'Nothing has been done yet.' })
    return EXIT.done
  })
}
