/** What systemd may be told; STATUS= is one line for people, shown by `systemctl status`. */
export type Notice = 'READY=1' | 'STOPPING=1' | 'WATCHDOG=1' | `STATUS=${string}`

/** systemd reads at once. Where nobody reads, the daemon must not wait: at STOPPING=1 least of all. */
const PATIENCE_MS = 1_000

/**
 * Tells systemd about this process, as sd_notify(3) does: in one datagram from its own process id, since the unit
 * says NotifyAccess=main. `socketPath` is $NOTIFY_SOCKET, null when systemd did not start this process; a leading
 * `@` stands for an abstract socket. The result says whether it was sent. It never rejects: a daemon that cannot
 * report still does its work.
 */
export async function notify(socketPath: string | null, notice: Notice): Promise<boolean> {
  if (socketPath === null) return false
  try {
    return await send(socketPath.replace(/^@/, '\0'), Buffer.from(notice.replaceAll(/[\r\n]+/g, ' ')))
  } catch {
    // No add-on for this machine, or a path that no socket can have.
    return false
  }
}

async function send(path: string, datagram: Buffer): Promise<boolean> {
  // Node has no unix datagram sockets. Loaded only here: without systemd the daemon needs no add-on for this.
  const { DgramSocket } = await import('node-unix-socket')
  const socket = new DgramSocket()
  const { promise: sent, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, PATIENCE_MS, false)
  try {
    socket.on('error', () => resolve(false))
    socket.sendTo(datagram, 0, datagram.length, path, (error) => resolve(error === undefined))
    return await sent
  } finally {
    clearTimeout(timer)
    socket.close()
  }
}
