import { expect, it } from 'vitest'
import { aConsole } from '../../tui/support/console.ts'
import { aStore } from './stage.ts'

it('a reset that was ticked in the form of a user is undone before its letter leaves', async () => {
  const house = await aStore()
  await house.addUsers(2, 'ann')
  const console = await aConsole({ data: house.data, args: ['--page', 'users'] })
  await console.sees('ann1@example.org')
  await console.press('j', 'e').sees('Edit ann1')
  await console.press('tab', 'tab', 'tab', 'tab').sees(/> +Reset password +\[ \] no/)
  await console.press('space').sees(/>\* Reset password +\[x\] yes/)

  await console
    .press('ctrl+s')
    .sees(/A letter to ann1@example\.org is due at \d\d:\d\d today, in (9|10)m\. u undoes it/)
  const [task] = (await house.store.tasks({ limit: 5 })).items
  expect(task).toMatchObject({ status: 'wait', to: 'ann1@example.org' })

  await console.press('u').sees('Undone: 1 letter cancelled, nothing is sent.')
  await console.press('3').sees(/- cancelled +reset +ann1@example\.org/)
  expect((await house.store.tasks({ limit: 5 })).items).toMatchObject([{ id: task?.id, status: 'cancelled' }])
})
