import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/core/host/clock.ts'
import { openMasterKeys } from '../../src/core/secrets/master-key.ts'
import { openSetting } from '../../src/core/secrets/seal.ts'
import { EmbeddedStore } from '../../src/core/store/embedded/embedded-store.ts'
import { anActor, anUnknownSetting } from '../support/builders.ts'
import { Desk } from './desk.ts'

/** The password as the daemon reads it. */
async function openedPassword({ data }: Desk) {
  const store = await EmbeddedStore.open(data, { clock: systemClock })
  const row = await store.get('setting', 'SERVICE_MAIL_PASSWORD')
  await store.close()
  return openSetting(openMasterKeys(data), 'SERVICE_MAIL_PASSWORD', String(row?.value))
}

const value = async (desk: Desk, name: string) => (await desk.done('settings', 'get', name)).trimEnd()

describe('postern settings', () => {
  it('refuses a port that is none, and keeps the old one (case 1)', async () => {
    const desk = new Desk()
    await desk.done('settings', 'set', 'SERVICE_MAIL_PORT=2525')
    for (const port of ['70000', '587abc', '', '0', '-1', '1e3']) {
      expect(await desk.refused('settings', 'set', `SERVICE_MAIL_PORT=${port}`)).toBe(
        `postern: SERVICE_MAIL_PORT must be a whole number from 1 to 65535, not "${port}".`,
      )
    }
    expect(await value(desk, 'SERVICE_MAIL_PORT')).toBe('2525')
  })

  it('refuses a host with a line break, a space or a scheme, and takes a trailing dot off (case 2)', async () => {
    const desk = new Desk()
    for (const host of ['mx.example.org\r\nX: y', 'mx example.org', 'smtp://x', 'mx:25']) {
      expect(await desk.refused('settings', 'set', `SERVICE_MAIL_HOST=${host}`)).toMatch(
        /^postern: SERVICE_MAIL_HOST must /,
      )
    }
    await desk.done('settings', 'set', 'SERVICE_MAIL_HOST=mx.example.org.')
    expect(await value(desk, 'SERVICE_MAIL_HOST')).toBe('mx.example.org')
  })

  it('saves what is doubtful and warns of it on standard error (case 3)', async () => {
    const { status, out, err } = await new Desk().run(['settings', 'set', 'SERVICE_MAIL_PORT=465'])
    expect({ status, out }).toEqual({ status: 0, out: 'SERVICE_MAIL_PORT = 465\n' })
    expect(err).toMatch(/^! SERVICE_MAIL_PORT=465 expects TLS from the first byte: SERVICE_MAIL_PROTOCOL=smtps/)
  })

  it('keeps a secret exactly as it is and never shows it (case 4)', async () => {
    const secrets = [' "q\'uo#te=s" \\ ', 'ünï©ødé 密碼 🔑', 'x'.repeat(512), '=', '-']
    for (const secret of secrets) {
      const desk = new Desk()
      const { status, out, err } = await desk.run(['settings', 'set', 'SERVICE_MAIL_PASSWORD'], {
        input: `${secret}\n`,
      })
      expect({ status, out, err }).toEqual({ status: 0, out: 'SERVICE_MAIL_PASSWORD = set\n', err: '' })
      expect(await openedPassword(desk)).toEqual({ ok: true, value: secret })
      expect(await value(desk, 'SERVICE_MAIL_PASSWORD')).toBe('set')
      expect(await desk.json('settings', 'get', 'SERVICE_MAIL_PASSWORD')).toEqual({
        name: 'SERVICE_MAIL_PASSWORD',
        value: null,
        default: '',
        secret: true,
        set: true,
      })
    }
  })

  it('takes one line break off a secret on standard input, and no more', async () => {
    const set = async (input: string | Uint8Array) => {
      const desk = new Desk()
      const { status, err } = await desk.run(['settings', 'set', 'SERVICE_MAIL_PASSWORD'], { input })
      return status === 0 ? await openedPassword(desk) : err
    }
    expect(await set('geheim')).toEqual({ ok: true, value: 'geheim' })
    expect(await set('geheim\r\n')).toEqual({ ok: true, value: 'geheim' })
    expect(await set('geheim\n\n')).toMatch(/^postern: SERVICE_MAIL_PASSWORD must not contain line breaks/)
    expect(await set(Buffer.from([0xff, 0xfe]))).toMatch(/is not UTF-8/)
    expect(await set('x'.repeat(70_000))).toMatch(/is over 64 KB/)
    expect(await set('x'.repeat(1025))).toMatch(/SERVICE_MAIL_PASSWORD is over 1024 characters/)
  })

  it('asks for a secret at a terminal, masked, and saves nothing when the answer does not come', async () => {
    const desk = new Desk()
    const asked = await desk.run(['settings', 'set', 'SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_USERNAME=a@example.org'], {
      answers: ['geheim'],
    })
    expect(asked).toMatchObject({ status: 0, questions: [{ text: 'SERVICE_MAIL_PASSWORD:', masked: true }] })
    expect(await openedPassword(desk)).toEqual({ ok: true, value: 'geheim' })
    const given = ['settings', 'set', 'SERVICE_MAIL_PASSWORD', 'SERVICE_MAIL_USERNAME=b@example.org']
    expect(await desk.run(given, { answers: [null] })).toMatchObject({
      status: 1,
      err: 'postern: Nothing was changed.\n',
    })
    expect(await value(desk, 'SERVICE_MAIL_USERNAME')).toBe('a@example.org')
  })

  it('refuses a secret on the command line without repeating it', async () => {
    const desk = new Desk()
    for (const argument of ['SERVICE_MAIL_PASSWORD=geheim', 'SERVICE_MAIL_PASSWORD=']) {
      const sentence = await desk.refused('settings', 'set', argument)
      expect(sentence).toMatch(/^postern: SERVICE_MAIL_PASSWORD is a secret and is not taken from the command line/)
      expect(sentence).not.toContain('geheim')
    }
    expect(await desk.refused('settings', 'get', 'SERVICE_MAIL_PASSWORD', 'geheim')).not.toContain('geheim')
  })

  it('refuses to empty the password under a username (case 5)', async () => {
    const desk = new Desk()
    await desk.run(['settings', 'set', 'SERVICE_MAIL_USERNAME=a@example.org', 'SERVICE_MAIL_PASSWORD'], {
      input: 'geheim',
    })
    const emptied = await desk.run(['settings', 'set', 'SERVICE_MAIL_PASSWORD'])
    expect(emptied).toMatchObject({ status: 2, out: '' })
    expect(emptied.err).toMatch(/authentication would be skipped/)
    expect(await openedPassword(desk)).toEqual({ ok: true, value: 'geheim' })
    const both = await desk.run(['settings', 'set', 'SERVICE_MAIL_AUTH=false', 'SERVICE_MAIL_PASSWORD'])
    expect(both.status).toBe(0)
    expect(await value(desk, 'SERVICE_MAIL_PASSWORD')).toBe('not set')
  })

  it('refuses a sender that would add a header (case 6)', async () => {
    expect(await new Desk().refused('settings', 'set', 'SERVICE_MAIL_FROM_NAME=Name\r\nBcc: x <a@b>')).toMatch(
      /^postern: SERVICE_MAIL_FROM_NAME must not contain line breaks/,
    )
  })

  it('knows no other names, prototypes included, and guesses what was meant (case 10)', async () => {
    const desk = new Desk()
    expect(await desk.refused('settings', 'set', 'SERVICE_MAL_PORT=1')).toBe(
      'postern: There is no setting "SERVICE_MAL_PORT"; did you mean SERVICE_MAIL_PORT?',
    )
    expect(await desk.refused('settings', 'get', 'mail_host')).toMatch(/did you mean SERVICE_MAIL_HOST\?$/)
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(await desk.refused('settings', 'set', `${name}=x`)).toMatch(/^postern: There is no setting /)
    }
  })

  it('ignores what the store holds under such names, and says so (case 10)', async () => {
    const desk = new Desk()
    await desk.done('store', 'init')
    const store = await EmbeddedStore.open(desk.data, { clock: systemClock })
    await store.transact(anActor, 'settings.set', async (tx) => {
      for (const name of ['__proto__', 'constructor', 'SERVICE_OF_TOMORROW']) tx.put('setting', anUnknownSetting(name))
    })
    await store.close()
    const { status, out, err } = await desk.run(['settings', 'list', '--json'])
    expect(status).toBe(0)
    const names = JSON.parse(out).items.map((item: { name: string }) => item.name)
    expect(names).not.toContain('constructor')
    expect(names).toContain('SERVICE_MAIL_HOST')
    expect(err.trimEnd().split('\n')).toHaveLength(3)
    expect(err).toMatch(/does not know, and ignores: SERVICE_OF_TOMORROW\.$/m)
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it('changes all or none', async () => {
    const desk = new Desk()
    expect(await desk.refused('settings', 'set', 'SERVICE_MAIL_PORT=25', 'SERVICE_MAIL_AUTH=maybe')).toMatch(
      /SERVICE_MAIL_AUTH/,
    )
    expect(await desk.refused('settings', 'set', 'SERVICE_MAIL_PORT=25', 'SERVICE_MAIL_TLS=false')).toMatch(
      /would send the password in clear.*Nothing was changed\.$/,
    )
    expect(await desk.refused('settings', 'set', 'SERVICE_MAIL_PORT=25', 'SERVICE_MAIL_PORT=26')).toMatch(/given twice/)
    expect(await desk.refused('settings', 'set', 'SERVICE_MAIL_PORT')).toMatch(/needs a value: SERVICE_MAIL_PORT=VALUE/)
    expect(await value(desk, 'SERVICE_MAIL_PORT')).toBe('587')
    expect(await desk.items('settings', 'set', 'SERVICE_MAIL_PORT=25', 'SERVICE_MAIL_ENABLE=true')).toMatchObject([
      { name: 'SERVICE_MAIL_PORT', value: 25, default: 587, secret: false, set: true },
      { name: 'SERVICE_MAIL_ENABLE', value: true },
    ])
  })

  it('says what is missing before people may ask for links, once the portal is on (case 7)', async () => {
    const desk = new Desk()
    const complaints = async () => (await desk.run(['settings', 'list'])).err
    expect(await complaints()).toBe('')
    expect(await desk.refused('settings', 'set', 'SERVICE_FORGOT_PASSWORD_ENABLE=true')).toMatch(
      /SERVICE_FORGOT_PASSWORD_ENABLE cannot be turned on yet\. SERVICE_PORTAL_ENABLE is false.*SERVICE_PORTAL_URL is not set.*No test mail has succeeded yet.*Nothing was changed\.$/,
    )
    expect(await desk.refused('settings', 'set', 'SERVICE_PORTAL_URL=http://portal.example.org')).toBe(
      'postern: SERVICE_PORTAL_URL must begin with https://: over http anybody on the way could read the link.',
    )
    await desk.done('settings', 'set', 'SERVICE_PORTAL_ENABLE=true', 'SERVICE_PORTAL_URL=https://portal.example.org/')
    expect(await value(desk, 'SERVICE_PORTAL_URL')).toBe('https://portal.example.org')
    expect(await complaints()).toBe(
      '! SERVICE_FORGOT_PASSWORD_ENABLE cannot be turned on yet: No test mail has succeeded yet: send one with "postern mail test ADDRESS".\n',
    )
  })
})
