export type Door = 'console' | 'command line' | 'portal' | 'daemon'

/** Who did it and by which door. Self-declared: whoever may write the store could write another name. */
export interface Actor {
  /** Login name, or `uid:NNN` where the system knows no name; the daemon's is `posternd`. */
  readonly name: string
  readonly uid: number
  readonly door: Door
  /** The address that an SSH session came from, where there is one. */
  readonly address: string | null
}

/** Somebody at the portal, from where the request came; who it is, is known once they have proved it. */
export function visitor(daemon: Actor, address: string | null): Actor {
  return { name: 'visitor', uid: daemon.uid, door: 'portal', address }
}

/** An actor on one line: `ann (command line, 192.0.2.7)`. */
export function describeActor(actor: Actor): string {
  return actor.address === null ? `${actor.name} (${actor.door})` : `${actor.name} (${actor.door}, ${actor.address})`
}
