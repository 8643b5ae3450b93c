import { parseAddress } from '../../domain/address.ts'
import { failedBy, resultOf } from '../../domain/mail-log.ts'
import { spellings } from '../../host/readable-address.ts'
import type { AuditEntry, AuditFilter, MailLogFilter, MailLogRow } from '../port.ts'
import { fold } from './order.ts'

/** Which entries of a log are wanted. */
export interface LogFilter<Row> {
  readonly fits: (row: Row) => boolean
  /** Bytes that a line must hold to be worth parsing. */
  readonly needle: string | null
}

/** What an address is compared by. */
function foldAddress(address: string): string {
  const parsed = parseAddress(address)
  return parsed.ok ? parsed.key : address.toLowerCase()
}

/** The entries of the mail log that a filter leaves; its time range is for the reader. */
export function mailLogFilter(filter: MailLogFilter): LogFilter<MailLogRow> {
  const { result, idPrefix } = filter
  const to = filter.to === undefined ? null : foldAddress(filter.to)
  const recipient = fold(filter.recipient ?? '')
  const error = filter.error?.toLowerCase() ?? ''
  const word = fold(filter.keyword ?? '')
  return {
    needle: idPrefix === undefined ? null : `"id":"${idPrefix}`,
    fits: (row) =>
      (result === undefined || resultOf(row.outcome) === result) &&
      (to === null || foldAddress(row.to) === to) &&
      (idPrefix === undefined || row.id.startsWith(idPrefix)) &&
      (error === '' || failedBy(row, error)) &&
      (recipient === '' || fold(whom(row)).includes(recipient)) &&
      (word === '' ||
        row.id.startsWith(word) ||
        row.task.startsWith(word) ||
        fold(`${whom(row)}\n${said(row)}`).includes(word)),
  }
}

const whom = ({ to, user }: MailLogRow) => `${spellings(to)}\n${user?.username ?? ''}`
const said = ({ subject, reply, happening }: MailLogRow) => `${subject}\n${reply ?? happening?.reply ?? ''}`

/** The entries of the audit log that a filter leaves; its time range is for the reader. */
export function auditFilter({ actor, action, keyword }: AuditFilter): LogFilter<AuditEntry> {
  const word = fold(keyword ?? '')
  return {
    needle: null,
    fits: (entry) =>
      (actor === undefined || entry.actor.name === actor) &&
      (action === undefined || entry.action.startsWith(action)) &&
      (word === '' || fold(saysOf(entry)).includes(word)),
  }
}

const saysOf = ({ actor, action, touched }: AuditEntry) =>
  [actor.name, actor.address ?? '', actor.door, action, ...touched].join('\n')
