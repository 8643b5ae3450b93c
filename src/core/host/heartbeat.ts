import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { daemonPid } from './daemon-lock.ts'

const HEARTBEAT = v.object({ pid: v.number(), version: v.string(), startedAt: v.string(), seenAt: v.string() })

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
