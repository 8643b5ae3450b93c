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
    if (asking !== null) return ['field']
    if (before !== null) return ['form']
    return pane === null ? ['walk'] : ['detail']
  },
  headline: ({ form, pane, asking, rows }) => {
    const { fields, focus } = form
    const changes = fields.filter(isChanged).length
    const what = asking === null ? pane?.kind : 'test'
    const crumbs = what === undefined ? [] : [inert(what === 'check' ? 'Check' : 'Test mail')]
    const unsaved = changes === 0 ? [] : [`${counted(changes, 'change')} not saved`]
    // That there is more below than fits is said by the place alone.
    const place = rows === null || what !== undefined ? [] : [`${focus + 1} of ${fields.length}`]
    const note = [...unsaved, ...place].join('  ')
    return { crumbs, ...(note === '' ? {} : { note: inert(note) }) }
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
