import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { SECOND } from '../../../src/core/domain/time.ts'
import { heartbeatPath } from '../../../src/core/host/heartbeat.ts'
import { keepHouse } from '../../../src/daemon/housekeeping.ts'
import { noLog } from '../../../src/daemon/log.ts'
import { Portal } from '../../../src/daemon/portal/portal.ts'
import { freePort } from '../../support/sink.ts'
import { DaemonHouse } from '../a-daemon.ts'
import { Browser } from './a-browser.ts'

/** What a daemon says of its portal, once it has said so. */
async function said(scene: DaemonHouse, word: string, times = 1): Promise<string> {
  for (;;) {
    const lines = scene.lines.filter(({ text }) => text.includes(word))
    if (lines.length >= times) return lines.at(-1)?.text ?? ''
    await new Promise(setImmediate)
  }
}

const statusAt = async (port: number): Promise<number> =>
  (await new Browser(port, `127.0.0.1:${port}`).get('/login')).status

/** A port that somebody else holds until it is disposed of. */
async function heldPort(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('there is no port')
  return {
    port: address.port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

describe('the portal of a daemon', () => {
  it('opens, moves and closes with its settings, without a restart', async () => {
    await using scene = await DaemonHouse.make()
    const [first, second] = [await freePort(), await freePort()]
    await scene.start()
    await expect(statusAt(first)).rejects.toThrow('ECONNREFUSED')
    await scene.house.set({ SERVICE_PORTAL_LISTEN: `127.0.0.1:${first}`, SERVICE_PORTAL_ENABLE: true })
    await said(scene, 'the portal is open')
    expect(await statusAt(first)).toBe(200)
    await scene.house.set({ SERVICE_PORTAL_LISTEN: `127.0.0.1:${second}` })
    await said(scene, 'the portal is open', 2)
    expect(await statusAt(second)).toBe(200)
    await expect(statusAt(first)).rejects.toThrow('ECONNREFUSED')
    await scene.house.set({ SERVICE_PORTAL_ENABLE: false })
    await said(scene, 'the portal is closed', 2)
    await expect(statusAt(second)).rejects.toThrow('ECONNREFUSED')
  })

  it('whose port is taken says so once, stops no letter, and opens when the port is free', async () => {
    await using scene = await DaemonHouse.make()
    const held = await heldPort()
    await scene.house.set({ SERVICE_PORTAL_LISTEN: `127.0.0.1:${held.port}`, SERVICE_PORTAL_ENABLE: true })
    await scene.start()
    const line = await said(scene, 'cannot listen')
    expect(line).toContain(
      `The portal cannot listen on 127.0.0.1:${held.port}: another program listens there. Set SERVICE_PORTAL_LISTEN to another address, or end that program.`,
    )
    // Another setting is another look, and no other line.
    await scene.house.set({ SERVICE_PORTAL_NAME: 'Another' })
    await held[Symbol.asyncDispose]()
    await scene.asleep()
    scene.clock.advance(10 * SECOND)
    await said(scene, 'the portal is open')
    expect(await statusAt(held.port)).toBe(200)
    expect(scene.lines.filter(({ text }) => text.includes('cannot listen'))).toHaveLength(1)
    expect(scene.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  it('is told of in the heartbeat, for the doors', async () => {
    await using scene = await DaemonHouse.make()
    await using held = await heldPort()
    await scene.house.set({ SERVICE_PORTAL_LISTEN: `127.0.0.1:${held.port}`, SERVICE_PORTAL_ENABLE: true })
    const portal = new Portal({ ...scene.house, clock: scene.clock, log: noLog })
    const running = portal.run()
    await scene.asleep()
    const onMoved = () => expect.fail('the store is where it was')
    const facts = { ...scene.house, upkeep: scene.house.store, version: 'test', log: noLog, portal, onMoved }
    const stop = await keepHouse(facts)
    stop()
    const heartbeat: unknown = JSON.parse(readFileSync(heartbeatPath(scene.house.data), 'utf8'))
    expect(heartbeat).toMatchObject({ portal: { kind: 'stuck', listen: `127.0.0.1:${held.port}`, code: 'EADDRINUSE' } })
    portal.stop()
    await running
  })

  it('is not there for a daemon that only sends what is due', async () => {
    await using scene = await DaemonHouse.make()
    const port = await freePort()
    await scene.house.set({ SERVICE_PORTAL_LISTEN: `127.0.0.1:${port}`, SERVICE_PORTAL_ENABLE: true })
    const daemon = await scene.start('on demand')
    await daemon.drain()
    await expect(statusAt(port)).rejects.toThrow('ECONNREFUSED')
  })
})
