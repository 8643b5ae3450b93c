import PostalMime from 'postal-mime'
import { describe, expect, it } from 'vitest'
import { visitor } from '../../src/core/domain/actor.ts'
import { diagnose } from '../../src/core/domain/diagnosis.ts'
import { openLetter } from '../../src/core/usecases/mail-log.ts'
import { openLink } from '../../src/core/usecases/portal/link.ts'
import { requestLink } from '../../src/core/usecases/portal/request-link.ts'
import { redoTask, sendTestMail } from '../../src/core/usecases/tasks.ts'
import { aSetting } from '../support/builders.ts'
import { plainServer } from '../support/posternd.ts'
import { startSmtpScript } from '../support/smtp-script.ts'
import { DaemonHouse } from './a-daemon.ts'

const ORIGIN = 'https://portal.example.org'

/** A daemon whose portal is open: a test letter was delivered to a real server. */
async function openPortal(scene: DaemonHouse, port: number) {
  const { house } = scene
  const portal = { SERVICE_PORTAL_ENABLE: true, SERVICE_PORTAL_LISTEN: '127.0.0.1:0', SERVICE_PORTAL_URL: ORIGIN }
  await house.set({ ...plainServer(port), ...portal })
  await scene.start()
  const { id } = await sendTestMail(house.context, 'ops@example.org')
  await scene.untilTask(id, ({ status }) => status === 'carried-out')
  await house.set({ SERVICE_FORGOT_PASSWORD_ENABLE: true })
  const [first] = await house.addUsers(1)
  const user = first === undefined ? undefined : await house.store.get('user', first)
  if (user === undefined) throw new Error('there is no user')
  return { user, portal: { ...house.context, actor: visitor(house.context.actor, '192.0.2.9') } }
}

describe('a letter with a link', () => {
  it('leaves at once, its link works, and the log shows it without its secret', async () => {
    await using scene = await DaemonHouse.make()
    const server = await startSmtpScript()
    const { user, portal } = await openPortal(scene, server.port)
    const asked = await requestLink(portal, user.email)
    const task = asked.kind === 'made' ? asked.task : null
    await scene.untilTask(task?.id, ({ status }) => status === 'carried-out')
    const letter = await PostalMime.parse(server.letters.at(-1)?.bytes ?? '')
    const [, token = ''] = /https:\/\/portal\.example\.org\/reset-password\?t=(\S+)/.exec(letter.text ?? '') ?? []
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}\.[0-9a-z]{16}$/)
    expect(letter.html).toContain(`href="${ORIGIN}/reset-password?t=${token}"`)
    expect(await openLink(portal, scene.house.keys, token)).toMatchObject({ kind: 'works', user: { id: user.id } })
    const [entry] = (await scene.house.store.mailLog({ limit: 1 })).items
    const opened = entry === undefined ? null : await openLetter(scene.house.context, entry)
    expect(opened?.text).toContain(`${ORIGIN}/reset-password?t=[secret hidden]`)
    expect(JSON.stringify(opened)).not.toContain(token.slice(0, 43))
    await server.close()
  })

  it('case 7: without a usable SERVICE_PORTAL_URL fails with its reason, holds up no other, and is redone once mended', async () => {
    await using scene = await DaemonHouse.make()
    const server = await startSmtpScript()
    const { user, portal } = await openPortal(scene, server.port)
    const { store, context } = scene.house
    // However it came there: the rules would have refused it.
    await store.transact(context.actor, 'spoil', async (tx) =>
      tx.put('setting', aSetting({ name: 'SERVICE_PORTAL_URL', value: 'http://portal.example.org' })),
    )
    const asked = await requestLink(portal, user.email)
    const id = asked.kind === 'made' ? asked.task.id : undefined
    const failed = await scene.untilTask(id, ({ status }) => status === 'failed')
    const cause = 'cause' in failed ? failed.cause : null
    expect(cause && diagnose(cause)).toMatchObject({ kind: 'portal-url', settings: ['SERVICE_PORTAL_URL'] })
    const [entry] = (await store.mailLog({ limit: 1 })).items
    expect(entry).toMatchObject({ task: id, outcome: 'refused', happening: { code: 'EPORTALURL' } })
    expect((await store.get('credential', user.id))?.link).toBeNull()
    const [reset] = await scene.resets(1, 'other')
    await scene.untilTask(reset, ({ status }) => status === 'carried-out')

    await scene.house.set({ SERVICE_PORTAL_URL: ORIGIN })
    await redoTask(context, { id: failed.id, version: null })
    await scene.untilTask(id, ({ status }) => status === 'carried-out')
    const letter = await PostalMime.parse(server.letters.at(-1)?.bytes ?? '')
    expect(letter.text).toContain(`${ORIGIN}/reset-password?t=`)
    await server.close()
  })
})
