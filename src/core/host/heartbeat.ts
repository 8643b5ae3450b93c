import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { daemonPid } from './daemon-lock.ts'

const PORTAL = v.variant('kind', [
  v.object({ kind: v.literal('closed') }),
  v.object({ kind: v.literal('open'), listen: v.string(), port: v.number() }),
  v.object({ kind: v.literal('stuck'), listen: v.string(), code: v.string() }),
])

/** Where the daemon serves the portal, or why it does not: the port is somebody else's. */
export type PortalState = v.InferOutput<typeof PORTAL>

const HEARTBEAT = v.object({
  pid: v.number(),
  version: v.string(),
  startedAt: v.string(),
  seenAt: v.string(),
  /** Not there yet where the daemon has just started. */
  portal: v.optional(PORTAL),
})

/** What the daemon says of itself in `daemon.json`, times in ISO 8601. The file may be lost; the lock is the truth. */
export type Heartbeat = v.InferOutput<typeof HEARTBEAT>

export const heartbeatPath = (data: string): string => join(data, 'daemon.json')

/** The daemon that holds the data directory, or null when none does. */
export function findDaemon(data: string): Heartbeat | null {
  const pid = daemonPid(data)
  if (pid === null) return null
  const said = readHeartbeat(data)
  // One that has just started may not have written yet; what stands there is then its predecessor's.
  return said?.pid === pid ? said : { pid, version: '', startedAt: '', seenAt: '' }
}

function readHeartbeat(data: string): Heartbeat | null {
  try {
    const parsed = v.safeParse(HEARTBEAT, JSON.parse(readFileSync(heartbeatPath(data), 'utf8')))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}

/** Why the portal is not served, and what to do, in one sentence. */
export function portalStuck({ listen, code }: Extract<PortalState, { kind: 'stuck' }>): string {
  const why = code === 'EADDRINUSE' ? 'another program listens there' : `the system says ${code}`
  return `The portal cannot listen on ${listen}: ${why}. Set SERVICE_PORTAL_LISTEN to another address, or end that program.`
}
