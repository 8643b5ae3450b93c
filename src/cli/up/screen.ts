import { environment } from '../../core/host/environment.ts'
import type { Inbox } from '../../tui/inbox.ts'
import type { House } from './house.ts'
import type { Voice } from './voice.ts'

export interface Showing {
  readonly voice: Voice
  /** When it is enough. */
  readonly ended: AbortSignal
  /** What a sandbox catches. */
  readonly inbox?: Inbox
  /** Where this is, in the console's header; the name of the machine unless said. */
  readonly place?: string
  /** Said once the console is there. */
  readonly greeting?: string
}

const isTerminal = (): boolean => process.stdin.isTTY && process.stdout.isTTY

/** Whether somebody sits there to whom a console can be shown. */
export const isOnTerminal = (): boolean => isTerminal() && environment().showsPages

/** Says to whoever sits at a terminal that can show no console why there is none. */
export function tellWhyLines({ warn }: Voice): void {
  if (!isTerminal() || environment().showsPages) return
  warn('There is no console: TERM=dumb says that this terminal cannot place text.')
  warn('Set TERM to what it is, or INK_SCREEN_READER=true to have pages as lines.')
}

/**
 * Shows the console on a house until it ends: by its keys, by a signal, or with the terminal.
 * @throws what broke the daemon or the console.
 */
export async function showConsole(house: House, { voice, ended, inbox, place, greeting }: Showing): Promise<void> {
  const { data, store, trouble, context, broken } = house
  // Loaded here: who has no terminal needs none of it.
  const { openConsole } = await import('../../tui/console.tsx')
  const { error } = await voice.silentWhile(() =>
    openConsole({
      options: {
        data,
        page: 'overview',
        filter: undefined,
        id: undefined,
        readOnly: false,
        ascii: false,
        noColor: false,
      },
      actor: { ...context.actor, door: 'console' },
      data,
      premises: Promise.resolve({ store, trouble, inbox, close: async () => {} }),
      ended,
      broken,
      ...(place === undefined ? {} : { place }),
      ...(greeting === undefined ? {} : { greeting }),
    }),
  )
  if (error !== undefined) throw error
}
