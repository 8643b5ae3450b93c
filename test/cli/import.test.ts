import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { aDirectory, aFile, Desk, postern, startPostern } from './desk.ts'

const HEADER = 'username,email,name,locale'
const csv = (...lines: readonly string[]) => aFile('users.csv', [HEADER, ...lines, ''].join('\n'))
const refusedFile = (desk: Desk, content: string | Uint8Array) =>
  desk.refused('users', 'import', aFile('users.csv', content))
const usernames = async (desk: Desk) => (await desk.items('users', 'list')).map(({ username }) => username)

describe('postern users import', () => {
  it('takes a byte order mark, CRLF and LF, quoted line breaks and doubled quotes (case 25)', async () => {
    const desk = new Desk()
    const content = `\ufeff${HEADER}\r\nann,ann@example.org,"Arbor, Ann ""A""",en\n\r\nbob,bob@example.org,,\r\ncy,cy@example.org,"two\r\nlines",en\nd,d@example.org,,xx`
    const { status, err } = await desk.run(['users', 'import', aFile('users.csv', content)])
    expect(status).toBe(2)
    expect(err.split('\n').slice(0, 2)).toEqual([
      'line 5: name must not contain control or invisible characters',
      'line 7: locale must be en or zh-TW',
    ])
    const good = content.slice(0, content.indexOf('cy,'))
    expect(await desk.done('users', 'import', aFile('users.csv', good))).toMatch(/: 2 users imported\.\n$/)
    expect(await desk.json('users', 'show', 'ann')).toMatchObject({ name: 'Arbor, Ann "A"' })
    expect(await desk.json('users', 'show', 'bob')).toMatchObject({ name: '', locale: 'en' })
  })

  it('takes the columns in any order, and refuses any other header', async () => {
    const desk = new Desk()
    const file = aFile('users.csv', 'locale,name,email,username\nen,Ann,ann@example.org,ann\n')
    await desk.done('users', 'import', file)
    expect(await usernames(desk)).toEqual(['ann'])
    for (const header of ['', 'username,email,name', `${HEADER},id`, 'Username,email,name,locale', 'a;b;c;d']) {
      expect(await refusedFile(desk, `${header}\nx,x@example.org,,\n`)).toMatch(
        /, line [12]: the header must be username,email,name,locale, not "/,
      )
    }
    expect(await refusedFile(desk, '')).toMatch(/, line 1: it is empty; the header must be/)
    expect(await refusedFile(desk, 'username,username,name,locale\n')).toMatch(/, line 1: the header must be/)
  })

  it('refuses Latin-1, UTF-16 and NUL bytes whole, with the line (case 26)', async () => {
    const desk = new Desk()
    const text = `${HEADER}\nann,ann@example.org,,\nbjörn,b@example.org,,\n`
    expect(await refusedFile(desk, Buffer.from(text, 'latin1'))).toMatch(/, line 3: it is not UTF-8: save the file as/)
    expect(await refusedFile(desk, Buffer.from(`\ufeff${text}`, 'utf16le'))).toMatch(/, line 1: it is UTF-16: save/)
    expect(await refusedFile(desk, Buffer.from(text, 'utf16le'))).toMatch(/, line 1: it holds a NUL byte/)
    expect(await refusedFile(desk, `${text}x\0,,,\n`)).toMatch(/, line 4: it holds a NUL byte/)
    expect(await desk.items('users', 'list')).toEqual([])
  })

  it('says what is wrong by line, and changes nothing unless all of it is right (case 27)', async () => {
    const desk = new Desk()
    await desk.addUsers('ann')
    const file = csv(
      'bob,bob@example.org,,',
      'too,few',
      'Bob,other@example.org,,',
      'cy,BOB@Example.org,,',
      'ANN,ann@example.org,,',
      'dee,dee,,en',
      'much,m@example.org,,en,,',
    )
    const lines = [
      'line 3: it has 2 fields instead of 4',
      'line 4: username is the same as on line 2',
      'line 5: email is the same as on line 2',
      'line 6: username is taken by ann',
      'line 6: email is taken by ann',
      'line 7: email is not usable: an e-mail address needs "@" and a domain',
      'line 8: it has 6 fields instead of 4',
      `postern: ${file}: nothing was imported: 7 problems.`,
    ]
    for (const flags of [[], ['--dry-run']]) {
      const { status, out, err } = await desk.run(['users', 'import', file, ...flags])
      expect({ status, out, err: err.trimEnd().split('\n') }).toEqual({ status: 2, out: '', err: lines })
    }
    const { status, out, err } = await desk.run(['users', 'import', file, '--json'])
    expect({ status, err }).toEqual({ status: 2, err: `${lines.at(-1)}\n` })
    expect(JSON.parse(out)).toMatchObject({
      users: 0,
      more: 0,
      problems: [{ line: 3, field: null }, { line: 4 }, {}, {}, {}, {}, {}],
    })
    expect(await usernames(desk)).toEqual(['ann'])
  })

  it('changes nothing in a dry run of what is right', async () => {
    const desk = new Desk()
    const file = csv('ann,ann@example.org,,', 'bob,bob@example.org,,')
    expect(await desk.done('users', 'import', file, '--dry-run')).toMatch(/: 2 users could be imported\.\n$/)
    expect(await desk.items('users', 'list')).toEqual([])
    expect(await desk.json('users', 'import', file)).toEqual({ users: 2, dryRun: false, problems: [], more: 0 })
  })

  it('tells the first fifty problems and how many more there are', async () => {
    const { err } = await new Desk().run(['users', 'import', csv(...Array.from({ length: 60 }, () => 'x'))])
    const lines = err.trimEnd().split('\n')
    expect(lines).toHaveLength(52)
    expect(lines.slice(-2)).toEqual(['and 10 more', expect.stringMatching(/: nothing was imported: 60 problems\.$/)])
  })

  it('refuses an endless line, a quote that never ends and too many rows, and reads no further (case 28)', async () => {
    const desk = new Desk()
    expect(await desk.refused('users', 'import', '/dev/zero')).toBe(
      'postern: /dev/zero, line 1: it is over 64 KB long, which no user needs.',
    )
    const quote = `${HEADER}\nann,ann@example.org,"`
    expect(await refusedFile(desk, `${quote}Ann,\nbob\n`)).toMatch(
      /, line 2: a quote is opened here and never closed\.$/,
    )
    expect(await refusedFile(desk, `${quote}${'a\n'.repeat(70_000)}`)).toMatch(/, line 2: it is over 64 KB long/)
    expect(await refusedFile(desk, `${HEADER}\nann,a"b,,\n`)).toMatch(/, line 2: a quote stands within a field/)
    expect(await refusedFile(desk, `${HEADER}\nann,"a"b,,\n`)).toMatch(
      /, line 2: something stands behind a closing quote/,
    )
    expect(await refusedFile(desk, `${HEADER}\n${'a,b,c,d\n'.repeat(100_001)}`)).toMatch(
      /, line 100002: it has more than 100,000 users: divide it\.$/,
    )
    expect(await refusedFile(desk, '\n'.repeat(1_000_001))).toMatch(/, line 1000001: it has more than 1,000,000 lines/)
  })

  it('says so when there is no such file, or it is a directory', async () => {
    const desk = new Desk()
    expect(await desk.refused('users', 'import', 'nowhere.csv')).toBe('postern: There is no file "nowhere.csv".')
    expect(await desk.refused('users', 'import', aDirectory())).toMatch(/cannot be read \(EISDIR\)\.$/)
  })
})

describe('postern users export', () => {
  it("keeps what begins like a formula as it is, and puts a ' before it on the way out (case 29)", async () => {
    const desk = new Desk()
    const names = ["=cmd|' /C calc'!A0", '+1', '-1', '@x', "'quoted'", 'Ann, "A"']
    await desk.done(
      'users',
      'import',
      csv(...names.map((name, n) => `u${n},=u${n}@example.org,"${name.replaceAll('"', '""')}",en`)),
    )
    expect((await desk.items('users', 'list')).map(({ name }) => name)).toEqual(names)
    expect(await desk.done('users', 'export')).toBe(
      [
        HEADER,
        "u0,'=u0@example.org,'=cmd|' /C calc'!A0,en",
        "u1,'=u1@example.org,'+1,en",
        "u2,'=u2@example.org,'-1,en",
        "u3,'=u3@example.org,'@x,en",
        "u4,'=u4@example.org,'quoted',en",
        'u5,\'=u5@example.org,"Ann, ""A""",en',
        '',
      ].join('\n'),
    )
    expect(await desk.items('users', 'export')).toHaveLength(names.length)
  })

  it('gives a file that can be imported', async () => {
    const desk = new Desk()
    await desk.done('users', 'import', csv('ann,ann@example.org,Ann,en', '小明,ming@example.org,王小明,zh-TW'))
    const other = new Desk()
    await other.done('users', 'import', aFile('users.csv', await desk.done('users', 'export')))
    expect(await other.done('users', 'export')).toBe(await desk.done('users', 'export'))
  })
})

describe('the real program', () => {
  it('imports all or nothing, whenever it is killed (case 30)', async () => {
    const rows = 20_000
    const file = csv(...Array.from({ length: rows }, (_, n) => `u${n},u${n}@example.org,,`))
    const data = `${aDirectory()}/data`
    postern(data, ['store', 'init'])
    const counts = new Set<number>()
    for (const delay of [150, 300, 450, 600]) {
      const child = startPostern(data, ['users', 'import', file])
      const killing = setTimeout(() => child.kill('SIGKILL'), delay)
      await new Promise((resolve) => child.once('exit', resolve))
      clearTimeout(killing)
      counts.add(postern(data, ['users', 'export']).out.trimEnd().split('\n').length - 1)
    }
    expect([0, rows]).toEqual(expect.arrayContaining([...counts]))
  })

  it('writes an export that is larger than a pipe', () => {
    const data = `${aDirectory()}/data`
    const file = csv(...Array.from({ length: 5000 }, (_, n) => `u${String(n).padStart(4, '0')},u${n}@example.org,,en`))
    expect(postern(data, ['users', 'import', file]).status).toBe(0)
    const { status, out } = postern(data, ['users', 'export'])
    expect(status).toBe(0)
    expect(out.length).toBe(readFileSync(file).length)
  })
})
