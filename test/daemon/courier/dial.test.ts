import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { dialTcp } from '../../../src/daemon/courier/dial.ts'

/** A connection of ours to a server that says `words` before it is asked anything, and no more. */
async function dialled(words: string): Promise<Socket> {
  const server = createServer((socket) => socket.end(words))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = dialTcp('127.0.0.1', (server.address() as AddressInfo).port, [])
  onTestFinished(() => {
    socket.destroy()
    server.close()
  })
  return socket
}

it('what a server says before anybody listens is kept until somebody does', async () => {
  const [first, second] = await Promise.all([dialled('220 first\r\n'), dialled('220 the second one\r\n')])
  await Promise.all([first, second].map((socket) => expect.poll(() => socket.bytesRead).toBeGreaterThan(0)))
  const said = await Promise.all(
    [first, second].map(async (socket) => {
      let words = ''
      socket.on('data', (piece: Buffer) => {
        words += piece.toString('latin1')
      })
      await once(socket, 'end')
      return words
    }),
  )
  expect(said).toEqual(['220 first\r\n', '220 the second one\r\n'])
})
