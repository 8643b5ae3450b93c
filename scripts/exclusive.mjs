// One process at a time, and never a stale lock: the kernel takes an abstract socket away with its holder.
import { createHash } from 'node:crypto'
import { connect, createServer } from 'node:net'

/** Listens on `path`, or says that someone else does. */
function take(path) {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    server.listen({ path }, () => resolve(server))
  })
}

/** Waits until the holder of `path` is done or dead: its end of the connection closes with either. */
function released(path) {
  return new Promise((resolve) => {
    const waiting = connect({ path })
    waiting.on('error', () => {})
    waiting.on('close', resolve)
  })
}

/**
 * Runs `work` while no other process runs under the same `name` in the same `directory`; waits for its turn.
 * Linux only, where the programs run; elsewhere `work` runs at once.
 */
export async function exclusively(name, directory, work) {
  if (process.platform !== 'linux') return await work()
  const digest = createHash('sha256').update(directory).digest('hex')
  const path = `\0postern-${name}-${digest.slice(0, 32)}`
  let server = await take(path)
  while (server === undefined) {
    await released(path)
    server = await take(path)
  }
  const waiting = new Set()
  server.on('connection', (socket) => waiting.add(socket.on('error', () => {})))
  try {
    return await work()
  } finally {
    await new Promise((resolve) => {
      server.close(resolve)
      for (const socket of waiting) socket.destroy()
    })
  }
}
