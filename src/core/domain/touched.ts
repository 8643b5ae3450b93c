import type { CheckId, TaskId, UserId } from './ids.ts'

/** What a line of the audit log says was touched: a row of a table, or an entry of the mail log that was opened. */
export type Touched =
  | { readonly kind: 'user' | 'credential'; readonly id: UserId }
  | { readonly kind: 'task'; readonly id: TaskId }
  | { readonly kind: 'check'; readonly id: CheckId }
  | { readonly kind: 'setting' | 'template' | 'session' | 'queue' | 'mail-log'; readonly key: string }
  /** What another version wrote. */
  | { readonly kind: 'other'; readonly text: string }

/** Parses `table:key`, as an audit entry has it. */
export function parseTouched(text: string): Touched {
  const colon = text.indexOf(':')
  const kind = text.slice(0, Math.max(0, colon))
  const key = text.slice(colon + 1)
  switch (kind) {
    case 'user':
    case 'credential':
      return { kind, id: key as UserId }
    case 'task':
      return { kind, id: key as TaskId }
    case 'check':
      return { kind, id: key as CheckId }
    case 'setting':
    case 'template':
    case 'session':
    case 'queue':
    case 'mail-log':
      return { kind, key }
    default:
      return { kind: 'other', text }
  }
}
