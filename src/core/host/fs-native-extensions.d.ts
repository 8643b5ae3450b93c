/** The part of fs-native-extensions that we use; the package brings no types. */
declare module 'fs-native-extensions' {
  /** A whole-file lock: false when another open file holds one that is in the way. */
  export function tryLock(descriptor: number, options?: { shared?: boolean }): boolean
  /** Waits in a thread of the pool until the lock is granted. */
  export function waitForLock(descriptor: number, options?: { shared?: boolean }): Promise<void>
  export function unlock(descriptor: number): void
}
