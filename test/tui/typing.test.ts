import { setTimeout as pass } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { anActor, aTask } from '../support/builders.ts'
import { aConsole, type Console, type ConsoleOptions } from './support/console.ts'

/** The page of tasks on the real console; the tasks are read. */
async function tasks(options: ConsoleOptions = {}): Promise<Console> {
  const console = await aConsole({ users: 20, tasks: 200, args: ['--page', 'tasks'], ...options })
  await console.sees('1 of 200')
  return console.sees('No daemon is running')
}

/** What is typed into, without its sign and the block that stands for the cursor. */
const prompt = (console: Console): string =>
  console
    .screen()
    .find((line) => line.startsWith(' /'))
    ?.slice(2) ?? ''

describe('keys', () => {
  it('five in one write move five rows', async () => {
    const console = await tasks()
    await console.type('jjjjj').sees('6 of 200')
    await console.type('kkj\x1b[B\x1b[A').sees('5 of 200')
  })

  it('typed before there is anything to see are not lost', async () => {
    const console = await aConsole({ users: 20, tasks: 200, args: ['--page', 'tasks'] })
    await console.type('jj').type('\x1b[B').sees('4 of 200')
  })

  it('typed while a page is read are done on it', async () => {
    const console = await aConsole({ users: 20, tasks: 200, args: ['--page', 'overview'] })
    await console.type(':scheduled\rjjj').sees('4 of 200')
  })

  it('that act are done on the page that they were typed for, the console not even there yet', async () => {
    const console = await aConsole({ users: 20, tasks: 200, args: ['--page', 'audit'] })
    await console.type('2jjr').sees(/Reset the password of person\d+\?/)
    await console
      .press('escape')
      .type('3/status:failed\rF')
      .sees(/Redo \d+ letters\?/)
  })

  it('do not answer a question that nobody has seen', async () => {
    const console = await aConsole({ users: 20, args: ['--page', 'users'] })
    await console.sees('1 of 20')
    await console.type('ry').sees('Typed too early to answer this')
    expect(console.screen().join('\n')).toMatch(/Reset the password of person\d+\?/)
    await console.press('y').sees('u undoes it')
  })

  it('Escape and, 40 ms later, the rest of an arrow are an arrow', async () => {
    const console = await tasks()
    let isArrow = false
    // On a busy machine the rest may be read later than it was sent: that is no arrow any more, and tells nothing.
    for (let turn = 0; !isArrow && turn < 20; turn++) {
      console.type('\x1b')
      await pass(40)
      // The palette shows that what came before it has been dealt with.
      await console.type('[B').type(':x').sees(/^ :x/m)
      isArrow = console.screen().join().includes(' 2 of 200')
      await console.press('escape').sees((screen) => !screen.some((line) => line.startsWith(' :x')))
    }
    expect(isArrow).toBe(true)
  })
})

describe('a paste', () => {
  it('of several lines into a list does nothing', async () => {
    const console = await tasks()
    await console.paste('jjj\nq\nr\n:quit\n').type('j').sees('2 of 200')
    await console.type('j').sees('3 of 200')
    expect(console.screen().join('\n')).not.toMatch(/Redo|Cancel/)
  })

  it('of several lines into a field is one value', async () => {
    const console = await tasks()
    await console.type('/').sees(/^ \//m)
    await console.paste('person0001\nq\r\nj\n').sees(/^ \/person0001 q j/m)
    await console.press('escape').sees('1 of 200')
  })
})

describe('text of other scripts', () => {
  it('is edited by what a person takes for one character', async () => {
    const console = await tasks()
    await console
      .type('/')
      .type('王小明e\u0301x')
      .sees(/^ \/王小明e\u0301x/m)
    await console.press('backspace', 'backspace').sees((_) => prompt(console).trimEnd() === '王小明')
    await console.press('left', 'backspace').sees((_) => prompt(console).trimEnd() === '王明')
    await console.type('e\u0301').sees((_) => prompt(console).trimEnd() === '王e\u0301明')
    await console.press('home', 'delete').sees((_) => prompt(console).trimEnd() === 'e\u0301明')
    await console.press('end', 'backspace', 'backspace').sees((_) => prompt(console).trimEnd() === '')
    await console.type('👩‍👩‍👧🇹🇼').press('backspace').sees(/👧/)
    await console.press('backspace').sees((_) => prompt(console).trimEnd() === '')
  })

  it('leaves the columns where they are', async () => {
    const addresses = ['ann@example.org', '王小明@例え.example', 'e\u0301ve\u0301@example.org', 'ｗｉｄｅ@example.org']
    const console = await aConsole({
      columns: 100,
      args: ['--page', 'tasks'],
      furnish: (store) =>
        store.transact(anActor, 'users.import', async (tx) => {
          for (const to of addresses) tx.put('task', aTask({ user: null, to, dueAt: Date.now() + 3_600_000 }))
        }),
    })
    await console.sees('1 of 4')
    await console.sees((screen) => addresses.every((address) => screen.join('\n').includes(address)))
    /** In which cell the number of tries stands, in each row. */
    const places = console.screen().flatMap((line, y) => {
      if (!addresses.some((address) => line.includes(address))) return []
      return [Array.from({ length: 100 }, (_, x) => x).findLast((x) => console.cell(x, y).text === '0')]
    })
    expect(places).toHaveLength(addresses.length)
    expect(new Set(places).size).toBe(1)
  })
})
