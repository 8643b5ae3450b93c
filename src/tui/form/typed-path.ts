import { homedir } from 'node:os'
import { join } from 'node:path'

/** A path as a shell understands it: `~` and `~/letters` are in the operator's home; any other is as it was typed. */
export const typedPath = (typed: string): string =>
  typed === '~' || typed.startsWith('~/') ? join(homedir(), typed.slice(1)) : typed
