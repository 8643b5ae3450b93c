import { describe, expect, it } from 'vitest'
import { plainServer } from '../support/posternd.ts'
import { type Script, type SmtpScript, startSmtpScript } from '../support/smtp-script.ts'
import { DaemonHouse } from './a-daemon.ts'

const CONNECTIONS = 5
const LETTERS = 30

/**
 * A daemon whose settings are proven. The server holds back each answer to a letter until one stands on every connection,
 * with the next one announced behind it.
 */
async function aScene(then: Script = {}) {
  const scene = await DaemonHouse.make()
  const server = await startSmtpScript((connection) =>
    connection < CONNECTIONS
      ? { dot: () => (server.letters.length === 1 ? '250 2.0.0 Ok' : { hold: true }) }
      : { dot: { hold: true }, ...then },
  )
  await scene.house.set({ ...plainServer(server.port), SERVICE_MAIL_AUTH: true, SERVICE_MAIL_USERNAME: 'postern' })
  await scene.house.set({ SERVICE_MAIL_PASSWORD: 'correct horse' })
  const [first] = await scene.resets(1, 'first')
  await scene.start()
  await scene.untilTask(first, ({ status }) => status === 'carried-out')
  const ids = await scene.resets(LETTERS)
  await server.until(() => announced(server) === 1 + 2 * CONNECTIONS)
  expect(server.letters).toHaveLength(1 + CONNECTIONS)
  return {
    scene,
    server,
    /** How many letters have been tried so often. */
    async tried(times: number): Promise<number> {
      const tasks = await Promise.all(ids.map((id) => scene.task(id)))
      return tasks.filter(({ attempts, round }) => attempts.length + round.attempts === times).length
    },
    async [Symbol.asyncDispose]() {
      await scene[Symbol.asyncDispose]()
      await server.close()
    },
  }
}

const announced = ({ connections }: SmtpScript): number =>
  connections.reduce((sum, { wire }) => sum + (wire.toString('latin1').match(/^MAIL FROM/gm)?.length ?? 0), 0)

describe('letters are announced behind others on five connections, and the queue closes', () => {
  it('the sender is refused at the dot: of those that were announced none is tried', async () => {
    await using house = await aScene()
    const { scene, server, tried } = house
    for (const connection of server.connections) connection.act('550 5.7.60 You may not send as this sender')
    await scene.untilQueue('paused')
    await scene.until(async () => (await scene.house.store.taskCounts()).executing === 0)
    expect(await scene.house.store.taskCounts()).toMatchObject({ failed: CONNECTIONS, wait: LETTERS - CONNECTIONS })
    expect(await tried(0)).toBe(LETTERS - CONNECTIONS)
    expect(server.letters).toHaveLength(1 + CONNECTIONS)
  })

  it('all connections end and the password is refused from then on: one letter a connection meets it', async () => {
    await using house = await aScene({ AUTH: '535 5.7.8 Wrong password' })
    const { scene, server, tried } = house
    for (const connection of server.connections) connection.act({ end: 'rst' })
    await scene.untilQueue('paused')
    await scene.until(async () => (await scene.house.store.taskCounts()).executing === 0)
    const { failed } = await scene.house.store.taskCounts()
    expect(failed).toBeGreaterThanOrEqual(1)
    expect(failed).toBeLessThanOrEqual(CONNECTIONS)
    // Besides those only the five whose answers were lost.
    expect(await tried(0)).toBe(LETTERS - CONNECTIONS - failed)
    expect(server.letters).toHaveLength(1 + CONNECTIONS)
  })
})
