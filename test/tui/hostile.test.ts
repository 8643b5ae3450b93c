import { describe, expect, it } from 'vitest'
import type { MailLogEntry } from '../../src/core/domain/mail-log.ts'
import { endTask } from '../../src/core/domain/task.ts'
import type { Store } from '../../src/core/store/port.ts'
import { inert } from '../../src/core/text/inert.ts'
import { anActor, anEntry, anExecutingTask, aUser } from '../support/builders.ts'
import { aConsole } from './support/console.ts'
import { PAYLOADS, strangeIn } from './support/hostile.ts'

const happeningOf = (reply: string): MailLogEntry['happening'] => ({
  stage: 'rcpt',
  code: 'EENVELOPE',
  originalCode: null,
  replyCode: 550,
  enhancedCode: '5.1.1',
  reply,
})

/** Users, tasks, entries and a change of each, all of whose words are hostile: the store asks no questions. */
async function furnish(store: Store): Promise<void> {
  await store.transact({ ...anActor, name: PAYLOADS[0] ?? '' }, PAYLOADS[2] ?? '', async (tx) => {
    for (const payload of PAYLOADS) {
      const whoever = aUser()
      const user = { ...whoever, username: payload, email: `${payload}@x.example`, name: payload }
      tx.put('user', user)
      const now = Date.now()
      const sent = anExecutingTask({ user, to: user.email, at: now - 60_000 })
      tx.put('task', endTask(sent, 'failed', happeningOf(`550 ${payload}`), now))
      tx.log(
        anEntry({
          at: now,
          task: sent.id,
          user: { id: user.id, username: payload },
          to: user.email,
          subject: payload,
          outcome: 'refused',
          happening: happeningOf(`550 ${payload}`),
          reply: `550 ${payload}`,
          replyCode: 550,
          conversation: `S: 220 ${payload}\nC: EHLO x\nS: 550 ${payload}`,
        }),
      )
    }
  })
}

describe('the look at what was written', () => {
  it.each(PAYLOADS.map((payload) => [inert(payload, 40), payload]))(
    'finds what would get through of %s',
    (_, payload) => {
      expect(strangeIn(`\x1b[1mJust \x1b[7mthis: ${payload} and more\x1b[0m\r\n`)).not.toEqual([])
    },
  )
})

describe('hostile data on the real console', () => {
  it.each([
    ['overview', /Mail/],
    ['users', new RegExp(`1 of ${PAYLOADS.length}`)],
    ['tasks', new RegExp(`1 of ${PAYLOADS.length}`)],
    ['log', /failure/],
    ['audit', /row 1|1 of 1|AUDIT|Audit/],
  ])('changes nothing but its own cells on the page %s', async (page, ready) => {
    for (const [columns, rows] of [
      [80, 24],
      [140, 40],
    ] as const) {
      const console = await aConsole({ columns, rows, furnish, args: ['--page', page] })
      const answers: string[] = []
      console.terminal.onData((answer) => answers.push(answer))
      await console.sees(ready)
      await console.sees('no daemon')
      const [header] = console.screen()
      // Down the list, each one opened and read to its end, and back.
      for (let row = 1; row <= PAYLOADS.length; row++) {
        // On the overview Enter leaves for another page.
        if (page !== 'overview') console.press('enter', 'pagedown', 'pagedown', 'escape')
        console.press('j')
      }
      // The palette shows that all of it has been dealt with.
      await console.type(':sche').sees(/^ :sche/m)
      await console.press('escape').sees((screen) => !/^ :sche/m.test(screen.join('\n')))
      expect(strangeIn(console.written)).toEqual([])
      expect(console.screen()[0]).toBe(header)
      expect(header).toMatch(/^ (postern|\d)/)
      expect(console.modes()).toMatchObject({ alternateScreen: true, cursorShown: false })
      expect(answers).toEqual([])
      console.type('\x03')
      expect(await console.ended).toBe(0)
    }
  })
})
