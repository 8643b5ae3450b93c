import { createElement, type ReactNode } from 'react'
import { type Model, stateOf } from '../model.ts'
import type { Shared } from '../screen.ts'
import type { Theme } from '../theme.ts'
import { AuditView } from './audit/audit.view.tsx'
import { InboxView } from './inbox/inbox.view.tsx'
import { LogView } from './log/log.view.tsx'
import { OverviewView } from './overview/overview.view.tsx'
import { SettingsView } from './settings/settings.view.tsx'
import type { ScreenName, Screens } from './table.ts'
import { TasksView } from './tasks/tasks.view.tsx'
import { UsersView } from './users/users.view.tsx'

/** What a screen's view is given; it draws `shared.columns` by `shared.bodyRows` cells and thinks nothing. */
export interface ViewProps<State> {
  readonly state: State
  readonly shared: Shared
  readonly theme: Theme
}

type View<State> = (props: ViewProps<State>) => ReactNode

/** THE table of screens, second half: how each is drawn. A new screen adds a line here. */
const VIEWS: { readonly [Name in ScreenName]: View<Screens[Name]['state']> } = {
  overview: OverviewView,
  users: UsersView,
  tasks: TasksView,
  log: LogView,
  settings: SettingsView,
  audit: AuditView,
  inbox: InboxView,
}

interface ScreenViewProps {
  readonly model: Model
  readonly shared: Shared
  readonly theme: Theme
}

/** The screen that is shown. */
export const ScreenView = ({ model, shared, theme }: ScreenViewProps): ReactNode =>
  viewOf(model.page, model, shared, theme)

function viewOf<Name extends ScreenName>(page: Name, model: Model, shared: Shared, theme: Theme): ReactNode {
  const view: View<Screens[Name]['state']> = VIEWS[page]
  return createElement(view, { state: stateOf(model, page), shared, theme })
}
