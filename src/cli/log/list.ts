import { parseAddress } from '../../core/domain/address.ts'
import { codeOf, type MailLogEntry, RESULTS, resultOf } from '../../core/domain/mail-log.ts'
import { type Instant, iso } from '../../core/domain/time.ts'
import { EXIT } from '../../core/exit.ts'
import { readableAddress } from '../../core/host/readable-address.ts'
import { humanTime } from '../../core/text/human.ts'
import { entryJson } from '../../core/text/json.ts'
import { kindWords, shortId, withCode } from '../../core/text/task-words.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { quoted, wrongUse } from '../input.ts'
import { type Column, printPage } from '../output/list.ts'

const RESULT_COLOURS: Readonly<Record<string, string>> = { success: 'green', failure: 'red', unknown: 'yellow' }

/** What the server said, or what happened instead. */
const saidWords = (entry: MailLogEntry): string =>
  withCode(codeOf(entry), entry.happening?.reply ?? entry.reply ?? (entry.outcome === 'delivered' ? '' : entry.outcome))

const columns = (now: Instant): readonly Column<MailLogEntry>[] => [
  { title: 'ID', shown: ({ id }) => shortId(id), plain: ({ id }) => id },
  { title: 'AT', shown: ({ at }) => humanTime(at, now), plain: ({ at }) => iso(at) },
  { title: 'RESULT', shown: ({ outcome }) => resultOf(outcome), colour: (text) => RESULT_COLOURS[text] },
  { title: 'OUTCOME', shown: ({ outcome }) => outcome, spare: 1 },
  { title: 'KIND', shown: ({ kind }) => kindWords(kind), plain: ({ kind }) => kind, spare: 2 },
  { title: 'TO', shown: ({ to }) => readableAddress(to), plain: ({ to }) => to, flexible: true },
  { title: 'TASK', shown: ({ task }) => shortId(task), plain: ({ task }) => task, spare: 3 },
  { title: 'SAID', shown: saidWords, flexible: true },
]

const parseResult = (text: string) => RESULTS.find((result) => result === text.toLowerCase()) ?? null

/** `postern log list` */
export const listLog: Run = async (call) => {
  const { input } = call
  const result = input.word('result', parseResult, RESULTS)
  const to = input.text('to')
  if (to !== undefined) {
    const address = parseAddress(to)
    if (!address.ok) throw wrongUse(`--to ${quoted(to)} is not an e-mail address: ${address.why}.`)
  }
  const paging = input.paging()
  return atStore(call, async ({ store }) => {
    const page = await store.mailLog({ result, to, ...paging })
    await printPage(call, page, { columns: columns(store.now()), json: entryJson, none: 'There is no such entry.' })
    return EXIT.done
  })
}
