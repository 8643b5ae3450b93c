import { describe, expect, it } from 'vitest'
import { MINUTE } from '../../src/core/domain/time.ts'
import { Desk } from './desk.ts'

const delay = ({ createdAt, scheduledAt }: Readonly<Record<string, unknown>>) =>
  Math.round((Date.parse(String(scheduledAt)) - Date.parse(String(createdAt))) / MINUTE)

describe('postern users reset', () => {
  it('makes a task for each user, due after SERVICE_RESET_DELAY_MINUTES', async () => {
    const desk = new Desk()
    await desk.addUsers('ann', 'bob')
    const items = await desk.items('users', 'reset', 'ann', 'BOB@example.org', 'Ann')
    expect(items).toMatchObject([
      { kind: 'reset-password', status: 'wait', to: 'ann@example.org', round: 1, attempts: [], made: true },
      { user: { username: 'bob' }, to: 'bob@example.org', made: true },
    ])
    expect(items.map(delay)).toEqual([10, 10])
  })

  it('is due at once with --now, and when it is said with --in', async () => {
    const desk = new Desk()
    await desk.addUsers('ann', 'bob')
    expect((await desk.items('users', 'reset', 'ann', '--now')).map(delay)).toEqual([0])
    expect((await desk.items('users', 'reset', 'bob', '--in', '90')).map(delay)).toEqual([90])
    expect(await desk.refused('users', 'reset', 'bob', '--in', '1441')).toMatch(
      /--in must be a whole number from 0 to 1440/,
    )
    expect(await desk.refused('users', 'reset', 'bob', '--in', '-5')).toMatch(/--in/)
    expect(await desk.refused('users', 'reset', 'bob', '--in', '5', '--now')).toMatch(/exclude one another/)
  })

  it('refuses unknown and disabled users, and makes nothing then', async () => {
    const desk = new Desk()
    await desk.addUsers('ann', 'bob', 'cy')
    await desk.done('users', 'disable', 'bob')
    expect(await desk.refused('users', 'reset', 'ann', 'nobody', 'zoe', 'bob')).toBe(
      'postern: There are no users "nobody" and "zoe". "bob" is disabled. No reset was requested.',
    )
    expect(await desk.refused('users', 'reset', 'nobody')).toMatch(/^postern: There is no user "nobody"\./)
    expect(await desk.items('tasks', 'list')).toEqual([])
  })

  it('says that a reset is open already and when it leaves, and brings it forward with --now', async () => {
    const desk = new Desk()
    await desk.addUsers('ann')
    const [first] = await desk.items('users', 'reset', 'ann')
    const again = await desk.run(['users', 'reset', 'ann'])
    expect(again.status).toBe(0)
    expect(again.out).toMatch(
      /^ann <ann@example.org>: a letter is open already and leaves in 10 m, .*unless you say --now\.\n$/,
    )
    expect(await desk.items('users', 'reset', 'ann')).toMatchObject([{ id: first?.id, made: false }])
    expect(await desk.done('users', 'reset', 'ann', '--now')).toMatch(/that was open already leaves now/)
    expect((await desk.items('tasks', 'list')).map(delay)).toEqual([0])
  })

  it('warns of what keeps the letter from leaving or from being of use', async () => {
    const desk = new Desk()
    await desk.addUsers('ann')
    const { err } = await desk.run(['users', 'reset', 'ann'])
    expect(err.trimEnd().split('\n')).toEqual([
      'SERVICE_SIGN_IN_URL is empty: the letter will not say where to sign in.',
      'No daemon is running: letters leave when posternd is started.',
      'SERVICE_MAIL_ENABLE is false: letters wait until it is true.',
    ])
  })

  it('keeps the due time that a task was made with when the delay is changed (case 9)', async () => {
    const desk = new Desk()
    await desk.addUsers('ann', 'bob')
    await desk.done('users', 'reset', 'ann')
    await desk.done('settings', 'set', 'SERVICE_RESET_DELAY_MINUTES=60')
    await desk.done('users', 'reset', 'bob')
    expect((await desk.items('tasks', 'list')).map(delay)).toEqual([60, 10])
  })
})
