import type { GroupDefinition } from '../definition.ts'

const STATUS =
  'the status: `queue` (open, off, paused or unreachable), `reason held since nextProbeAt diagnosis{kind,title,advice,settings} daemon{pid,version,startedAt,seenAt}`; what does not apply is null'

export const MAIL: GroupDefinition = {
  name: 'mail',
  summary: 'Mail: whether letters leave',
  commands: [
    {
      name: 'mail status',
      summary: 'Say whether letters leave: the queue, what it holds, the daemon.',
      details: [
        'The queue is open, off (SERVICE_MAIL_ENABLE is false), paused (the settings or the sign-in are wrong) or unreachable (the server cannot be reached). Held is what is due and waits. The exit status is 0 whatever it says.',
      ],
      json: STATUS,
      load: async () => (await import('./status.ts')).mailStatus,
    },
    {
      name: 'mail resume',
      summary: 'Have the daemon try now whether a closed queue can open.',
      json: `${STATUS}, as it is then`,
      load: async () => (await import('./resume.ts')).resumeMail,
    },
    {
      name: 'mail test',
      summary: 'Send a test letter and say what the server said.',
      details: [
        'The daemon sends it, past a closed queue; without one the exit status is 69, and "posternd --test-mail" sends by itself. 0 when it was delivered, else 1.',
      ],
      arguments: [{ name: 'ADDRESS', help: 'Where to: exactly one address.' }],
      json: 'the mail log entry of the attempt, as "log list" has it; null when it was not tried',
      load: async () => (await import('./test.ts')).testMail,
    },
  ],
}
