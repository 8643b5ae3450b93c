import { expect, it } from 'vitest'
import { aConsole } from '../../tui/support/console.ts'
import { aDaemon, aMailServer, aStore } from './stage.ts'

it('a wrong password: Overview says so, the Mail Log says why, f leads to the setting, and Redo sends', async () => {
  const { settings, password, catcher } = await aMailServer()
  const house = await aStore()
  await house.addUsers(1, 'ann')
  await house.set({ ...settings, SERVICE_MAIL_PASSWORD: 'the one of last year' })
  await aDaemon(house)
  const console = await aConsole({ data: house.data, args: ['--page', 'users'] })
  await console.sees('daemon ●')
  await console.sees('ann0@example.org')

  // A letter is asked for, sent now, and fails.
  await console.press('r').sees('One letter with a temporary password')
  await console.press('y').sees('u undoes it')
  await console.press('3').sees('· wait')
  await console.press('s').sees('Send 1 letter now?')
  await console.press('y').sees('✗ failed')

  // One look says what is wrong and what to do.
  await console.press('1').sees('✗ Mail is paused')
  await console.sees(/enter\s+SERVICE_MAIL_PASSWORD\s+anew/)
  await console.sees(/> +✗ +1 +Username and Password not accepted/)

  // From the cause to its letter, and what the server said.
  await console.press('enter').sees('result:failure')
  await console.sees(/> +.*✗ failure/)
  await console.press('enter').sees('Why it failed')
  await console.sees('535-5.7.8 Username and Password not accepted')
  expect(console.written).not.toContain('the one of last year')

  // To the setting that mends it.
  await console.press('f').sees(/> +MAIL_PASSWORD +set/)
  await console.press('enter').paste(password)
  await console.press('enter').sees('1 change not saved')
  await console.press('ctrl+s').sees('Save 1 setting?')
  await console.press('y').sees('Saved 1 setting.')
  expect(console.written).not.toContain(password)

  // The daemon tries the new password by itself: mail is on, and the letter can be redone.
  await console.press('1').sees(/Mail +✓ on/)
  await console.press('3').sees('✗ failed')
  await console.press('r').sees('Redo 1 letter?')
  await console.press('y').sees('✓ carry out')
  await console.press('4').sees('Why it failed')
  await console.press('escape').sees('result:failure')
  await console.press('escape').sees('✓ success')
  expect(catcher.lettersTo('ann0@example.org')).toHaveLength(1)
})
