import type { GroupDefinition } from '../definition.ts'

const SETTING = '`name value default secret set`; the value of a secret is null, and `set` says whether there is one'

export const SETTINGS_COMMANDS: GroupDefinition = {
  name: 'settings',
  summary: 'Settings: the knobs named SERVICE_…',
  commands: [
    {
      name: 'settings list',
      summary: 'List all settings with their values in force.',
      json: `a list of settings: ${SETTING}`,
      load: async () => (await import('./list.ts')).listSettings,
    },
    {
      name: 'settings get',
      summary: 'Print the value of one setting.',
      details: ['Of a secret it says whether it is set.'],
      arguments: [{ name: 'NAME', help: 'A name of docs/settings.md.' }],
      json: `the setting: ${SETTING}`,
      load: async () => (await import('./get.ts')).getSetting,
    },
    {
      name: 'settings set',
      summary: 'Change settings, all or none.',
      details: [
        'A secret is never given on the command line, where every user of the machine could read it: NAME alone asks for it at a prompt, or reads all of standard input without the line break at its end. An empty one takes it away. It is sealed so that the daemon alone can open it.',
        'What is doubtful is saved and said on standard error; what contradicts itself is refused. No setting needs a restart.',
      ],
      arguments: [
        { name: 'NAME=VALUE', many: true, help: 'A setting with its new value, or the name of a secret alone.' },
      ],
      json: 'a list of the settings that were given, as they are now',
      load: async () => (await import('./set.ts')).set,
    },
  ],
}
