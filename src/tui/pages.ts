/** The pages, in the order of their tabs. */
export const PAGE_NAMES = ['overview', 'users', 'tasks', 'log', 'settings', 'audit', 'inbox'] as const
export type PageName = (typeof PAGE_NAMES)[number]

/** How a page is called: its tab, and the names that operators know it by, from the general to the particular. */
export interface PageTitle {
  readonly key: '1' | '2' | '3' | '4' | '5' | '6' | '7'
  readonly tab: string
  readonly trail: readonly string[]
}

export const PAGES: Readonly<Record<PageName, PageTitle>> = {
  overview: { key: '1', tab: 'Overview', trail: ['Overview'] },
  users: { key: '2', tab: 'Users', trail: ['AC User Management', 'Users'] },
  tasks: { key: '3', tab: 'Tasks', trail: ['System Information', 'Scheduled Tasks'] },
  log: { key: '4', tab: 'Mail Log', trail: ['System Information', 'Mail Log'] },
  settings: { key: '5', tab: 'Setting', trail: ['System Configs', 'Setting'] },
  audit: { key: '6', tab: 'Audit', trail: ['Audit'] },
  inbox: { key: '7', tab: 'Inbox', trail: ['Sandbox', 'Inbox'] },
}
