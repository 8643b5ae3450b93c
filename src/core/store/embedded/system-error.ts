import { StoreError } from '../error.ts'

/** The error's code (`ENOSPC`), or null for what is not a system error. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

const FULL = ['ENOSPC', 'EDQUOT']
const FORBIDDEN = ['EACCES', 'EPERM', 'EROFS']

/** A system error in the store's words; anything else, a bug included, as it is. `what` says what did not come about. */
export function storeError(cause: unknown, what: string): unknown {
  const code = errorCode(cause)
  if (cause instanceof StoreError || code === null) return cause
  if (FULL.includes(code)) {
    const advice = 'Make space where the data directory is, then try again.'
    return new StoreError('full', `The disk is full: ${what}. ${advice}`, { cause })
  }
  if (FORBIDDEN.includes(code)) {
    const advice = 'Join the group that owns the store, or see to its modes and its file system.'
    return new StoreError('refused', `The system forbids it (${code}): ${what}. ${advice}`, { cause })
  }
  return new StoreError('io', `The disk failed (${code}): ${what}.`, { cause })
}
