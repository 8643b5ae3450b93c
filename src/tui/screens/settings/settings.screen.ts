import { counted } from '../../../core/text/human.ts'
import { inert } from '../../../core/text/inert.ts'
import { isChanged, isDirty } from '../../form/form.ts'
import type { Screen } from '../../screen.ts'
import { performSettings } from './settings.effects.ts'
import { SETTINGS_KEYS } from './settings.keys.ts'
import {
  initialSettings,
  type SettingsEffect,
  type SettingsMsg,
  type SettingsState,
  type SettingsTypes,
} from './settings.state.ts'
import { leaveSettings, updateSettings } from './settings.update.ts'

export type { SettingsTypes }

/** System Configs › Setting, without its looks. */
export const settingsScreen: Screen<SettingsState, SettingsMsg, SettingsEffect> = {
  initial: initialSettings,
  keys: SETTINGS_KEYS,
  contexts: ({ before, asking, pane }) => {
    if (before !== null || asking !== null) return ['form']
    return pane === null ? ['pick'] : ['detail']
  },
  headline: ({ form, pane }) => {
    const changes = form.fields.filter(isChanged).length
    const crumbs = pane === null ? [] : [inert(pane.kind === 'check' ? 'Check' : 'Test mail')]
    return { crumbs, ...(changes === 0 ? {} : { note: inert(`${counted(changes, 'change')} not saved`) }) }
  },
  update: updateSettings,
  perform: performSettings,
  replaces: ({ kind }) =>
    kind === 'check' || kind === 'test' || kind === 'stop' ? 'daemon' : kind === 'read' ? 'read' : null,
  leave: (state) => leaveSettings(state),
  filter: () => null,
  awaits: ({ rows, isSaving }) => (rows === null ? 'page' : isSaving ? 'rows' : 'nothing'),
  dirty: ({ form }) => isDirty(form),
}
