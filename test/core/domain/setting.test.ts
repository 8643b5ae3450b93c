import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DEFAULTS,
  definitionOf,
  isSecretSetting,
  isSettingName,
  parseSetting,
  SETTING_NAMES,
  type SettingName,
  type StoredSetting,
  settingsInForce,
} from '../../../src/core/domain/setting.ts'

const value = (name: SettingName, text: string) => {
  const parsed = parseSetting(name, text)
  if (!parsed.ok) throw new Error(parsed.why)
  return parsed.value
}
const refusal = (name: SettingName, text: string) => {
  const parsed = parseSetting(name, text)
  return parsed.ok ? `accepted as ${JSON.stringify(parsed.value)}` : parsed.why
}

const integers = SETTING_NAMES.flatMap((name) => {
  const definition = definitionOf(name)
  return definition.type === 'integer' ? [{ name, ...definition }] : []
})

describe('the catalogue', () => {
  it('has a default for each setting, which the setting itself would take', () => {
    for (const name of SETTING_NAMES) {
      const definition = definitionOf(name)
      expect(DEFAULTS[name]).toBe(definition.default)
      expect(parseSetting(name, String(definition.default)), name).toEqual({ ok: true, value: definition.default })
    }
  })

  it('says in a line what each is for', () => {
    for (const name of SETTING_NAMES) expect(definitionOf(name).help, name).toMatch(/^\S.{10,110}\.$/)
  })

  it('knows what one signs in with, and nothing else, as secrets', () => {
    expect(SETTING_NAMES.filter(isSecretSetting)).toEqual([
      'SERVICE_MAIL_PASSWORD',
      'SERVICE_MAIL_OAUTH2_CLIENT_SECRET',
      'SERVICE_MAIL_OAUTH2_REFRESH_TOKEN',
    ])
  })

  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'service_mail_port', 'SERVICE_MAIL_PORT ', ''])(
    'case 10: knows no setting %j',
    (name) => {
      expect(isSettingName(name)).toBe(false)
    },
  )

  it('case 10: keeps the world clean of rows that no catalogue knows', () => {
    const rows = JSON.parse(
      '[{"name":"__proto__","value":{"polluted":true}},{"name":"constructor","value":1},{"name":"SERVICE_MAIL_PORT","value":25}]',
    ) as StoredSetting[]
    const settings = settingsInForce(rows)
    expect(settings.SERVICE_MAIL_PORT).toBe(25)
    expect(settings).not.toHaveProperty('polluted')
    expect({}).not.toHaveProperty('polluted')
    expect(settings.SERVICE_MAIL_HOST).toBe('smtp.gmail.com')
  })
})

describe('cases 1 and 8: a whole number', () => {
  it('was asked of every integer in the catalogue', () => {
    expect(integers.map(({ name }) => name)).toEqual([
      'SERVICE_MAIL_PORT',
      'SERVICE_MAIL_CONNECTIONS',
      'SERVICE_MAIL_RATE_PER_MINUTE',
      'SERVICE_MAIL_DAILY_LIMIT',
      'SERVICE_MAIL_RETRY_HOURS',
      'SERVICE_MAIL_LOG_DAYS',
      'SERVICE_RESET_DELAY_MINUTES',
      'SERVICE_RESET_PASSWORD_HOURS',
      'SERVICE_RESET_LINK_MINUTES',
      'SERVICE_PASSWORD_MIN_LENGTH',
    ])
  })

  describe.each(integers)('$name', ({ name, min, max }) => {
    it('takes its range and nothing beside it', () => {
      expect(value(name, String(min))).toBe(min)
      expect(value(name, String(max))).toBe(max)
      expect(refusal(name, String(min - 1))).toContain(name)
      expect(refusal(name, String(max + 1))).toBe(
        `${name} must be a whole number from ${min} to ${max}, not "${max + 1}".`,
      )
    })

    it.each([
      '',
      ' ',
      'NaN',
      'Infinity',
      '-5',
      '-0',
      '1e9',
      '1e1',
      '0x1F',
      '1.0',
      '587abc',
      '70000000000000000000',
      '１２',
      '٢٠',
      ' 20',
      '20 ',
      '2_0',
      'null',
      '[20]',
    ])('refuses %j in a sentence that names it', (text) => {
      expect(refusal(name, text)).toBe(`${name} must be a whole number from ${min} to ${max}, not "${text}".`)
    })

    it('takes just what is written in digits and within its range', () => {
      fc.assert(
        fc.property(
          fc.oneof(fc.integer().map(String), fc.string({ unit: 'binary' }), fc.integer({ min, max }).map(String)),
          (text) => {
            const fits = /^[0-9]+$/.test(text) && Number(text) >= min && Number(text) <= max
            expect(parseSetting(name, text).ok).toBe(fits)
          },
        ),
      )
    })
  })

  it.each([
    ['SERVICE_MAIL_PORT', '70000'],
    ['SERVICE_MAIL_PORT', '0'],
    ['SERVICE_RESET_PASSWORD_HOURS', '0'],
    ['SERVICE_RESET_PASSWORD_HOURS', '25'],
    ['SERVICE_MAIL_CONNECTIONS', '51'],
    ['SERVICE_PASSWORD_MIN_LENGTH', '7'],
  ] as const)('%s refuses %s', (name, text) => {
    expect(parseSetting(name, text).ok).toBe(false)
  })

  it('case 8: a temporary password may live 24 hours and no longer', () => {
    expect(value('SERVICE_RESET_PASSWORD_HOURS', '24')).toBe(24)
  })
})

describe('a switch and a choice', () => {
  it.each(['', 'TRUE', 'yes', '1', 'on', ' true', 'truefalse'])('SERVICE_MAIL_ENABLE refuses %j', (text) => {
    expect(refusal('SERVICE_MAIL_ENABLE', text)).toBe(`SERVICE_MAIL_ENABLE must be true or false, not "${text}".`)
  })

  it('take their words', () => {
    expect([value('SERVICE_MAIL_ENABLE', 'true'), value('SERVICE_MAIL_ENABLE', 'false')]).toEqual([true, false])
    expect([value('SERVICE_MAIL_PROTOCOL', 'smtp'), value('SERVICE_MAIL_PROTOCOL', 'smtps')]).toEqual(['smtp', 'smtps'])
  })

  it.each(['', 'SMTP', 'smtpss', 'imap', 'toString'])('SERVICE_MAIL_PROTOCOL refuses %j', (text) => {
    expect(refusal('SERVICE_MAIL_PROTOCOL', text)).toBe(`SERVICE_MAIL_PROTOCOL must be smtp or smtps, not "${text}".`)
  })
})

describe('case 2: a mail host', () => {
  it.each([
    [
      'a line break',
      'smtp.example.org\r\nRCPT TO:<x>',
      'SERVICE_MAIL_HOST must not contain line breaks or other control characters.',
    ],
    ['a space', 'smtp example.org', null],
    ['a web address', 'smtp://x', null],
    ['a port', 'smtp.example.org:587', null],
    ['a user', 'me@smtp.example.org', null],
    ['a path', 'smtp.example.org/', null],
    ['two dots', 'smtp..example.org', null],
    ['two dots behind', 'smtp.example.org..', null],
    ['a dot alone', '.', null],
    ['a hyphen in front', '-smtp.example.org', null],
    ['a letter beyond ASCII', 'smtp.bücher.example', null],
    ['brackets', '[::1]', null],
    ['an IPv6 address that closes its bracket itself', '::1]/x[', null],
    ['an IPv6 address with a user behind it', '::1]@[', null],
    ['a zone', 'fe80::1%eth0', null],
    ['no IPv6 address', '1:2', null],
  ])('with %s is refused', (_what, text, why) => {
    expect(refusal('SERVICE_MAIL_HOST', text)).toBe(
      why ?? `SERVICE_MAIL_HOST must be a host name or an IP address alone, not "${text}".`,
    )
  })

  it.each(['smtp.example.org', 'localhost', 'mail-1', '192.0.2.1', '::1', '2001:db8::25', '::ffff:192.0.2.1', '1.2.3'])(
    'may be %s',
    (text) => {
      expect(value('SERVICE_MAIL_HOST', text)).toBe(text)
    },
  )

  it('loses a trailing dot', () => {
    expect(value('SERVICE_MAIL_HOST', 'smtp.example.org.')).toBe('smtp.example.org')
  })

  it('is never empty, which would be this machine; the EHLO name may be', () => {
    expect(refusal('SERVICE_MAIL_HOST', '')).toBe('SERVICE_MAIL_HOST must not be empty.')
    expect(value('SERVICE_MAIL_CLIENT_NAME', '')).toBe('')
  })

  it('accepted is something to connect to and nothing besides', () => {
    const nasty = fc.string({ unit: fc.constantFrom(...'a1.:-[]/@?#%\\ f'), maxLength: 12 })
    fc.assert(
      fc.property(nasty, (text) => {
        const parsed = parseSetting('SERVICE_MAIL_HOST', text)
        if (parsed.ok) expect(parsed.value).toMatch(/^[a-z0-9.-]+$|^[0-9a-f:.]+$/)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('a text', () => {
  it.each(['"quoted"', "a#b=c 'd' e", 'ünïcode 密碼 😀', ' spaces around ', 'x'.repeat(512), '\\"$HOME`%s'])(
    'case 4: the password %j is taken as it is',
    (text) => {
      expect(value('SERVICE_MAIL_PASSWORD', text)).toBe(text)
    },
  )

  it('case 4: no refusal of a password repeats it', () => {
    for (const text of [`secret${'x'.repeat(1024)}`, 'secret\n', 'secret\ud800'])
      expect(refusal('SERVICE_MAIL_PASSWORD', text)).not.toMatch(/secret/)
  })

  it.each([
    'Name\r\nBcc: x <a@b>',
    'Name\nX: y',
    'Name\u0000',
    'Name\u001b[2J',
    'Name\u0085X',
    'Name\u2028X',
    'Name\ud800',
  ])('case 6: the sender name %j is refused', (text) => {
    expect(refusal('SERVICE_MAIL_FROM_NAME', text)).toBe(
      'SERVICE_MAIL_FROM_NAME must not contain line breaks or other control characters.',
    )
  })

  it('of any setting holds no control character', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SETTING_NAMES),
        fc.constantFrom('\r', '\n', '\0', '\u001b', '\u009b'),
        (name, control) => {
          const parsed = parseSetting(name, `${DEFAULTS[name]}${control}`)
          expect(parsed).toMatchObject({ ok: false, why: expect.stringContaining(name) })
        },
      ),
    )
  })

  it('may be as long as its row says', () => {
    expect(value('SERVICE_MAIL_FROM_NAME', 'x'.repeat(128))).toHaveLength(128)
    expect(refusal('SERVICE_MAIL_FROM_NAME', 'x'.repeat(129))).toBe('SERVICE_MAIL_FROM_NAME is over 128 characters.')
  })
})

describe('an address, a web address, a path', () => {
  it.each(['b@example.com, c@example.com', 'Bob <b@example.com>', '"x"@example.com', 'b@localhost', 'b'])(
    'SERVICE_MAIL_FROM_ADDRESS refuses %j',
    (text) => {
      expect(refusal('SERVICE_MAIL_FROM_ADDRESS', text)).toMatch(
        /^SERVICE_MAIL_FROM_ADDRESS is not an e-mail address: .+\.$/,
      )
    },
  )

  it.each([
    'ftp://example.org/',
    'javascript:alert(1)',
    'example.org/login',
    '//example.org/login',
    'https:example.org',
    'https:\\\\example.org',
    'https://',
    'https://user@example.org/',
    'https://user:secret@example.org/',
    'https://:secret@example.org/',
    'https://example.org/log in',
    ' https://example.org/',
    'https://exa mple.org/',
  ])('SERVICE_SIGN_IN_URL refuses %j', (text) => {
    expect(refusal('SERVICE_SIGN_IN_URL', text)).toBe(
      `SERVICE_SIGN_IN_URL must be a web address like https://example.org/login, not "${text}".`,
    )
  })

  it.each([
    'https://example.org/login?next=%2F#top',
    'http://intranet/login',
    'HTTPS://example.org',
    'https://[::1]:8443/',
    '',
  ])('SERVICE_SIGN_IN_URL takes %j', (text) => {
    expect(value('SERVICE_SIGN_IN_URL', text)).toBe(text)
  })

  it('SERVICE_MAIL_CA_FILE is an absolute path', () => {
    expect(value('SERVICE_MAIL_CA_FILE', '/etc/ssl/own ca.pem')).toBe('/etc/ssl/own ca.pem')
    expect(refusal('SERVICE_MAIL_CA_FILE', '../ca.pem')).toBe(
      'SERVICE_MAIL_CA_FILE must be an absolute path, not "../ca.pem".',
    )
  })
})
