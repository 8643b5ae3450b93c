import { LOCALES } from '../../core/domain/locale.ts'
import {
  AFTER,
  type ArgumentDefinition,
  type GroupDefinition,
  LIMIT,
  type OptionDefinition,
  YES,
} from '../definition.ts'

const NAME: ArgumentDefinition = {
  name: 'NAME',
  help: 'A username, an e-mail address, an id, or id: and its beginning.',
}

const IDENTITY: readonly OptionDefinition[] = [
  { name: 'username', value: 'NAME', help: 'Letters, digits and . _ @ + -, at most 64 characters.' },
  { name: 'email', value: 'ADDRESS', help: 'Exactly one address like ann@example.org.' },
]
const MANNERS: readonly OptionDefinition[] = [
  { name: 'name', value: 'TEXT', help: 'The display name, at most 128 characters.' },
  { name: 'locale', value: 'LOCALE', help: `The language of the letters: ${LOCALES.join(' or ')}.` },
]

const USER = 'the user: `id username email name locale status createdAt`'

export const USERS: GroupDefinition = {
  name: 'users',
  summary: 'Users: people with an account',
  commands: [
    {
      name: 'users list',
      summary: 'List users, sorted by username.',
      arguments: [
        { name: 'KEYWORD', optional: true, help: 'Only those with this in username, e-mail address or name.' },
      ],
      options: [{ name: 'status', value: 'STATUS', help: 'Only those that are active, or disabled.' }, LIMIT, AFTER],
      json: 'a list of users',
      load: async () => (await import('./list.ts')).listUsers,
    },
    {
      name: 'users show',
      summary: 'Show a user, with the letters that are under way.',
      arguments: [NAME],
      json: USER,
      load: async () => (await import('./show.ts')).showUser,
    },
    {
      name: 'users add',
      summary: 'Add an active user without a password.',
      details: ['The locale is en unless said.'],
      options: [...IDENTITY.map((option) => ({ ...option, needed: true as const })), ...MANNERS],
      json: USER,
      load: async () => (await import('./add.ts')).addOneUser,
    },
    {
      name: 'users edit',
      summary: 'Change fields of a user.',
      details: [
        'A new e-mail address kills a temporary password that is on its way, and turns letters that wait to the new address.',
      ],
      arguments: [NAME],
      options: [...IDENTITY, ...MANNERS],
      json: USER,
      load: async () => (await import('./edit.ts')).editOneUser,
    },
    {
      name: 'users disable',
      summary: 'Disable a user; letters that wait are cancelled.',
      arguments: [NAME],
      json: USER,
      load: async () => (await import('./status.ts')).disableUser,
    },
    {
      name: 'users enable',
      summary: 'Enable a user again.',
      arguments: [NAME],
      json: USER,
      load: async () => (await import('./status.ts')).enableUser,
    },
    {
      name: 'users delete',
      summary: 'Delete a user with the password; asks first.',
      details: ['Letters that wait are cancelled. Tasks and the mail log keep what they say of the user.'],
      arguments: [NAME],
      options: [YES],
      json: `${USER}, as it was`,
      load: async () => (await import('./delete.ts')).deleteOneUser,
    },
    {
      name: 'users reset',
      summary: 'Request a reset letter for users, all or none.',
      details: [
        'The letter leaves after SERVICE_RESET_DELAY_MINUTES; until then "postern tasks cancel" takes it back. Nothing about signing in changes before the letter is used.',
        'A user has one open reset at most: asking again says when it leaves, and --now sends it now.',
      ],
      arguments: [{ ...NAME, many: true }],
      options: [
        { name: 'now', help: 'Send at once.' },
        { name: 'in', value: 'MINUTES', help: 'Send in so many minutes, 0 to 1440.' },
      ],
      json: 'a list of tasks, each with `made`: false where the reset was open already',
      load: async () => (await import('./reset.ts')).resetUsers,
    },
    {
      name: 'users import',
      summary: 'Add users from a CSV file, all or none.',
      details: [
        'The first line names the columns: username, email, name and locale, each once, in any order. Fields are taken exactly as they stand; an empty locale is en. The file is UTF-8, with or without a byte order mark, lines end in LF or CRLF, and a field may be quoted (RFC 4180). Empty lines are passed over. At most 100,000 users and 64 KB a row.',
        'What is wrong is said by line, the first fifty; nothing is imported then.',
      ],
      arguments: [{ name: 'FILE.csv', help: 'The file.' }],
      options: [{ name: 'dry-run', help: 'Check everything and change nothing.' }],
      json: '`users` (how many), `dryRun`, and `problems` (`line field why`, the first fifty) with `more` (how many besides)',
      load: async () => (await import('./import.ts')).importFile,
    },
    {
      name: 'users export',
      summary: 'Print all users as CSV.',
      details: [
        "The columns are username, email, name and locale. A field that a spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage return) gets a ' before it, which an import does not take off again.",
      ],
      json: 'a list of all users',
      load: async () => (await import('./export.ts')).exportUsers,
    },
  ],
}
