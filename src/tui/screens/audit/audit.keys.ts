import { currentRow } from '../../list/window.ts'
import type { Keys } from '../../screen.ts'
import type { AuditMsg, AuditRow, AuditState } from './audit.state.ts'

/** The entry that is being looked at. */
export const entryInView = ({ opened, list }: AuditState): AuditRow | undefined => opened?.row ?? currentRow(list)

export const AUDIT_KEYS: Keys<AuditState, AuditMsg> = [
  {
    keys: ['y'],
    what: { kind: 'copy' },
    hint: 'copy',
    help: 'Copy the entry: when, who, what, and all that was touched',
    when: (state) => (entryInView(state) === undefined ? 'There is no entry here.' : null),
  },
]
