import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aReport, PostOffice } from '../core/usecases/post-office.ts'
import { Desk } from './desk.ts'

let office: PostOffice
let desk: Desk
beforeEach(async () => {
  office = await PostOffice.open()
  desk = new Desk(office.house.data)
})
afterEach(() => office[Symbol.asyncDispose]())

/** Tasks that ended so, one a user. */
async function letters(...outcomes: readonly ('delivered' | 'refused' | 'misconfigured')[]) {
  const made = []
  for (const outcome of outcomes) {
    await office.reset(await office.addUser())
    made.push(await office.send(outcome))
    if (outcome === 'misconfigured') await office.set({ SERVICE_MAIL_PORT: 2525 })
  }
  return made
}

describe('postern tasks', () => {
  it('lists the newest first, by page, status in either spelling, and user', async () => {
    const [first, second, third] = await letters('delivered', 'refused', 'delivered')
    const ids = async (...flags: readonly string[]) => (await desk.items('tasks', 'list', ...flags)).map(({ id }) => id)
    expect((await ids()).toSorted()).toEqual([first?.id, second?.id, third?.id].toSorted())
    expect(await ids('--status', 'failed')).toEqual([second?.id])
    expect((await ids('--status', 'Carry Out')).toSorted()).toEqual((await ids('--status', 'carried-out')).toSorted())
    expect(await ids('--user', String(third?.user?.username))).toEqual([third?.id])
    const page = await desk.json('tasks', 'list', '--limit', '2')
    expect(await ids('--after', String(page.next))).toHaveLength(1)
  })

  it('lists the tasks of a user who was deleted by the id', async () => {
    const [task] = await letters('delivered')
    if (task?.user == null) throw new Error('it has a user')
    await office.delete(task.user.id)
    expect(await desk.items('tasks', 'list', '--user', task.user.id)).toMatchObject([{ id: task.id }])
    expect(await desk.refused('tasks', 'list', '--user', task.user.username)).toMatch(/--user: there is no user/)
  })

  it('refuses words, limits and cursors that are none', async () => {
    expect(await desk.refused('tasks', 'list', '--status', 'done')).toBe(
      'postern: --status must be one of wait, executing, carried-out, failed, cancelled, not "done".',
    )
    for (const limit of ['0', 'abc', '1001', '-1', '1.5']) {
      expect(await desk.refused('tasks', 'list', '--limit', limit)).toMatch(
        /^postern: --limit must be a whole number from 1 to 1000/,
      )
    }
    expect(await desk.refused('tasks', 'list', '--after', 'no cursor')).toMatch(
      /^postern: --after: .* is not a cursor of this list/,
    )
    expect(await desk.refused('tasks', 'list', '--status', '\u001b[2J\u202e')).toMatch(/not "\^\[\[2J<U\+202E>"/)
  })

  it('shows a task with its attempts and why it failed', async () => {
    const [task] = await letters('refused')
    expect(await desk.json('tasks', 'show', String(task?.id))).toEqual({
      id: task?.id,
      kind: 'reset-password',
      user: task?.user,
      to: task?.to,
      status: 'failed',
      round: 1,
      scheduledAt: expect.any(String),
      held: null,
      attempts: [
        {
          id: expect.any(String),
          at: expect.any(String),
          outcome: 'refused',
          code: '450',
          reply: '450 refused',
          durationMs: 40,
        },
      ],
      cause: { kind: 'put-off', title: expect.any(String), advice: expect.any(String), settings: [] },
      createdBy: 'olga (console, 192.0.2.7)',
      createdAt: expect.any(String),
    })
    const shown = await desk.done('tasks', 'show', String(task?.id))
    expect(shown).toMatch(/^Why it failed\n {2}Put off by the server/m)
    expect(shown).toMatch(/^Attempts, the newest first\n.*round 1 {2}refused .* 450 refused$/m)
  })

  it('takes the beginning of an id as long as no other begins so', async () => {
    const [task] = await letters('delivered', 'delivered')
    const id = String(task?.id)
    expect(await desk.refused('tasks', 'show', id.slice(0, 4))).toMatch(
      /^postern: More than one task's id begins with "0000"/,
    )
    expect(await desk.json('tasks', 'show', id.toUpperCase())).toMatchObject({ id })
    expect(await desk.refused('tasks', 'show', 'zzzz')).toBe('postern: There is no task "zzzz".')
    expect(await desk.refused('tasks', 'show', '../x')).toBe('postern: There is no task "../x".')
  })

  it('sends now and cancels what waits, all or nothing, and says that no daemon is there', async () => {
    const [sent] = await letters('delivered')
    const waiting = [await office.reset(await office.addUser()), await office.reset(await office.addUser())]
    const ids = waiting.map(({ id }) => id)
    expect(await desk.refused('tasks', 'cancel', ...ids, String(sent?.id))).toMatch(
      /was carried out already\. Nothing was changed\.$/,
    )
    const { status, err } = await desk.run(['tasks', 'send-now', ...ids])
    expect({ status, err }).toEqual({
      status: 0,
      err: 'No daemon is running: letters leave when posternd is started.\n',
    })
    expect(await desk.items('tasks', 'cancel', ...ids)).toMatchObject([
      { status: 'cancelled' },
      { status: 'cancelled' },
    ])
    expect(await desk.refused('tasks', 'send-now', ...ids)).toMatch(/was cancelled already/)
  })
})

describe('postern tasks redo', () => {
  it('asks first, warning plainly of what was carried out (case 52)', async () => {
    const [failed, sent] = await letters('refused', 'delivered')
    const ids = [String(failed?.id), String(sent?.id)]
    expect(await desk.refused('tasks', 'redo', ...ids)).toMatch(/there is no terminal: say --yes/)
    const asked = await desk.run(['tasks', 'redo', ...ids], { answers: ['n'] })
    expect(asked.status).toBe(1)
    expect(asked.questions[0]?.text).toMatch(
      /^Send 2 letters again, to .*\? One of them was carried out: a letter has arrived there, and what it says stops working now\. \[y\/N\]$/,
    )
    expect(await desk.items('tasks', 'list', '--status', 'wait')).toEqual([])
    expect(await desk.items('tasks', 'redo', ...ids, '--yes')).toMatchObject([
      { id: ids[0], status: 'wait', round: 2 },
      { id: ids[1], status: 'wait', round: 2 },
    ])
  })

  it('refuses one that is executing, one without its user, and one that a newer one has replaced', async () => {
    const [old, orphan] = await letters('delivered', 'refused')
    if (old?.user == null || orphan?.user == null) throw new Error('they have users')
    await office.reset(await office.user(old.user.id))
    const { task } = await office.claim()
    await office.delete(orphan.user.id)
    const redo = (id: string) => desk.refused('tasks', 'redo', id, '--yes')
    expect(await redo(task.id)).toMatch(/is being sent just now\. Nothing was redone\.$/)
    expect(await redo(old.id)).toMatch(/was replaced by a newer one, .{8}: redo that\./)
    expect(await redo(orphan.id)).toMatch(/its user was deleted\./)
    await office.settle({ task }, 'delivered')
    await office.setStatus(old.user.id, 'disabled')
    expect(await redo(task.id)).toMatch(/its user is disabled\./)
  })

  it('wants exactly one way to say which', async () => {
    for (const flags of [[], ['x', '--all-failed'], ['--all-failed', '--same-error', 'x']]) {
      expect(await desk.refused('tasks', 'redo', ...flags)).toMatch(/either ids, --all-failed or --same-error ID\.$/)
    }
  })

  it('redoes all that failed, or what failed for the same reason, on every page, and leaves out what may not be', async () => {
    const failed = await letters(...Array.from({ length: 12 }, () => 'refused' as const))
    const [other] = await letters('misconfigured')
    const [gone] = failed
    if (gone?.user == null || other === undefined) throw new Error('it has a user')
    await office.delete(gone.user.id)
    const same = await desk.run(['tasks', 'redo', '--same-error', String(failed[1]?.id), '--yes', '--json'])
    expect(same.err).toMatch(/^1 task left out: /)
    expect(JSON.parse(same.out).items).toHaveLength(11)
    expect(await desk.items('tasks', 'redo', '--all-failed', '--yes')).toMatchObject([{ id: other.id }])
    expect(await desk.refused('tasks', 'redo', '--same-error', other.id)).toMatch(/has not failed\.$/)
    expect((await desk.run(['tasks', 'redo', '--all-failed', '--yes'])).out).toBe('There is nothing to redo.\n')
  })

  it('says how many when they are many', async () => {
    await letters(...Array.from({ length: 25 }, () => 'refused' as const))
    const asked = await desk.run(['tasks', 'redo', '--all-failed'], { answers: ['y'] })
    expect(asked.questions[0]?.text).toMatch(/^Send 25 letters again, to \S+, \S+, \S+ and 22 others\? \[y\/N\]$/)
    expect(asked.out).toBe('25 letters are due now.\n')
  })
})

describe('what a mail server says', () => {
  it('never acts on the terminal (case 51)', async () => {
    const evil = '550 5.7.1 \u001b]52;c;ZXZpbA==\u0007\u009b2J\u202e\u{e0041} gone\r\nsecond line'
    await office.reset(await office.addUser())
    const claimed = await office.claim()
    const happening = aReport(claimed, 'refused').happening
    if (happening === null) throw new Error('it failed')
    const given = { reply: evil, happening: { ...happening, reply: evil }, conversation: `S: ${evil}` }
    const task = await office.settle(claimed, 'refused', given)
    const attempt = String(task.attempts[0]?.id)
    for (const argv of [
      ['tasks', 'list'],
      ['tasks', 'show', task.id],
      ['log', 'list'],
      ['log', 'show', attempt],
    ]) {
      for (const ends of [{}, { columns: 200 }]) {
        const { out } = await desk.run(argv, ends)
        expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\u{e0041}]/u)
        expect(out).toContain('^[]52;c;ZXZpbA==^G<9B>2J<U+202E>')
      }
      const { out } = await desk.run([...argv, '--json'])
      expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u{e0041}]/u)
      expect(out).toContain('\\u001b]52;c;ZXZpbA==\\u0007\\u009b2J\\u202e\\udb40\\udc41 gone')
    }
  })
})
