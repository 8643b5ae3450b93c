import type { GroupDefinition } from '../definition.ts'

export const STORE: GroupDefinition = {
  name: 'store',
  summary: 'Store: where all of it is kept',
  commands: [
    {
      name: 'store init',
      summary: 'Make the data directory, a master key and an empty store, where there are none.',
      details: ['What is there already is left as it is. The parent of the data directory must be there.'],
      json: '`data` (the directory) and `created` (whether the store was made now)',
      load: async () => (await import('./init.ts')).initStore,
    },
    {
      name: 'store check',
      summary: 'Read and check every record of the store.',
      details: [
        'Others may go on writing meanwhile. The exit status is 1 when something is damaged, and 0 with warnings.',
        'With --repair, and while no daemon runs, it cuts a damaged journal off at its first bad record, keeps what was behind it in a copy beside the journal, and says what was lost.',
      ],
      options: [{ name: 'repair', help: 'Mend what is damaged.' }],
      json: '`worst` (ok, warning, damage), `findings{severity,file,offset,sentence}`, and `repair{file,offset,bytes,lost,kept,sentence}` or null',
      load: async () => (await import('./check.ts')).check,
    },
    {
      name: 'store fold',
      summary: 'Fold the journal into a snapshot, while no daemon runs.',
      details: ['A daemon folds by itself when the journal has grown; beside one this does nothing and exits 1.'],
      json: '`folded`: true',
      load: async () => (await import('./fold.ts')).foldStore,
    },
    {
      name: 'store backup',
      summary: 'Copy the store as it is at one moment into a new directory.',
      details: [
        'Daemons and consoles may go on meanwhile. The copy is a data directory of its own, was synced and read again, and holds the keys: whoever has it has the secrets of letters that are still alive. Without the keys it still holds all users and tasks, but no sealed setting can be opened any more.',
      ],
      arguments: [{ name: 'DIR', help: 'The directory of the backup: a new or an empty one.' }],
      options: [{ name: 'without-keys', help: 'Leave the keys out.' }],
      json: '`target sequence files bytes unreadable` (keys that this account may not read)',
      load: async () => (await import('./backup.ts')).backUp,
    },
  ],
}
