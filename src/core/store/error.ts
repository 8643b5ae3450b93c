/**
 * What is broken about a store:
 * `missing` none there · `moved` no longer where it was opened, nothing was saved · `refused` wrong directory, owner, mode or format · `damaged` a record that cannot be trusted ·
 * `full` no space, nothing was saved · `failed` a sync failed, not known whether saved · `io` any other disk error.
 */
export type StoreErrorKind = 'missing' | 'moved' | 'refused' | 'damaged' | 'full' | 'failed' | 'io'

/** Broken infrastructure. The message is a whole sentence that names the file and says what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly kind: StoreErrorKind

  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** A cursor that no list gave out. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor'

  constructor(cursor: string) {
    super(`"${cursor}" is not a cursor of this list; use the "next" of the page before.`)
  }
}
