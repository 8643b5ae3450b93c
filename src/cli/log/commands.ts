import { RESULTS } from '../../core/domain/mail-log.ts'
import { AFTER, type GroupDefinition, LIMIT } from '../definition.ts'

const ENTRY =
  '`id at taskId round attempt to from subject messageId result outcome code reply diagnosis{kind,title,advice,settings}`'

export const LOG: GroupDefinition = {
  name: 'log',
  summary: 'Mail log: every attempt at sending a letter',
  commands: [
    {
      name: 'log list',
      summary: 'List attempts, the newest first.',
      options: [
        { name: 'result', value: 'RESULT', help: `Only those that ended in ${RESULTS.join(', ')}.` },
        { name: 'to', value: 'ADDRESS', help: 'Only those to this address.' },
        LIMIT,
        AFTER,
      ],
      json: `a list of entries: ${ENTRY}`,
      load: async () => (await import('./list.ts')).listLog,
    },
    {
      name: 'log show',
      summary: 'Show an attempt: the stages, what was said, the diagnosis, the letter.',
      details: ['The secret in the letter is hidden. That the letter was opened is recorded in the audit log.'],
      arguments: [{ name: 'ID', help: "An entry's id, or its beginning as long as no other begins so." }],
      options: [{ name: 'eml', help: 'Print the whole message as it was sent, but for the secret.' }],
      json: `the entry: ${ENTRY}, with \`stages{stage,durationMs,detail} conversation text html fallback\` (text and html are null when there is no letter; fallback says why the built-in letter stood in for a template, else null)`,
      load: async () => (await import('./show.ts')).showEntry,
    },
  ],
}
