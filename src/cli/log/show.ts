import type { MailLogEntry } from '../../core/domain/mail-log.ts'
import type { Instant } from '../../core/domain/time.ts'
import { EXIT, Stop } from '../../core/exit.ts'
import { humanDuration, humanTime } from '../../core/text/human.ts'
import { inertLines } from '../../core/text/inert.ts'
import { entryJson, stageJson } from '../../core/text/json.ts'
import { mailboxWords } from '../../core/text/mailbox.ts'
import { diagnosisLines, resultWords, stageLines } from '../../core/text/report.ts'
import { shortId } from '../../core/text/task-words.ts'
import { findEntry, type OpenedLetter, openLetter } from '../../core/usecases/mail-log.ts'
import type { Run } from '../definition.ts'
import { atStore } from '../door.ts'
import { quoted, wrongUse } from '../input.ts'
import type { Io } from '../io.ts'
import { printFacts, printSection } from '../output/facts.ts'
import { printJson } from '../output/json.ts'

const NOT_ONE = {
  none: (id: string) => `There is no mail log entry ${id}.`,
  several: (id: string) => `More than one mail log entry's id begins with ${id}: say more of it.`,
}

/** `postern log show` */
export const showEntry: Run = async (call) => {
  const { input, io, json } = call
  if (json && input.has('eml')) throw wrongUse('--json and --eml exclude one another.')
  return atStore(call, async ({ store, context }) => {
    const found = await findEntry(store, input.first)
    if (found.kind !== 'one') throw wrongUse(NOT_ONE[found.kind](quoted(input.first)))
    const { entry } = found
    const letter = await openLetter(context, entry)
    if (json) {
      const { stages, conversation } = entry
      const content = { text: letter?.text ?? null, html: letter?.html ?? null, fallback: fallbackOf(entry, letter) }
      await printJson(io, { ...entryJson(entry), stages: stages.map(stageJson), conversation, ...content })
    } else if (!input.has('eml')) tell(io, entry, letter, store.now())
    else if (letter === null)
      throw new Stop(
        EXIT.failed,
        `There is no letter to entry ${shortId(entry.id)}: none could be made, or it is not kept any more.`,
      )
    else await io.write(letter.message)
    return EXIT.done
  })
}

function tell(io: Io, entry: MailLogEntry, opened: OpenedLetter | null, now: Instant): void {
  const { letter, happening, reply } = entry
  printFacts(io, [
    ['Entry', entry.id],
    ['At', `${humanTime(entry.at, now)}, took ${humanDuration(entry.durationMs)}`],
    ['Task', `${entry.task}, round ${entry.round}, attempt ${entry.attempt}`],
    ['From', letter === null ? null : mailboxWords(letter.from)],
    ['To', mailboxWords({ name: letter?.to.name ?? '', address: entry.to })],
    ['Subject', entry.subject || null],
    ['Message-ID', letter === null ? null : `<${letter.messageId}>`],
    ['Result', `${resultWords(entry)}`],
    ['Reply', happening !== null || reply === null ? null : inertLines(reply.trimEnd(), LONGEST_LINE)],
  ])
  if (happening !== null) printSection(io, 'Diagnosis', diagnosisLines(happening, entry.kind))
  printSection(io, 'Stages', stageLines(entry))
  printSection(
    io,
    'Conversation',
    inertLines(entry.conversation.trimEnd(), LONGEST_LINE).filter((line) => line !== ''),
  )
  printSection(io, 'Letter', letterLines(entry, opened))
}

/** Why the built-in letter stood in for an operator's, else null. */
const fallbackOf = ({ letter }: MailLogEntry, opened: OpenedLetter | null): string | null =>
  opened?.fallback ?? letter?.fallback ?? null

function letterLines(entry: MailLogEntry, opened: OpenedLetter | null): readonly string[] {
  if (entry.letter === null) return ['There is none: none could be made.']
  if (opened === null) return ['Its template is not kept any more.']
  const fallback = fallbackOf(entry, opened)
  const lines = inertLines(opened.text.trimEnd(), LONGEST_LINE)
  return fallback === null ? lines : [`! ${fallback}`, '', ...lines]
}

const LONGEST_LINE = 1000
