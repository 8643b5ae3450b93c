import { AFTER, type GroupDefinition, LIMIT } from '../definition.ts'

export const AUDIT: GroupDefinition = {
  name: 'audit',
  summary: 'Audit log: who did what',
  commands: [
    {
      name: 'audit list',
      summary: 'List who changed what, the newest first.',
      options: [LIMIT, AFTER],
      json: 'a list of transactions: `sequence at actor action touched`',
      load: async () => (await import('./list.ts')).listAudit,
    },
  ],
}
