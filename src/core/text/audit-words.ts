import { parseTouched } from '../domain/touched.ts'
import { shortId } from './task-words.ts'

/** What each action did, as one would say it of who did it: `ann changed settings`; in twenty cells. */
const ACTION_WORDS: Readonly<Record<string, string>> = {
  'users.add': 'added a user',
  'users.import': 'imported users',
  'users.edit': 'changed a user',
  'users.reset': 'asked for a reset',
  'users.disable': 'disabled a user',
  'users.enable': 'enabled a user',
  'users.delete': 'deleted a user',
  'tasks.redo': 'redid a letter',
  'tasks.cancel': 'cancelled a letter',
  'tasks.send-now': 'sent a letter now',
  'settings.set': 'changed settings',
  'settings.renew-token': 'renewed OAuth token',
  'log.show': 'opened a letter',
  'mail.test': 'sent a test mail',
  'mail.confirm': 'got the test mail',
  'mail.resume': 'resumed sending',
  'mail.check': 'asked for a check',
  'check.begin': 'began a check',
  'check.stage': 'went on with a check',
  'check.end': 'ended a check',
  'check.withdraw': 'took a check back',
  'delivery.claim': 'took letters to send',
  'delivery.settle': 'noted how it went',
  'delivery.probe': 'probed the server',
  'delivery.release': 'put letters back',
  'delivery.recover': 'looked for a crash',
  'delivery.expire': 'gave up old letters',
  'housekeeping.sessions': 'ended old sessions',
  'housekeeping.retire': 'removed old tasks',
  'portal.try': 'tried a password',
  'portal.proven': 'knew the password',
  'portal.sign-in': 'signed in',
  'portal.seen': 'came by',
  'portal.sign-out': 'signed out',
  'portal.sign-out-everywhere': 'ended all sessions',
  'portal.forgot-password': 'forgot a password',
  'portal.redeem-link': 'opened a reset link',
  'portal.change-password': 'changed the password',
}

/** An action of the audit log in plain words; one of another version by its code name. */
export const actionWords = (action: string): string => ACTION_WORDS[action] ?? action

/** What people know by names of their own: whom an id stands for, as far as it is still there. */
export interface Names {
  readonly username: (id: string) => string | undefined
  /** The address that a task's letter goes to. */
  readonly recipient: (id: string) => string | undefined
}

/** What was touched in plain words: `user ann`, `letter to ann@example.org`, `SERVICE_MAIL_HOST`. */
export function touchedWords(text: string, { username, recipient }: Names): string {
  const touched = parseTouched(text)
  switch (touched.kind) {
    case 'user':
      return `user ${username(touched.id) ?? shortId(touched.id)}`
    case 'credential':
      return `password of ${username(touched.id) ?? shortId(touched.id)}`
    case 'task':
      return `letter to ${recipient(touched.id) ?? `… (task ${shortId(touched.id)})`}`
    case 'check':
      return `check ${shortId(touched.id)}`
    case 'setting':
      return touched.key
    case 'template':
      return 'wording of a letter'
    case 'session':
      return 'session at the portal'
    case 'queue':
      return 'mail as a whole'
    case 'mail-log':
      return `mail log ${shortId(touched.key)}`
    case 'other':
      return touched.text
  }
}
