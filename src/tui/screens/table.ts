import { PAGE_NAMES } from '../pages.ts'
import type { CoreMsg, Screen } from '../screen.ts'
import { type AuditTypes, auditScreen } from './audit/audit.screen.ts'
import { type InboxTypes, inboxScreen } from './inbox/inbox.screen.ts'
import { type LogTypes, logScreen } from './log/log.screen.ts'
import { type OverviewTypes, overviewScreen } from './overview/overview.screen.ts'
import { type SettingsTypes, settingsScreen } from './settings/settings.screen.ts'
import { type TasksTypes, tasksScreen } from './tasks/tasks.screen.ts'
import { type UsersTypes, usersScreen } from './users/users.screen.ts'

/** THE table of screens, first half: what each one's state, messages and effects are. A new screen adds a line here, … */
export interface Screens {
  overview: OverviewTypes
  users: UsersTypes
  tasks: TasksTypes
  log: LogTypes
  settings: SettingsTypes
  audit: AuditTypes
  inbox: InboxTypes
}

/** … a line here, and one in views.tsx. */
export const SCREENS: { readonly [Name in ScreenName]: ScreenOf<Name> } = {
  overview: overviewScreen,
  users: usersScreen,
  tasks: tasksScreen,
  log: logScreen,
  settings: settingsScreen,
  audit: auditScreen,
  inbox: inboxScreen,
}

export type ScreenName = keyof Screens
type ScreenOf<Name extends ScreenName> = Screen<Screens[Name]['state'], Screens[Name]['msg'], Screens[Name]['effect']>

/** The names of the screens that are there, in the order of their tabs. */
export const PAGE_SCREENS: readonly ScreenName[] = PAGE_NAMES.filter(isScreenName)

/** Whether there is a screen of that name. */
export function isScreenName(name: string): name is ScreenName {
  return Object.hasOwn(SCREENS, name)
}

/** A message for one screen: from a key of its own, from the core, or what came of an effect. */
export type ScreenMsg<Name extends ScreenName = ScreenName> = {
  [Each in Name]: { readonly kind: 'screen'; readonly page: Each; readonly msg: Screens[Each]['msg'] | CoreMsg }
}[Name]

/** An effect of one screen. */
export type ScreenEffect<Name extends ScreenName = ScreenName> = {
  [Each in Name]: { readonly kind: 'screen'; readonly page: Each; readonly effect: Screens[Each]['effect'] }
}[Name]

// A page and a message that fit each other make one of the union; the compiler knows that of each page by itself, but not
// of one that stands for any. Hence a second, looser signature of these two.

/** Addresses a message to a screen. */
export function toScreen<Name extends ScreenName>(page: Name, msg: Screens[Name]['msg'] | CoreMsg): ScreenMsg
export function toScreen(page: ScreenName, msg: unknown): { kind: 'screen'; page: ScreenName; msg: unknown } {
  return { kind: 'screen', page, msg }
}

/** Says whose effect it is. */
export function effectOf<Name extends ScreenName>(page: Name, effect: Screens[Name]['effect']): ScreenEffect
export function effectOf(page: ScreenName, effect: unknown): { kind: 'screen'; page: ScreenName; effect: unknown } {
  return { kind: 'screen', page, effect }
}
