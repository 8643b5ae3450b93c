import { MasterKeyError } from './secrets/key-file.ts'
import { StoreError, type StoreErrorKind } from './store/error.ts'

/** Exit statuses of both programs (sysexits' where it has one); systemd restarts on neither `usage` nor `config`. */
export const EXIT = {
  done: 0,
  /** It was tried and failed: a letter, a check. */
  failed: 1,
  usage: 2,
  /** No daemon or no store to talk to. */
  unavailable: 69,
  /** The disk failed. */
  io: 74,
  /** Wrong directory, owner, mode or format, or a second daemon. */
  config: 78,
} as const
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT]

const OF_STORE: Readonly<Record<StoreErrorKind, ExitStatus>> = {
  missing: EXIT.unavailable,
  moved: EXIT.unavailable,
  refused: EXIT.config,
  damaged: EXIT.config,
  full: EXIT.io,
  failed: EXIT.io,
  io: EXIT.io,
}

/** Something is in the way that the operator can mend: the message is a whole sentence, to be shown without a stack. */
export class Stop extends Error {
  override readonly name = 'Stop'
  readonly status: ExitStatus

  constructor(status: ExitStatus, message: string) {
    super(message)
    this.status = status
  }
}

/** What to say and which status to exit with after an error reached `main`; null for a bug. */
export function expectedEnd(error: unknown): { readonly status: ExitStatus; readonly message: string } | null {
  if (error instanceof Stop) return error
  if (error instanceof StoreError) return { status: OF_STORE[error.kind], message: error.message }
  if (error instanceof MasterKeyError) return { status: EXIT.config, message: error.message }
  return null
}
