import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openSetting, sealPublicKey, sealSetting } from '../../../src/core/secrets/seal.ts'
import { masterKeys } from './a-master-key.ts'

const NAME = 'SERVICE_MAIL_PASSWORD'
const keys = masterKeys(1)
const publicKey = await sealPublicKey(keys)
const seal = (plaintext: string) => sealSetting(publicKey, NAME, plaintext)

/** Why it cannot be opened. */
async function why(sealed: string, name = NAME, with_ = keys): Promise<string> {
  const opened = await openSetting(with_, name, sealed)
  return opened.ok ? `opened: ${opened.value}` : opened.why
}

describe('a sealed setting', () => {
  it.each([
    ['nothing', ''],
    ['quotes', `"it's" \`quoted\``],
    ['# and =', '#not=a=comment#'],
    ['spaces', '  abcd efgh ijkl mnop  '],
    ['Unicode', 'pässwörd 密碼 🗝️ e\u0301 \ufeff'],
    ['a byte order mark before it', '\ufeffhunter2'],
    ['512 characters', '#"= é'.repeat(103).slice(0, 512)],
  ])('comes back exactly with %s in it [case 4]', async (_what, plaintext) => {
    expect(await openSetting(keys, NAME, await seal(plaintext))).toEqual({ ok: true, value: plaintext })
  })

  it('comes back exactly whatever it was [case 4]', async () => {
    const plaintext = fc.string({ unit: 'binary', maxLength: 600 })
    await fc.assert(
      fc.asyncProperty(plaintext, async (text) => {
        expect(await openSetting(keys, NAME, await seal(text))).toEqual({ ok: true, value: text })
      }),
      { numRuns: 200 },
    )
  })

  it('shows nothing of the password, not even its length, and is another each time', async () => {
    const sealed = await Promise.all(['', 'a', 'hunter2', 'x'.repeat(252), 'hunter2'].map(seal))
    expect(new Set(sealed.map(({ length }) => length)).size).toBe(1)
    expect(new Set(sealed).size).toBe(sealed.length)
    for (const text of sealed) expect(text).toMatch(/^sealed:v1:1:[A-Za-z0-9_-]+$/)
    expect((await seal('x'.repeat(253))).length).toBeGreaterThan(sealed[0]?.length ?? 0)
  })

  it('of an earlier release still opens', async () => {
    expect(publicKey).toBe('postern-seal-key-1 F720GWBEfTnb5tbNy76XAJmoVJWPHwblK3V+A9AFj2w=\n')
    expect(
      await openSetting(
        keys,
        NAME,
        'sealed:v1:1:sAthPce5eOp0InWxnfN2oRTj52oCE9tMcp8OA5J61W_3YpZtSpxm5oadBQvQYurLKaIuj4JrA-7KWoCOmvW7n9LkHnpKMQKtnEmIcjtWM6i1cGNecZab4ydL4x_ZOyhYIt-J3FZ1S6sj0vSdrvmGw3OyfQ1S-B4q5q-K4fZQSQiyhd8UdF0yPAHk45R3JD8HWCtt1s7X37UFk0K15ePohoYXJRTu7UkPXTM-AkpTFU5Fgi5pK-BWWOR8WM7QeYY0zbbHFCLAyOBLlvJrwE4CUkBLBgnBOQKbS2vBjiQ1yi5eL7MZfTHMWoH6G_rmfGjAx0xKUavDs0l0weUtNwMRroplsggl7LMiHF-wJcDAvsuTHyxYe6yWoci27IAjhr3VLFpVUi5BMFCwelfRbAplqA',
      ),
    ).toEqual({ ok: true, value: 'abcd efgh ijkl mnop' })
  })

  it('still opens after the key was rotated', async () => {
    expect(await openSetting(masterKeys(1, 2), NAME, await seal('hunter2'))).toEqual({ ok: true, value: 'hunter2' })
    const newer = await sealSetting(await sealPublicKey(masterKeys(1, 2)), NAME, 'hunter3')
    expect(newer).toMatch(/^sealed:v1:2:/)
    expect(await openSetting(masterKeys(1, 2), NAME, newer)).toEqual({ ok: true, value: 'hunter3' })
  })
})

describe('what cannot be opened is refused in words that name the setting', () => {
  it('under another setting’s name', async () => {
    expect(await why(await seal('hunter2'), 'SERVICE_MAIL_OAUTH2_CLIENT_SECRET')).toMatch(
      /^SERVICE_MAIL_OAUTH2_CLIENT_SECRET cannot be opened: it was damaged, or sealed .* for another setting; set it again\.$/,
    )
  })

  it('when any one character of it changed or is missing', async () => {
    const sealed = await seal('hunter2')
    const at = fc.integer({ min: 0, max: sealed.length - 1 })
    const character = fc.constantFrom(...'Aa09-_+/=: 2')
    await fc.assert(
      fc.asyncProperty(at, fc.option(character, { nil: '' }), async (index, other) => {
        fc.pre(sealed[index] !== other)
        expect(await why(sealed.slice(0, index) + other + sealed.slice(index + 1))).toContain('cannot be opened')
      }),
      {
        numRuns: 400,
        examples: [
          [sealed.length - 1, ''],
          [sealed.length - 1, 'A'],
          [10, '2'],
        ],
      },
    )
  })

  it('when its last character is spelt in another way for the same bytes', async () => {
    const sealed = await seal('hunter2')
    const bytes = Buffer.from(sealed.slice('sealed:v1:1:'.length), 'base64url')
    const respelt = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
      .map((last) => sealed.slice(0, -1) + last)
      .filter((text) => text !== sealed && Buffer.from(text.slice('sealed:v1:1:'.length), 'base64url').equals(bytes))
    expect(respelt).not.toEqual([])
    for (const text of respelt) expect(await why(text)).toContain('damaged')
  })

  it('when it is cut off anywhere', async () => {
    const sealed = await seal('hunter2')
    for (let length = 0; length < sealed.length; length += 7) {
      expect(await why(sealed.slice(0, length))).toContain(`${NAME} cannot be opened`)
    }
  })

  it('when it was sealed to another store', async () => {
    const other = await sealPublicKey(masterKeys(9))
    const sealed = await sealSetting(other.replace('key-9', 'key-1'), NAME, 'hunter2')
    expect(await why(sealed)).toContain('sealed to another store')
  })

  it('when its key is gone', async () => {
    expect(await why(await seal('hunter2'), NAME, masterKeys(2))).toBe(
      `${NAME} cannot be opened: it was sealed to master key 1, which is missing; restore keys/master-1.key, or set it again.`,
    )
  })

  it.each(['', 'hunter2', 'sealed:v2:1:AAAA', 'sealed:v1:0:AAAA', 'sealed:v1:1:', 'sealed:v1:1:AA\nAA'])(
    'when it is %j',
    async (text) => {
      expect(await why(text)).toBe(`${NAME} cannot be opened: it is not in the sealed form; set it again.`)
    },
  )
})

describe('sealing', () => {
  it.each(['', 'nonsense', 'postern-seal-key-1 AAAA', `${publicKey}${publicKey}`])(
    'refuses the damaged public key %j',
    async (text) => {
      await expect(sealSetting(text, NAME, 'hunter2')).rejects.toThrow('keys/seal.pub is damaged')
    },
  )

  it('refuses half a character, which would come back as another', async () => {
    await expect(seal('\ud800')).rejects.toThrow(`${NAME} is not well-formed Unicode`)
  })
})
