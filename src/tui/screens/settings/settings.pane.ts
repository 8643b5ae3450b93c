import type { Pane, SettingsMsg } from './settings.state.ts'

type Told = Extract<SettingsMsg, { kind: 'check-asked' | 'checked' | 'check-over' | 'handed' | 'tested' | 'test-over' }>

/** The cells that the pane takes beside the form, of those that there are. */
export const paneWidth = (columns: number): number => Math.floor(columns / 2)

/** What the daemon has come to. */
export function told(pane: Pane, msg: Told): Pane {
  switch (msg.kind) {
    case 'check-asked':
      return pane.kind === 'check' ? { ...pane, check: msg.check, warnings: msg.warnings } : pane
    case 'checked':
      return pane.kind === 'check' ? { ...pane, check: msg.check } : pane
    case 'check-over':
      return pane.kind === 'check' ? { ...pane, isOver: true, trouble: msg.trouble } : pane
    case 'handed':
      return pane.kind === 'test' ? { ...pane, isHanded: true } : pane
    case 'tested':
      return pane.kind === 'test' ? { ...pane, isOver: true, entry: msg.entry } : pane
    case 'test-over':
      return pane.kind === 'test' ? { ...pane, isOver: true, trouble: msg.trouble } : pane
  }
}
