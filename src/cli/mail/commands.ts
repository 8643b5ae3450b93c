import type { GroupDefinition } from '../definition.ts'

const STATUS =
  'the status: `queue` (open, off, paused or unreachable), `reason held limits{perMinute{limit,used},daily{limit,used}} lastLeavesAt throttle{connections,since,until,rests} since nextProbeAt diagnosis{kind,title,advice,settings} daemon{pid,version,startedAt,seenAt} forgotPassword{enabled,missing,testMail{to,at,confirmedAt}} portal{kind,listen,port,code}`, its kind closed, open or stuck; what does not apply is null'

export const MAIL: GroupDefinition = {
  name: 'mail',
  summary: 'Mail: whether letters leave',
  commands: [
    {
      name: 'mail status',
      summary: 'Say whether letters leave: the queue, what it holds, the daemon.',
      details: [
        'The queue is open, off (SERVICE_MAIL_ENABLE is false), paused (the settings or the sign-in are wrong) or unreachable (the server cannot be reached). Held is what is due and waits; where a limit is set, what of it is used and when the last of these letters leaves. The exit status is 0 whatever it says.',
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
      name: 'mail check',
      summary: 'Go the way of a letter up to the recipient, stage by stage, and send nothing.',
      details: [
        'The daemon does it, past a closed queue, whose state it leaves alone: host name, connection, greeting, TLS and certificate, extensions, sign-in, sender, recipient. It stops at the first failure and says what mends it. 0 when every stage was passed, 1 when one was not, 69 without a daemon: "posternd --check" checks by itself.',
        'Settings given with --set stand over those in force for this check alone, and are not saved. A secret is given by its name and asked for at a prompt, or read from standard input.',
      ],
      options: [
        { name: 'to', value: 'ADDRESS', help: 'The recipient to ask about; else the sender.' },
        { name: 'set', value: 'NAME=VALUE', many: true, help: 'Settings to try out, or the name of a secret alone.' },
      ],
      json: 'the check: `id ok from to settings warnings stages[{stage,durationMs,detail,ok}] outcome diagnosis{kind,title,advice,settings} reply`; of the settings that were tried out the names alone; outcome is what a letter would have come to, null when every stage was passed',
      load: async () => (await import('./check.ts')).checkMail,
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
    {
      name: 'mail confirm',
      summary: 'Say that the last test letter has really come in.',
      details: [
        'The mail server took it, which is not yet the inbox: look there first. SERVICE_FORGOT_PASSWORD_ENABLE warns as long as nobody has said so. 1 when there is no test letter of the present mail settings.',
      ],
      json: 'the test letter: `to at confirmedAt`',
      load: async () => (await import('./confirm.ts')).confirmMail,
    },
  ],
}
