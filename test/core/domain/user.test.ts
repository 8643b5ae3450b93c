import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  parseUser,
  type UserField,
  type UserFields,
  usernameKey,
  usernameSkeleton,
} from '../../../src/core/domain/user.ts'

const someFields = (given: Partial<UserFields> = {}): UserFields => ({
  username: 'alice',
  email: 'alice@example.org',
  name: 'Alice Liddell',
  locale: 'en',
  ...given,
})

function parsed(given: Partial<UserFields>) {
  const result = parseUser(someFields(given))
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.refusals)}`)
  return result.user
}

/** What is refused of the field, or null. */
function refusal(field: UserField, value: string): string | null {
  const result = parseUser(someFields({ [field]: value }))
  if (result.ok) return null
  expect(result.refusals.map((refused) => refused.field)).toEqual([field])
  return result.refusals[0]?.why ?? null
}

const INVISIBLE = 'must not contain control or invisible characters'
const ALPHABET = 'must begin with a letter or digit and hold only letters, digits and . _ @ + -'

describe('case 19: a username', () => {
  it.each([
    ['an escape sequence', 'a\u001b[31mlice', INVISIBLE],
    ['a C1 control', 'a\u009b31mlice', INVISIBLE],
    ['a right-to-left override', 'alice\u202e', INVISIBLE],
    ['an isolate', '\u2066alice', INVISIBLE],
    ['a zero-width space', 'al\u200bice', INVISIBLE],
    ['a zero-width joiner', 'al\u200dice', INVISIBLE],
    ['a byte order mark', '\ufeffalice', INVISIBLE],
    ['a line feed', 'alice\nFAKE', INVISIBLE],
    ['a NUL', 'alice\0', INVISIBLE],
    ['TAG characters, which hide a message', 'alice\u{e0061}\u{e0064}', INVISIBLE],
    ['a variation selector, which hides a second alice', 'alice\ufe0f', INVISIBLE],
    ['a variation selector of the supplement', 'alice\u{e0100}', INVISIBLE],
    ['a combining grapheme joiner', 'al\u034fice', INVISIBLE],
    ['a Hangul filler', 'alice\u3164', INVISIBLE],
    ['an empty braille pattern', 'alice\u2800', INVISIBLE],
    ['a private character', 'alice\ue000', INVISIBLE],
    ['an unassigned character', 'alice\u0378', INVISIBLE],
    ['half a surrogate pair', 'alice\ud800', INVISIBLE],
    ['the other half', 'alice\udc00', INVISIBLE],
    ['10 000 characters', 'a'.repeat(10_000), 'is over 64 characters'],
    ['65 characters', 'a'.repeat(65), 'is over 64 characters'],
    ['nothing', '', 'is missing'],
    ['"__proto__"', '__proto__', ALPHABET],
    ['a path', '../x', ALPHABET],
    ['a path inside', 'a/../x', ALPHABET],
    ['a flag', '-rf', ALPHABET],
    ['a space', 'alice liddell', ALPHABET],
    ['a space behind', 'alice ', ALPHABET],
    ['a formula', '=cmd|x', ALPHABET],
    ['a quote', 'alice"', ALPHABET],
    ['a mark that stands alone', '\u0301alice', ALPHABET],
    ['an emoji', 'alice😀', ALPHABET],
  ])('is not one with %s', (_what, username, why) => {
    expect(refusal('username', username)).toBe(why)
  })

  it.each([
    'a',
    '7',
    'alice',
    'Alice.Liddell_7+x@example.org-1',
    'a'.repeat(64),
    'юзер',
    'ユーザー',
    '使用者',
    'élodie',
    'constructor',
    '𝒶lice',
  ])('may be %s', (username) => {
    expect(refusal('username', username)).toBeNull()
  })

  it('of code points, not of halves of them, has at most 64', () => {
    expect(refusal('username', '𠮷'.repeat(64))).toBeNull()
    expect(refusal('username', '𠮷'.repeat(65))).toBe('is over 64 characters')
  })

  it('shows nothing that is not seen, whatever was typed', () => {
    let seen = 0
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }), (text) => {
        const result = parseUser(someFields({ username: `a${text}` }))
        if (!result.ok) return
        seen++
        expect(result.user.username).toMatch(/^[\p{L}\p{M}\p{N}._@+-]+$/u)
        expect(result.user.username).not.toMatch(/\p{C}|\p{DI}/u)
      }),
      { numRuns: 3000 },
    )
    expect(seen).toBeGreaterThan(100)
  })
})

describe('case 21: one identity', () => {
  it.each([
    ['composed and decomposed', 'élodie', 'e\u0301lodie'],
    ['upper and lower case', 'ALICE', 'alice'],
    ['upper and lower case beyond ASCII', 'ЮЗЕР', 'юзер'],
    ['full-width', 'ａｌｉｃｅ', 'alice'],
    ['mathematical letters', '𝒶𝓁𝒾𝒸ℯ', 'alice'],
    ['a ligature', 'oﬃce', 'office'],
    ['the Kelvin sign', 'Kelvin', 'kelvin'],
    ['the Ångström sign', 'Åse', 'åse'],
  ])('%s', (_what, one, other) => {
    expect(parsed({ username: one }).usernameKey).toBe(parsed({ username: other }).usernameKey)
  })

  it('is kept as it was typed, composed', () => {
    expect(parsed({ username: 'E\u0301lodie' })).toMatchObject({ username: 'Élodie', usernameKey: 'élodie' })
  })

  it('has one key in every normal form and case, and the key is its own', () => {
    const letters = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(letters, (text) => {
        const key = usernameKey(text)
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) expect(usernameKey(text.normalize(form))).toBe(key)
        expect(usernameKey(key)).toBe(key)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('case 20: a lookalike', () => {
  it.each([
    ['a Cyrillic а', 'аdmin', 'admin'],
    ['a Cyrillic А in upper case', 'АDMIN', 'admin'],
    ['nothing but Cyrillic', 'рауреу', 'paypey'],
    ['a Greek ο', 'rοοt', 'root'],
    ['a Greek Α in upper case', 'ΑDMIN', 'admin'],
    ['a Latin alpha', 'ɑdmin', 'admin'],
    ['a dotless i', 'admın', 'admin'],
    ['an Armenian օ', 'rօօt', 'root'],
  ])('with %s looks like the name it stands for', (_what, username, latin) => {
    expect(usernameSkeleton(username)).toBe(latin)
    // The other direction: who comes later with the Latin name is compared with this skeleton.
    expect(usernameKey(latin)).toBe(latin)
    expect(parsed({ username }).skeleton).toBe(usernameKey(latin))
  })

  it('is known by each letter that stands for another, in the form it is typed in', () => {
    const pairs =
      'аa αa ɑa вb βb сc ϲc ԁd еe εe ҽe ɡg һh нh іi ιi ıi ӏi јj ϳj кk κk мm ηn оo οo օo рp ρp ԛq гr ѕs тt τt υu μu νv ѵv ԝw ωw хx χx уy γy'
    for (const pair of pairs.split(' ')) {
      const [letter, latin] = [...pair]
      expect(usernameSkeleton(`x${letter}z`), pair).toBe(`x${latin}z`)
    }
  })

  it('in two alphabets looks like itself', () => {
    expect(usernameSkeleton('сосο')).toBe(usernameSkeleton('ϲοϲо'))
  })

  it.each(['admin', 'Alice', 'a.b_c@d+e-7'])('%s is ASCII: it looks like itself and has no skeleton', (username) => {
    expect(usernameSkeleton(username)).toBeNull()
  })

  it.each([
    ['élodie', 'elodie'],
    ['日本', '日木'],
  ])('%s is none of %s', (one, other) => {
    expect(usernameSkeleton(one)).not.toBe(usernameSkeleton(other) ?? other)
  })

  it('has a skeleton that is a skeleton', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'admin', ...'аеорсухіјѕԁɡһ', ...'αονρτυχκι', 'é', '日') }),
        (text) => {
          const skeleton = usernameSkeleton(text) ?? text
          expect(usernameSkeleton(skeleton) ?? skeleton).toBe(skeleton)
        },
      ),
    )
  })
})

describe('a user', () => {
  it('is what was typed, with the keys that find it', () => {
    expect(parseUser(someFields({ username: 'Alice', email: 'Alice@Bücher.example', locale: 'ZH-tw' }))).toEqual({
      ok: true,
      user: {
        username: 'Alice',
        usernameKey: 'alice',
        skeleton: null,
        email: 'Alice@Bücher.example',
        addressKey: 'alice@xn--bcher-kva.example',
        name: 'Alice Liddell',
        locale: 'zh-TW',
      },
    })
  })

  it('without a locale reads English', () => {
    expect(parsed({ locale: '' }).locale).toBe('en')
  })

  it('hears of all that is wrong at once, in the order of the fields', () => {
    const result = parseUser({ username: '', email: 'x', name: 'a\nb', locale: 'tlh' })
    expect(result).toEqual({
      ok: false,
      refusals: [
        { field: 'username', why: 'is missing' },
        { field: 'email', why: 'is not usable: an e-mail address needs "@" and a domain' },
        { field: 'name', why: INVISIBLE },
        { field: 'locale', why: 'must be en or zh-TW' },
      ],
    })
  })

  it.each([
    ['an escape sequence', '\u001b]52;c;x\u0007', INVISIBLE],
    ['a line break, for a header', 'Alice\r\nBcc: x', INVISIBLE],
    ['a right-to-left override', 'Alice\u202e', INVISIBLE],
    ['half a surrogate pair', '\udc00', INVISIBLE],
    ['129 characters', 'a'.repeat(129), 'is over 128 characters'],
  ])('has no name with %s', (_what, name, why) => {
    expect(refusal('name', name)).toBe(why)
  })

  it.each(['', 'Alice "Al" <Liddell>', '=1+1', "O'Brien, Conan", '葛\u{e0100}城', 'x'.repeat(128)])(
    'may be called %j',
    (name) => {
      expect(refusal('name', name)).toBeNull()
    },
  )
})
