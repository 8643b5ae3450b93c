import { expect, it } from 'vitest'
import { aConsole } from '../../tui/support/console.ts'
import { aDaemon, aMailServer, aStore } from './stage.ts'

it('a password is checked stage by stage before it is saved, and a test mail is followed to its end', async () => {
  const { settings, password, catcher } = await aMailServer()
  const house = await aStore()
  await house.set({ ...settings, SERVICE_MAIL_PASSWORD: 'the one of last year' })
  await aDaemon(house)
  const page = ['--page', 'settings', '--id', 'SERVICE_MAIL_PASSWORD']
  const console = await aConsole({ data: house.data, args: page })
  await console.sees('daemon ●')
  await console.sees(/> +MAIL_PASSWORD +set/)

  // The saved one is wrong.
  await console.press('c').sees(/✗ sign-in/)
  await console.sees('535-5.7.8 Username and Password not accepted')

  // The typed one is right, although it is not saved.
  await console.press('escape').sees(/> +MAIL_PASSWORD +set/)
  await console.press('enter').paste(password)
  await console.press('enter').sees('1 change not saved')
  await console.press('c').sees(/✓ sign-in[\s\S]*✓ RCPT TO[\s\S]*Every stage was passed/)
  expect(catcher.signIns.at(-1)).toBe(true)
  expect(catcher.letters).toEqual([])

  await console.press('escape').sees('1 change not saved')
  await console.press('ctrl+s').sees('Save 1 setting?')
  await console.press('y').sees('Saved 1 setting.')

  // A letter through the daemon's own queue, to its end.
  await console.press('t').sees('Send a test mail to')
  await console.paste('olga@example.org').press('enter').sees('The mail server took it.')
  await console.sees('Delivered to olga@example.org.')
  expect(catcher.lettersTo('olga@example.org')).toHaveLength(1)
  await console.press('y').sees('Confirmed: mail is known to arrive')
  expect(console.written).not.toContain(password)
})
