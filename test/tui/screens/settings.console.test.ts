import { expect, it, onTestFinished } from 'vitest'
import { makeHouse, plainServer, startPosternd } from '../../support/posternd.ts'
import { startSmtpScript } from '../../support/smtp-script.ts'
import { Console } from '../support/console.ts'

it('a wrong password in a terminal: checked unsaved, mended, saved, a test mail followed, and confirmed', async () => {
  const server = await startSmtpScript((connection) =>
    connection === 0 ? { AUTH: '535 5.7.8 Username and Password not accepted' } : {},
  )
  onTestFinished(() => server.close())
  const house = await makeHouse()
  onTestFinished(() => house.remove())
  await house.set({ ...plainServer(server.port), SERVICE_MAIL_AUTH: true, SERVICE_MAIL_USERNAME: 'ops@example.org' })
  const daemon = startPosternd(house.data)
  onTestFinished(async () => {
    daemon.kill('SIGTERM')
    await daemon.ended
  })
  await daemon.logged(({ msg }) => msg === 'posternd is ready')

  const args = ['--page', 'settings', '--id', 'SERVICE_MAIL_PASSWORD']
  const console = new Console(house.data, { args, columns: 140, rows: 40 })
  await console.sees(/^> .*MAIL_PASSWORD/m)
  await console.press('enter').type('wr0ng-one')
  await console.press('enter').sees('1 change not saved')
  await console.press('c').sees('Username and Password not accepted (at sign-in)')
  await console.press('escape', 'enter').type('right')
  await console.press('enter', 'c').sees('Every stage was passed')
  expect(server.letters).toEqual([])

  await console.press('escape', 'ctrl+s').sees('(new value)')
  await console.press('y').sees('Saved 1 setting.')
  await console.press('t').sees('Send a test mail to')
  await console.type('ann@example.org').press('enter').sees('Has it arrived at ann@example.org?')
  expect(server.letters.map(({ to }) => to.join())).toEqual([expect.stringContaining('ann@example.org')])
  await console.press('y').sees('Confirmed: it has arrived.')
  expect(console.written).not.toContain('wr0ng-one')
  console.press('ctrl+c')
  expect(await console.ended).toBe(0)
})
